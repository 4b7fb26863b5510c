import { spread } from '../workloads/hash.ts';

/** One eval at one size: its objective, its derivative, and an input in the protocol's form. */
export interface TimedEval {
  readonly module: string;
  readonly size: string;
  readonly objective: string;
  /** Functions that take derivatives; those of a search have no objective of their own. */
  readonly derivatives: readonly string[];
  readonly input: Readonly<Record<string, unknown>>;
}

const vector = (seed: number, n: number, scale = 1): number[] => [...spread(seed, n, scale)];
const matrix = (seed: number, n: number, width: number, scale = 1): number[][] => {
  const flat = vector(seed, n * width, scale);
  return Array.from({ length: n }, (_, row) => flat.slice(row * width, (row + 1) * width));
};
const places = (seed: number, n: number, below: number): number[] =>
  vector(seed, n).map((x) => Math.min(below - 1, Math.floor(((x + 1) / 2) * below)));

function mixture(d: number, k: number, n: number): TimedEval['input'] {
  const drawn = { x: matrix(10, n, d), alpha: vector(11, k), mu: matrix(12, k, d) };
  return { d, k, n, m: 0, gamma: 1, ...drawn, q: matrix(13, k, d), l: matrix(14, k, (d * (d - 1)) / 2) };
}

/** A hand of 22 bones whose numbers mean nothing, of the suite's smaller size. */
function hand(points: number): TimedEval['input'] {
  const [bones, vertices, triangles] = [22, 544, 1084];
  const frames = (seed: number): number[][][] =>
    Array.from({ length: bones }, (_, bone) => [
      ...matrix(seed + bone, 3, 4, 0.3).map((row, i) => row.map((x, j) => x + (i === j ? 1 : 0))),
      [0, 0, 0, 1],
    ]);
  const corners = places(20, 3 * triangles, vertices);
  const model = {
    bone_count: bones,
    bone_names: Array.from({ length: bones }, (_, bone) => `bone${bone}`),
    parents: Array.from({ length: bones }, (_, bone) =>
      bone === 0 ? -1 : bone === 1 || bone % 4 === 2 ? 0 : bone - 1,
    ),
    base_relatives: frames(100),
    inverse_base_absolutes: frames(200),
    base_positions: matrix(21, vertices, 3).map((row) => [...row, 1]),
    weights: matrix(22, vertices, bones).map((row) => row.map((x) => Math.abs(x) / 11)),
    triangles: Array.from({ length: triangles }, (_, i) => corners.slice(3 * i, 3 * i + 3)),
    is_mirrored: false,
  };
  const data = { model, correspondences: places(23, points, triangles), points: matrix(24, points, 3) };
  return { theta: vector(25, 26, 0.5), data, us: matrix(26, points, 2) };
}

function scene(n: number, m: number, p: number): TimedEval['input'] {
  const cam = [0.3, -0.2, 0.6, ...vector(30, 3), 800, 12.5, -7.25, 0.05, -0.02];
  return { n, m, p, cam, x: [0.7, -0.4, 3.5], w: 0.8, feat: [110, -95.5] };
}

/** The input of `lstm`: a character of the suite's text has 14 bits. */
export function text(layers: number, characters: number): TimedEval['input'] {
  const bits = 14;
  return {
    main_params: matrix(1, 2 * layers, 4 * bits),
    extra_params: matrix(2, 3, bits),
    state: matrix(3, 2 * layers, bits),
    sequence: matrix(4, characters, bits).map((row) => row.map((x) => (x > 0 ? 1 : 0))),
  };
}

function clusters(k: number, n: number, d: number): TimedEval['input'] {
  const points = matrix(40, n, d);
  return { points, centroids: points.slice(-k) };
}

const modes = { objective: '', derivatives: ['rr', 'rf', 'fr', 'ff'] };
const gradient = { objective: 'primal', derivatives: ['gradient'] };
const jacobian = { objective: 'objective', derivatives: ['jacobian'] };

/** All evals but hello, which times nothing, at sizes of the suite that take milliseconds. */
export const evalsToTime = (): readonly TimedEval[] => [
  { module: 'llsq', size: 'n 4096, m 128', ...gradient, input: { x: vector(1, 128), n: 4096 } },
  { module: 'lse', size: 'n 20000', ...gradient, input: { x: vector(2, 20000, 100) } },
  { module: 'gmm', size: 'd 10, k 25, n 1000', ...jacobian, input: mixture(10, 25, 1000) },
  { module: 'ba', size: 'n 49, m 7776, p 31843', ...jacobian, input: scene(49, 7776, 31843) },
  { module: 'lstm', size: 'l 2, c 1024', ...jacobian, input: text(2, 1024) },
  { module: 'ht', size: '544 vertices, c 192', ...jacobian, input: hand(192) },
  {
    module: 'kmeans',
    size: 'k 20, n 1000, d 8',
    objective: 'cost',
    derivatives: ['dir'],
    input: clusters(20, 1000, 8),
  },
  { module: 'ode', size: 'n 1000, s 100', ...gradient, input: { x: vector(6, 1000), s: 100 } },
  { module: 'det', size: 'ell 8', ...gradient, input: { A: vector(7, 64), ell: 8 } },
  { module: 'saddle', size: '', ...modes, input: { start: [1, 1] } },
  { module: 'particle', size: '', ...modes, input: { w: 0 } },
];

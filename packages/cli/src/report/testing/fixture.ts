import type { BeltFacts, BeltVariant, CellFacts, Check, Facts, LearningRun, ReachFacts } from '../../check/facts.ts';
import type { BeltEdge, BeltFigure, BeltNode } from '../belt-figure.ts';
import type { ReportContext } from '../context.ts';

/** Made-up facts of plausible size, the same on every call: for tests and for looking at the report. */
export function fixtureFacts(options: { readonly T?: number; readonly H?: number } = {}): Facts {
  const { T = 60, H = 16 } = options;
  const random = generator(7);
  const belts: Readonly<Record<string, number>> = { 'bias 0': 0.5, 'bias 1': 0.73, chrono: 0.97 };
  const variants = Object.entries(belts).map(([label, keep]) => variant(label, keep, T, H, random));
  const lstm = lstmFacts(variants, T);
  const gru: CellFacts = {
    ...lstm,
    name: 'gru',
    equations: [
      'r = σ(W_r x + U_r h + b_r)   z likewise',
      'n = tanh(W_n x + r ⊙ (U_n h + b_n))',
      "h' = z ⊙ h + (1 − z) ⊙ n",
    ],
    backward: [],
    belt: { ...beltFacts(variants.slice(0, 1)), state: 'h', keep: 'z', holding: ['r', 'z', 'n'] },
    figure: null,
  };
  const rnn: CellFacts = {
    ...lstm,
    name: 'rnn',
    equations: ["h' = tanh(W x + U h + b)"],
    backward: [],
    belt: null,
    beltCandidates: [{ state: 'h', tap: 'a', deviation: 0.83 }],
    figure: null,
  };
  return {
    format: 1,
    settings: { dtype: 'float64', hidden: H, inputs: 2, steps: T, batch: 8, seed: 7 },
    cells: [rnn, lstm, gru],
    reach: [
      reachFacts('rnn', 'tanh', 0.57, T),
      reachFacts('lstm', 'bias 0', 0.64, T),
      reachFacts('lstm', 'bias 1', 0.78, T),
      reachFacts('lstm', 'chrono', 0.975, T),
      reachFacts('gru', 'reset after', 0.72, T),
    ],
    learning: {
      task: `adding, T ${T}`,
      steps: 500,
      batch: 32,
      baseline: 1 / 6,
      runs: [
        run('rnn', 'tanh', 0.15, 0.6, T, H, random),
        run('lstm', 'bias 0', 0.1813, 0.68, T, H, random),
        run('lstm', 'bias 1', 0.0161, 0.93, T, H, random),
        run('lstm', 'chrono', 0.0025, 1.01, T, H, random),
        run('gru', 'reset after', 0.0019, 0.99, T, H, random),
      ],
    },
    remedy: {
      finding: 'f forgets half in 1 step',
      tried: [
        {
          change: 'bias of f: 1',
          reachBefore: 5e-12,
          reachAfter: 3e-6,
          lossBefore: 0.18,
          lossAfter: 0.016,
          helped: true,
        },
        {
          change: 'bias of f: chrono(60)',
          reachBefore: 5e-12,
          reachAfter: 0.22,
          lossBefore: 0.18,
          lossAfter: 0.0025,
          helped: true,
        },
        {
          change: 'scale of U: 1.5',
          reachBefore: 5e-12,
          reachAfter: 4e-11,
          lossBefore: 0.18,
          lossAfter: 0.1794,
          helped: false,
        },
      ],
      best: 'bias of f: chrono(60): reach 5e-12 → 0.22, loss 0.18 → 0.0025',
    },
    verdict: {
      sentences: [
        'gradients right',
        'belt exact when h is held',
        '“≈ f_t” good to 5 % only with biased gates',
        `lstm and gru learned a lag of ${T}, rnn did not`,
      ],
      claims: [
        { claim: 'gradients of rnn are right', holds: true },
        { claim: 'gradients of lstm are right', holds: true },
        { claim: 'gradients of gru are right', holds: true },
        { claim: '∂c[t]/∂c[t−1] | h = diag(f[t])', holds: true },
        { claim: '∂h[t]/∂h[t−1] | r, z, n = diag(z[t])', holds: true },
        { claim: '‖∂c[t]/∂c[t−1] − diag(f[t])‖ < 0.1·‖diag(f[t])‖ for lstm bias 0', holds: false },
      ],
      exitCode: 1,
    },
  };
}

export const fixtureContext: ReportContext = {
  args: ['check', 'rnn', 'lstm', 'gru', '--seed', '7'],
  version: '0.1.0',
  started: '2026-11-05T10:20:30.000Z',
  seconds: 41.3,
  machine: { node: 'v20.20.2', platform: 'linux', arch: 'x64', cpu: 'a CPU', cores: 2 },
};

/** Numbers in [0, 1) that look random; the sequence depends on the seed alone. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const check = (name: string, oracle: string, worst: number, tolerance: number, at: string, note: string): Check => ({
  name,
  oracle,
  worst,
  tolerance,
  at,
  note,
  holds: name === 'control' || worst <= tolerance,
});

function lstmFacts(variants: readonly BeltVariant[], T: number): CellFacts {
  return {
    name: 'lstm',
    equations: [
      'f = σ(W_f x + U_f h + b_f)   i, o likewise',
      'g = tanh(W_g x + U_g h + b_g)',
      "c' = f ⊙ c + i ⊙ g",
      "h' = o ⊙ tanh(c')",
    ],
    backward: [
      "c̄ += h̄' ⊙ o ⊙ (1 − tanh²(c'))",
      "f̄ = c̄' ⊙ c    ī = c̄' ⊙ g    ḡ = c̄' ⊙ i",
      "c̄ = c̄' ⊙ f",
      'h̄ = U_fᵀ(f̄ ⊙ f ⊙ (1 − f)) + …',
    ],
    parameters: { tensors: 12, numbers: 1216 },
    gradients: [
      check('against differences', 'central differences', 3.1e-12, 1e-8, 'U_f[3,7]', 'order 4.0 down to rounding'),
      check('against complex step', 'complex step', 4.4e-16, 1e-13, 'W_o[0,2]', 'independent of our rules'),
      check('against forward mode', 'transposed pullbacks', 2.2e-15, 1e-12, 'b_i[4]', 'same rules, other order'),
      check('control', 'tanh′ × (1 + 1e−6)', 8.1e-7, 1e-8, 'U_g[1,1]', 'caught, 81 × tolerance'),
    ],
    belt: beltFacts(variants),
    beltCandidates: [],
    figure: figure(Math.max(0, T - 3), T),
  };
}

const beltFacts = (variants: readonly BeltVariant[]): BeltFacts => ({
  state: 'c',
  keep: 'f',
  holding: ['h'],
  held: [
    check('max |∂c_t/∂c_{t−1} − diag f_t|', 'reverse mode', 0, 1e-14, 't = 1, unit 0', 'exact'),
    check('max |∂c_t/∂c_{t−1} − diag f_t|', 'differences', 2.1e-14, 1e-9, 't = 12, unit 3', ''),
  ],
  variants,
});

function variant(label: string, keep: number, T: number, H: number, random: () => number): BeltVariant {
  const width = Math.min(keep, 1 - keep);
  const gate = (t: number, unit: number) =>
    keep + 0.5 * width * Math.sin(t * 0.7 + unit * 1.9) + 0.2 * width * (random() - 0.5);
  const leak = (1 - keep) * 0.9;
  const scatter = Array.from({ length: T * H }, (_, k) => {
    const [t, unit] = [1 + Math.floor(k / H), k % H];
    const value = gate(t, unit);
    return { t, unit, keep: value, held: value, total: value + leak * (random() - 0.35) * 0.6 };
  });
  return {
    label,
    oneStepOff: leak,
    leakByStep: Array.from(
      { length: T },
      (_, t) => leak * (1 + 0.25 * Math.sin(t / 3) + 0.1 * random()) * (1 - Math.exp(-(t + 1) / 4)),
    ),
    byDistance: Array.from({ length: T }, (_, k) => ({
      distance: k + 1,
      belt: 1.02 * keep ** (k + 1),
      total: 1.1 * (keep + leak * 0.3) ** (k + 1),
    })),
    scatter,
  };
}

const reachFacts = (cell: string, label: string, rate: number, T: number): ReachFacts => ({
  cell,
  label,
  state: cell === 'lstm' ? 'c' : 'h',
  reach: Array.from({ length: T + 1 }, (_, k) => rate ** k * (1 + 0.15 * Math.sin(k / 2))),
  rate,
  spectralRadius: cell === 'rnn' ? 0.97 : null,
  largestSingularValue: cell === 'rnn' ? 1 : null,
  meanTanhSlope: cell === 'rnn' ? 0.62 : null,
});

function run(
  cell: string,
  label: string,
  final: number,
  rate: number,
  T: number,
  H: number,
  random: () => number,
): LearningRun {
  const at = (step: number) => final + (0.45 - final) * Math.exp(-step / (final < 0.05 ? 70 : 25));
  const gated = cell !== 'rnn';
  const keep = (t: number, unit: number) =>
    1 / (1 + Math.exp(-(4 * (unit / H) - 0.5 + Math.sin(t / 4 + unit) + 3 * (rate - 0.7))));
  return {
    cell,
    label,
    parameters: cell === 'rnn' ? 304 : cell === 'lstm' ? 1216 : 912,
    losses: Array.from({ length: 500 }, (_, step) => at(step) * (0.75 + 0.5 * random())),
    testLoss: final,
    reachBefore: 0.5 ** 30,
    reachAfter: rate ** (T - 1),
    reach: Array.from({ length: T + 1 }, (_, k) => rate ** k * (1 + 0.2 * Math.sin(k / 3))),
    longestMemory: gated ? Math.log(0.5) / Math.log(Math.min(0.99, rate)) : null,
    gate: gated ? Array.from({ length: T }, (_, t) => Array.from({ length: H }, (_, unit) => keep(t, unit))) : null,
    learned: final < 0.05,
    diverged: null,
  };
}

function figure(from: number, to: number): BeltFigure {
  const nodes: BeltNode[] = [];
  const edges: BeltEdge[] = [];
  const node = (label: string, t: number, kind: BeltNode['kind']) =>
    nodes.push({ id: `${label}[${t}]`, label, t, kind });
  const edge = (a: string, ta: number, b: string, tb: number, share: number) =>
    edges.push({ from: `${a}[${ta}]`, to: `${b}[${tb}]`, share });
  for (let t = from; t <= to; t++) {
    node('c', t, 'state');
    node('h', t, 'state');
    const fade = 0.95 ** (to - t);
    edge('c', t, 'h', t, 0.12 * fade);
    if (t === from) continue;
    for (const tap of ['f', 'i', 'g', 'o']) node(tap, t, 'tap');
    edge('c', t - 1, 'c', t, 0.97 * fade);
    ['f', 'i', 'g', 'o'].forEach((tap, k) => {
      edge('h', t - 1, tap, t, [0.05, 0.02, 0.11, 0.004][k] ?? 0);
      edge(tap, t, tap === 'o' ? 'h' : 'c', t, ([0.31, 0.1, 0.22, 0.02][k] ?? 0) * fade);
    });
  }
  return { variant: 'chrono', belt: 'c', nodes, edges };
}

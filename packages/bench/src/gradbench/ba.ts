import {
  add,
  arange,
  broadcastTo,
  concat,
  cos,
  div,
  expandDims,
  full,
  gather,
  grad,
  greater,
  jacobian,
  mul,
  remainder,
  reshape,
  sin,
  sqrt,
  square,
  stack,
  sub,
  type Tensor,
  unstack,
  vmap,
  where,
} from 'throughline';
import { compile } from '../compiled.ts';
import { byBlocks } from './blocks.ts';
import { countIn, type Fields, numberIn, vectorIn } from './inputs.ts';
import { type Module, timedOn } from './protocol.ts';

/** Scalars, since a vector of three would be a poor thing to compute with: under vmap each is a vector of observations. */
type Vector = readonly [Tensor, Tensor, Tensor];

const dot = ([a, b, c]: Vector, [x, y, z]: Vector): Tensor => add(add(mul(a, x), mul(b, y)), mul(c, z));
const cross = ([a, b, c]: Vector, [x, y, z]: Vector): Vector => [
  sub(mul(b, z), mul(c, y)),
  sub(mul(c, x), mul(a, z)),
  sub(mul(a, y), mul(b, x)),
];
/** A function of scalars on each of three. */
const each = (f: (...xs: Tensor[]) => Tensor, ...vectors: Vector[]): Vector => {
  const on = (i: 0 | 1 | 2): Tensor => f(...vectors.map((vector) => vector[i]));
  return [on(0), on(1), on(2)];
};

/** A point turned about an axis by its length, after Rodrigues; by its first order where the length is 0. */
function rotate(axis: Vector, point: Vector): Vector {
  const squared = dot(axis, axis);
  const isTurned = greater(squared, 0);
  const angle = sqrt(where(isTurned, squared, 1));
  const unit = each((x) => div(x, angle), axis);
  const [c, s] = [cos(angle), sin(angle)];
  const along = mul(dot(unit, point), sub(1, c));
  const turned = each((p, q, u) => add(add(mul(p, c), mul(q, s)), mul(u, along)), point, cross(unit, point), unit);
  const nearly = each(add, point, cross(axis, point));
  return each((a, b) => where(isTurned, a, b), turned, nearly);
}

/** Where a camera [11] (turn, centre, focal length, principal point, distortion) sees a point [3]. */
function project(camera: Tensor, point: Tensor): readonly [Tensor, Tensor] {
  const [r1, r2, r3, c1, c2, c3, focal, u, v, k1, k2] = unstack(camera) as Eleven;
  const centred = each(sub, unstack(point) as unknown as Vector, [c1, c2, c3]); // three
  const [x, y, z] = rotate([r1, r2, r3], centred);
  const [px, py] = [div(x, z), div(y, z)];
  const squared = add(square(px), square(py));
  const distortion = add(1, mul(squared, add(k1, mul(k2, squared))));
  const scale = mul(focal, distortion);
  return [add(mul(px, scale), u), add(mul(py, scale), v)];
}
type Eleven = [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];

/** What is differentiated of one observation: a camera [11], a point [3], the observation's weight []. */
interface Observed {
  readonly camera: Tensor;
  readonly point: Tensor;
  readonly weight: Tensor;
}

/** The weighted distance [2] of what a camera should see from what was seen. */
function misfit({ camera, point, weight }: Observed, feature: Tensor): Tensor {
  const [x, y] = project(camera, point);
  const [fx, fy] = unstack(feature) as [Tensor, Tensor]; // two
  return stack([mul(weight, sub(x, fx)), mul(weight, sub(y, fy))]);
}

const weightError = (weight: Tensor): Tensor => sub(1, square(weight));

/** All cameras [n, 11], points [m, 3], weights [p] and features [p, 2], and which camera saw which point. */
interface Scene {
  readonly cameras: Tensor;
  readonly points: Tensor;
  readonly weights: Tensor;
  readonly features: Tensor;
  readonly camera: Tensor;
  readonly point: Tensor;
}

/** Observations whose intermediate values are in memory at a time. */
const BLOCK = 512;

/** A function of one observation, over all of them. */
function ofEach(f: (of: Observed, feature: Tensor) => Tensor, scene: Scene): Tensor {
  const ofAll = vmap(f);
  const ofBlock = ({ camera, point, weight, feature }: Readonly<Record<string, Tensor>>): Tensor => {
    const observed = { camera: gather(scene.cameras, camera as Tensor), point: gather(scene.points, point as Tensor) };
    return ofAll({ ...observed, weight: weight as Tensor }, feature as Tensor);
  };
  const { camera, point, weights, features } = scene;
  return byBlocks(ofBlock, { camera, point, weight: weights, feature: features }, weights.size, BLOCK);
}

const misfits = compile((scene: Scene) => ofEach(misfit, scene));
const weightErrors = compile(weightError);

/**
 * The entries of the Jacobian that can differ from 0, row by row: of an observation's two, 11 for its camera, 3 for its
 * point, 1 for its weight; then 1 for each weight error.
 */
const entries = compile((scene: Scene) => {
  const rowsOf = (of: Observed, feature: Tensor): Tensor => {
    const { camera, point, weight } = jacobian((one: Observed) => misfit(one, feature))(of);
    return concat([camera, point, expandDims(weight, 1)], 1);
  };
  const slopes = vmap(grad(weightError))(scene.weights);
  return concat([reshape(ofEach(rowsOf, scene), [30 * scene.weights.size]), slopes]);
});

/** A sparse matrix: where each row's entries begin, and the column and value of every entry. */
interface Sparse {
  readonly rows: Int32Array;
  readonly cols: Int32Array;
  readonly vals: Tensor;
}

function sparseJacobian(scene: Scene): Sparse {
  const { cameras, points, weights } = scene;
  const [n, m, p] = [cameras, points, weights].map(({ shape }) => shape[0] as number) as [number, number, number]; // not scalars
  const rows = Int32Array.from({ length: 3 * p + 1 }, (_, row) => Math.min(15 * row, 28 * p + row));
  const cols = new Int32Array(31 * p);
  const [afterCameras, afterPoints] = [11 * n, 11 * n + 3 * m];
  const [camera, point] = [scene.camera.toTypedArray(), scene.point.toTypedArray()];
  let at = 0;
  for (let i = 0; i < p; i++) {
    for (let row = 0; row < 2; row++) {
      for (let c = 0; c < 11; c++) cols[at++] = 11 * (camera[i] as number) + c;
      for (let c = 0; c < 3; c++) cols[at++] = afterCameras + 3 * (point[i] as number) + c;
      cols[at++] = afterPoints + i;
    }
  }
  for (let i = 0; i < p; i++) cols[at++] = afterPoints + i;
  return { rows, cols, vals: entries(scene) };
}

/** n cameras, m points and p observations, all alike, in turn: the suite's way to have a large scene from few numbers. */
function read(input: Fields): Scene {
  const [n, m, p] = [countIn(input, 'n', 1), countIn(input, 'm', 1), countIn(input, 'p', 1)];
  const rows = (row: Tensor, count: number): Tensor => broadcastTo(row, [count, row.size]);
  return {
    cameras: rows(vectorIn(input, 'cam', 11), n),
    points: rows(vectorIn(input, 'x', 3), m),
    weights: full([p], numberIn(input, 'w')),
    features: rows(vectorIn(input, 'feat', 2), p),
    camera: remainder(arange(0, p, 1, 'int32'), n),
    point: remainder(arange(0, p, 1, 'int32'), m),
  };
}

/** GradBench's `ba`: bundle adjustment, what cameras should see less what they saw, and its sparse Jacobian. */
export const ba: Module = {
  objective: timedOn(
    read,
    (scene) => ({ misfit: misfits(scene), weight: weightErrors(scene.weights) }),
    ({ misfit, weight }) => ({
      reproj_error: { elements: [...misfit.toTypedArray().slice(0, 2)], repeated: weight.size },
      w_err: { element: weight.data[0], repeated: weight.size },
    }),
  ),
  jacobian: timedOn(read, sparseJacobian, ({ rows, cols, vals }) => {
    const ends = (values: ArrayLike<number>): number[] => [
      ...Array.from({ length: Math.min(30, values.length) }, (_, i) => values[i] as number),
      values[values.length - 1] as number, // p ≥ 1
    ];
    return { rows: ends(rows), cols: ends(cols), vals: ends(vals.data) };
  }),
};

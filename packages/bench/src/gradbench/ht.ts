import {
  add,
  at,
  broadcastTo,
  concat,
  contract,
  cos,
  div,
  eye,
  gather,
  greaterEqual,
  jvp,
  matmul,
  mul,
  neg,
  pad,
  reshape,
  sin,
  slice,
  sqrt,
  square,
  stack,
  sub,
  sum,
  type Tensor,
  tensor,
  transpose,
  unstack,
  vmap,
  where,
  zeros,
} from 'throughline';
import { compile } from '../compiled.ts';
import { type Hand, type Pose, readHand } from './ht-input.ts';
import { type Module, timedOn } from './protocol.ts';

/** A matrix [3, 3], or one for each of many, from its entries by rows. */
const matrix3 = (rows: readonly (readonly Tensor[])[]): Tensor =>
  stack(
    rows.map((row) => stack(row, -1)),
    -2,
  );

/** The turn about an axis [3] by its length, which is none where that is below 1e-4. */
function turnAbout(axis: Tensor): Tensor {
  const squared = sum(square(axis));
  const isTurned = greaterEqual(squared, 1e-8);
  const angle = sqrt(where(isTurned, squared, 1));
  const [x, y, z] = unstack(div(axis, angle)) as [Tensor, Tensor, Tensor]; // three
  const [s, c] = [sin(angle), cos(angle)];
  const rest = sub(1, c);
  const [xy, xz, yz] = [mul(mul(x, y), rest), mul(mul(x, z), rest), mul(mul(y, z), rest)];
  const diagonal = (u: Tensor): Tensor => add(c, mul(square(u), rest));
  const turn = matrix3([
    [diagonal(x), sub(xy, mul(z, s)), add(xz, mul(y, s))],
    [add(xy, mul(z, s)), diagonal(y), sub(yz, mul(x, s))],
    [sub(xz, mul(y, s)), add(yz, mul(x, s)), diagonal(z)],
  ]);
  return where(isTurned, turn, eye(3));
}

/** Which of theta bends and which spreads each bone; 26, which stands for none, where a bone does neither. */
function joints(bones: number): { readonly bend: Tensor; readonly spread: Tensor } {
  const [bend, spread] = [new Array<number>(bones).fill(26), new Array<number>(bones).fill(26)];
  for (let finger = 0; finger < 5; finger++) {
    const [first, angle] = [2 + 4 * finger, 6 + 4 * finger];
    spread[first] = angle + 1;
    for (const [at, which] of [angle, angle + 2, angle + 3].entries()) bend[first + at] = which;
  }
  return { bend: tensor(bend, { dtype: 'int32' }), spread: tensor(spread, { dtype: 'int32' }) };
}

/** How every bone moves what hangs on it [b, 3, 4], from the angles of its joints. */
function boneTransforms(theta: Tensor, { relatives, inverses, parents }: Hand): Tensor {
  const { bend, spread } = joints(relatives.shape[0] ?? 0);
  const angles = concat([theta, zeros([1])]);
  const [x, z] = [gather(angles, bend), gather(angles, spread)];
  const [cx, sx, cz, sz, none] = [cos(x), sin(x), cos(z), sin(z), mul(x, 0)];
  const turns = matrix3([
    [cz, neg(mul(sz, cx)), mul(sz, sx)],
    [sz, mul(cz, cx), neg(mul(cz, sx))],
    [none, sx, cx],
  ]);
  const moves = contract('bij,bjk->bik', relatives, add(pad(turns, [0, 0, 0], [0, 1, 1]), CORNER));
  const places: Tensor[] = [];
  for (const [bone, parent] of parents.split(' ').map(Number).entries()) {
    const above = places[parent]; // none above the first
    places.push(above === undefined ? at(moves, bone) : matmul(above, at(moves, bone)));
  }
  return slice(contract('bij,bjk->bik', stack(places), inverses), [0, 0, 0], [places.length, 3, 4]);
}

const CORNER = tensor([
  [0, 0, 0, 0],
  [0, 0, 0, 0],
  [0, 0, 0, 0],
  [0, 0, 0, 1],
]);

/** The surface's vertices [v, 3] in a pose: each follows its bones by their weights; then the hand turns and moves as a whole. */
function vertices(theta: Tensor, hand: Hand): Tensor {
  const shares = contract('vb,vj->vbj', hand.weights, hand.positions);
  const skinned = contract('vbj,bij->vi', shares, boneTransforms(theta, hand));
  const mirrored = hand.isMirrored ? mul(skinned, tensor([-1, 1, 1])) : skinned;
  const [turn, shift] = [slice(theta, [0], [3]), slice(theta, [3], [6])];
  return add(matmul(mirrored, transpose(turnAbout(turn))), shift);
}

/** Measured points [n, 3] less the places on the hand that belong to them: vertices, or points of triangles given by us [n, 2]. */
function misfit({ theta, us }: Pose, hand: Hand): Tensor {
  const surface = vertices(theta, hand);
  if (us === null) return sub(hand.points, gather(surface, hand.correspondences));
  const corners = gather(surface, gather(hand.triangles, hand.correspondences));
  const [u, v] = unstack(us, 1) as [Tensor, Tensor]; // two
  const shares = stack([u, v, sub(sub(1, u), v)], 1);
  return sub(hand.points, contract('nci,nc->ni', corners, shares));
}

/**
 * The Jacobian [3n, 26], or [3n, 28] with us. Each point has two us of its own, so two columns hold all there is of
 * theirs: one tangent moves the first of every point, one the second.
 */
function sparseJacobian(pose: Pose, hand: Hand): Tensor {
  const { theta, us } = pose;
  const along = (f: (x: Tensor) => Tensor, x: Tensor, seeds: Tensor): Tensor =>
    vmap((seed: Tensor) => jvp(f, x, broadcastTo(seed, x.shape)).tangent, { outAxes: -1 })(seeds);
  const ofTheta = along((x) => misfit({ ...pose, theta: x }, hand), theta, eye(26));
  const all = us === null ? ofTheta : concat([along((x) => misfit({ theta, us: x }, hand), us, eye(2)), ofTheta], -1);
  return reshape(all, [3 * (all.shape[0] ?? 0), all.shape[2] ?? 0]);
}

const compiledMisfit = compile(misfit);
const compiledJacobian = compile(sparseJacobian);

/** GradBench's `ht`: how far a posed hand is from measured points, and the Jacobian in its pose. */
export const ht: Module = {
  objective: timedOn(
    readHand,
    ({ pose, hand }) => compiledMisfit(pose, hand),
    (error) => [...error.data],
  ),
  jacobian: timedOn(
    readHand,
    ({ pose, hand }) => compiledJacobian(pose, hand),
    (matrix) => matrix.toArray(),
  ),
};

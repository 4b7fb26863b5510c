import {
  argmin,
  div,
  gather,
  grad,
  jvp,
  matmul,
  mul,
  ones,
  square,
  stopGradient,
  sub,
  sum,
  type Tensor,
  transpose,
} from 'throughline';
import { compile } from '../compiled.ts';
import { byBlocks } from './blocks.ts';
import { type Fields, matrixIn } from './inputs.ts';
import { type Module, timedOn } from './protocol.ts';

/** Points whose distances to all centroids are in memory at a time. */
const BLOCK = 64;

/** Which centroid [k, d] is nearest to each point [n, d]: |p − c|² is |p|² and |c|² − 2 p·c, of which the first is the same for all. */
function nearest(centroids: Tensor, points: Tensor): Tensor {
  const lengths = sum(square(centroids), 1);
  const across = transpose(centroids);
  const ofBlock = (rows: Tensor): Tensor => argmin(sub(lengths, mul(2, matmul(rows, across))), 1);
  return byBlocks(ofBlock, points, points.shape[0] ?? 0, BLOCK);
}

/**
 * The sum over points [n, d] of the squared distance to the nearest of the centroids [k, d].
 *
 * Which one that is has no derivative, so the gradient reaches one centroid for each point: a scatter, not a sum over all.
 */
export function cost(centroids: Tensor, points: Tensor): Tensor {
  const own = gather(centroids, nearest(stopGradient(centroids), points));
  return sum(square(sub(points, own)));
}

/** Newton's direction: the gradient over the Hessian, which is diagonal, so that its product with ones is all of it. */
export function direction(centroids: Tensor, points: Tensor): Tensor {
  const slope = grad((c: Tensor) => cost(c, points));
  const { value, tangent } = jvp(slope, centroids, ones(centroids.shape));
  return div(value, tangent);
}

const compiledCost = compile(cost);
const compiledDirection = compile(direction);

interface Input {
  readonly centroids: Tensor;
  readonly points: Tensor;
}

function read(input: Fields): Input {
  const points = matrixIn(input, 'points');
  return { points, centroids: matrixIn(input, 'centroids', [undefined, points.shape[1]]) };
}

/** GradBench's `kmeans`: how far points are from their centroids, and where Newton's method moves these. */
export const kmeans: Module = {
  cost: timedOn(
    read,
    ({ centroids, points }) => compiledCost(centroids, points),
    (y) => y.item(),
  ),
  dir: timedOn(
    read,
    ({ centroids, points }) => compiledDirection(centroids, points),
    (step) => step.toArray(),
  ),
};

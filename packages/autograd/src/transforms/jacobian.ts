import { ArgumentError, full, isDifferentiable, type Tensor } from '@throughline/tensor';
import { standardBasis } from '../ops/basis.ts';
import { reshape } from '../primitives/reshape.ts';
import { type Flat, flatten, isOperand, isResult, type Like, refusePromise } from '../tree.ts';
import { grad } from './grad.ts';
import { zerosOf } from './inputs.ts';
import { jvp } from './jvp.ts';
import { vjp } from './vjp.ts';
import { vmap } from './vmap.ts';

/** For each leaf of the value, one Jacobian per leaf of the argument, each of shape [...value, ...argument]. */
export type Jacobian<X, Y> = Like<Y, Like<X, Tensor>>;

/**
 * The Jacobian of a function at a tree of tensors.
 *
 * `reverse` (the default) runs `f` once and maps its pullback over the value's elements; `forward` runs it once per leaf
 * of the argument, with tangents along all its elements at once. Shapes: for a value [m] and an argument [n], [m, n]; trees of them for trees.
 * @throws ArgumentError for an unknown mode.
 * @example jacobian((x) => mul(x, x))(tensor([1, 2]))   // f64[2,2] [[2, 0], [0, 4]]
 */
export function jacobian<X = Tensor, Y = Tensor>(
  f: (x: X) => Y,
  options: { mode?: 'reverse' | 'forward' } = {},
): (x: X) => Jacobian<X, Y> {
  const { mode = 'reverse' } = options;
  if (mode !== 'reverse' && mode !== 'forward') {
    throw new ArgumentError('jacobian', `mode "${String(mode)}" is neither "reverse" nor "forward".`);
  }
  const checked = (x: X): Y => refusePromise('jacobian', f(x));
  return mode === 'reverse' ? (x) => reverseJacobian(checked, x) : (x) => forwardJacobian(checked, x);
}

function reverseJacobian<X, Y>(f: (x: X) => Y, x: X): Jacobian<X, Y> {
  const { value, pullback } = vjp(f, x);
  const ys = flatten('jacobian', value, isResult);
  const xs = flatten('jacobian', x, isOperand);
  const rows = ys.leaves.map((y, k) => {
    if (y === null || !isDifferentiable(y)) return null;
    const pull = (ct: Tensor): unknown =>
      pullback(ys.rebuild(ys.leaves.map((_, j) => (j === k ? ct : null))) as Like<Y, Tensor | null>); // Y's structure
    const cts = flatten('jacobian', vmap(pull)(standardBasis(y)), isResult).leaves;
    return xs.rebuild(cts.map((ct) => ct && reshape(ct, [...y.shape, ...ct.shape.slice(1)])));
  });
  return ys.rebuild(rows) as Jacobian<X, Y>; // one row tree per leaf
}

function forwardJacobian<X, Y>(f: (x: X) => Y, x: X): Jacobian<X, Y> {
  const xs = flatten('jacobian', x, isOperand);
  const leaves = xs.leaves.map((leaf) => (typeof leaf === 'number' ? full([], leaf) : leaf));
  let ys: Flat<Tensor | null> | undefined;
  const columns = leaves.map((leaf, i) => {
    if (!isDifferentiable(leaf)) return null;
    const push = (t: Tensor): unknown => {
      const tangents = leaves.map((other, j) => (j === i ? t : isDifferentiable(other) ? zerosOf(other) : null));
      const { value, tangent } = jvp(f, x, xs.rebuild(tangents) as Like<X, Tensor | null>); // X's structure
      ys ??= flatten('jacobian', value, isResult);
      return tangent;
    };
    return flatten('jacobian', vmap(push, { outAxes: -1 })(standardBasis(leaf)), isResult).leaves;
  });
  const results = ys ?? flatten('jacobian', f(x), isResult);
  const rows = results.leaves.map((y, k) => {
    if (y === null || !isDifferentiable(y)) return null;
    return xs.rebuild(
      columns.map((column, i) => {
        const tangent = column?.[k];
        return tangent ? reshape(tangent, [...y.shape, ...(leaves[i]?.shape ?? [])]) : null;
      }),
    );
  });
  return results.rebuild(rows) as Jacobian<X, Y>; // one row tree per leaf
}

/**
 * The matrix of second derivatives of a scalar function: the Jacobian of its gradient.
 *
 * Shapes: for an argument [n], [n, n]; for a tree, a tree of trees.
 * @example hessian((x) => sum(mul(x, mul(x, x))))(tensor([1, 2]))   // f64[2,2] [[6, 0], [0, 12]]
 */
export const hessian = <X = Tensor>(f: (x: X) => Tensor): ((x: X) => Like<X, Like<X, Tensor>>) =>
  jacobian(grad(f)) as unknown as (x: X) => Like<X, Like<X, Tensor>>; // Like<Like<X, T>, U> has X's structure

/**
 * A Hessian times a vector, without the Hessian: forward mode over reverse mode.
 *
 * @throws ShapeError when `v` is not of x's type.
 * @example hvp((x) => sum(mul(x, mul(x, x))), tensor([1, 2]), tensor([1, 0]))   // f64[2] [6, 0]
 */
export const hvp = <X>(f: (x: X) => Tensor, x: X, v: Like<X, Tensor | number | null>): Like<X, Tensor> =>
  jvp(grad(f), x, v).tangent as unknown as Like<X, Tensor>; // the gradient has X's structure

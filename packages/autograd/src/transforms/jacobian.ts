import { ArgumentError, isDifferentiable, sizeOf, type Tensor, type TensorType } from '@throughline/tensor';
import { standardBasis } from '../ops/basis.ts';
import { stack } from '../primitives/concat-split.ts';
import { reshape } from '../primitives/reshape.ts';
import { flatten, isOperand, isResult, type Like, refusePromise } from '../tree.ts';
import { grad } from './grad.ts';
import { zerosOf } from './inputs.ts';
import { jvp } from './jvp.ts';
import { vjp } from './vjp.ts';

/** For each leaf of the value, one Jacobian per leaf of the argument, each of shape [...value, ...argument]. */
export type Jacobian<X, Y> = Like<Y, Like<X, Tensor>>;

/**
 * The Jacobian of a function at a tree of tensors.
 *
 * `reverse` (the default) runs `f` once and maps its pullback over the value's elements; `forward` runs it once per
 * element of the argument. Shapes: for a value [m] and an argument [n], [m, n]; trees of them for trees.
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
  const rows = ys.leaves.map((y, k) => {
    if (y === null || !isDifferentiable(y)) return null;
    const pulled = standardBasis(y).map((e) =>
      pullback(ys.rebuild(ys.leaves.map((_, j) => (j === k ? e : null))) as Like<Y, Tensor | null>),
    ); // Y's structure
    return assemble(x, pulled, (cts, leaf) => reshape(stackOr(cts, y, leaf), [...y.shape, ...leaf.shape]));
  });
  return ys.rebuild(rows) as Jacobian<X, Y>; // one row tree per leaf
}

function forwardJacobian<X, Y>(f: (x: X) => Y, x: X): Jacobian<X, Y> {
  const xs = flatten('jacobian', x, isOperand);
  const leaves = xs.leaves.map((leaf) =>
    typeof leaf === 'number' ? ({ dtype: 'float64', shape: [] } as const) : leaf,
  );
  let outputs: ReturnType<typeof flatten<Tensor | null>> | undefined;
  const columns = leaves.map((leaf, i) => {
    if (!isDifferentiable(leaf)) return null;
    return standardBasis(leaf).map((e) => {
      const tangent = xs.rebuild(
        leaves.map((other, j) => (j === i ? e : isDifferentiable(other) ? zerosOf(other) : null)),
      );
      const result = jvp(f, x, tangent as Like<X, Tensor | null>); // X's structure
      outputs ??= flatten('jacobian', result.value, isResult);
      return flatten('jacobian', result.tangent, isResult).leaves;
    });
  });
  const ys = outputs ?? flatten('jacobian', f(x), isResult);
  const rows = ys.leaves.map((y, k) => {
    if (y === null || !isDifferentiable(y)) return null;
    return xs.rebuild(
      leaves.map((leaf, i) => {
        const column = columns[i];
        if (!column) return null;
        const parts = column.map((tangents) => tangents[k] ?? zerosOf(y));
        return parts.length === 0
          ? zerosOf({ dtype: y.dtype, shape: [...y.shape, ...leaf.shape] })
          : reshape(stack(parts, y.rank), [...y.shape, ...leaf.shape]);
      }),
    );
  });
  return ys.rebuild(rows) as Jacobian<X, Y>; // one row tree per leaf
}

/** Joins the same leaf of several trees. */
function assemble<X>(x: X, trees: readonly unknown[], join: (cts: Tensor[], leaf: TensorType) => Tensor): unknown {
  const xs = flatten('jacobian', x, isOperand);
  const flats = trees.map(
    (tree) => flatten('jacobian', tree, (v): v is Tensor | null => v === null || isOperand(v)).leaves,
  );
  return xs.rebuild(
    xs.leaves.map((leaf, i) => {
      const type: TensorType = typeof leaf === 'number' ? { dtype: 'float64', shape: [] } : leaf;
      return isDifferentiable(type)
        ? join(
            flats.map((leaves) => leaves[i] as Tensor),
            type,
          )
        : null; // differentiable: never null
    }),
  );
}

const stackOr = (cts: readonly Tensor[], y: TensorType, leaf: TensorType): Tensor =>
  sizeOf(y.shape) === 0 ? zerosOf({ dtype: leaf.dtype, shape: [...y.shape, ...leaf.shape] }) : stack(cts);

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

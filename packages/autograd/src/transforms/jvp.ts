import { formatType, full, isDifferentiable, ShapeError, sameType, Tensor } from '@throughline/tensor';
import { within } from '../bind.ts';
import { Forward } from '../forward.ts';
import { checkSameStructure, flatten, inOrderOf, isOperand, isResult, type Like, refusePromise } from '../tree.ts';
import { Dual, seenOn } from '../value.ts';
import { prepareInputs, stripTree, zerosOf } from './inputs.ts';

/** A value and its tangent, in one structure. */
export interface Jvp<Y> {
  readonly value: Y;
  readonly tangent: Like<Y, Tensor>;
}

/**
 * Runs `f` at a tree of tensors along a tangent of the same structure, in forward mode: no tape is kept.
 *
 * Tangents of integer and bool leaves are ignored (null may stand there).
 * @throws ShapeError when a tangent's type is not its primal's; TreeError when structures differ.
 * @example jvp((x) => mul(x, x), tensor([1, 2]), tensor([1, 10])).tangent   // f64[2] [2, 40]
 */
export function jvp<X, Y>(f: (x: X) => Y, x: X, tangent: Like<X, Tensor | number | null>): Jvp<Y> {
  return within(
    (level) => new Forward(level),
    (forward) => {
      const tangents = alignTangents('jvp', x, tangent);
      const inputs = prepareInputs(
        'jvp',
        x,
        (leaf, i) => new Dual(leaf, checkTangent('jvp', tangents[i] ?? zerosOf(leaf), leaf), forward),
      );
      const y = f(inputs.tree);
      refusePromise('jvp', y);
      const flat = flatten('jvp', y, isResult, 'the result');
      const tangentOf = (leaf: Tensor | null): Tensor | null => {
        const seen = seenOn(leaf, forward);
        return seen instanceof Dual && seen.trace === forward ? seen.tangent : leaf && zerosOf(leaf);
      };
      return {
        value: stripTree('jvp', y, forward),
        tangent: flat.rebuild(flat.leaves.map(tangentOf)) as Like<Y, Tensor>, // same structure
      };
    },
  );
}

/** One tangent per float leaf of `x`, in order. */
export function alignTangents(op: string, x: unknown, tangent: unknown): (Tensor | null)[] {
  const primals = flatten(op, x, isOperand);
  const tangents = flatten(op, inOrderOf(x, tangent), isTangent);
  checkSameStructure(op, primals, tangents);
  return primals.leaves.flatMap((leaf, i) => {
    const t = tangents.leaves[i] ?? null;
    if (leaf instanceof Tensor && !isDifferentiable(leaf)) return [];
    return [
      typeof t === 'number'
        ? full(leaf instanceof Tensor ? leaf.shape : [], t, leaf instanceof Tensor ? leaf.dtype : 'float64')
        : t,
    ];
  });
}

const isTangent = (value: unknown): value is Tensor | number | null => value === null || isOperand(value);

/** Throws unless a tangent has its primal's type. */
export function checkTangent(op: string, tangent: Tensor, primal: Tensor): Tensor {
  if (!sameType(tangent, primal)) {
    throw new ShapeError(op, `the tangent is ${formatType(tangent)}, its primal is ${formatType(primal)}.`);
  }
  return tangent;
}

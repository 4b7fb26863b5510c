import { formatType, isDifferentiable, ShapeError, sameType, type Tensor } from '@throughline/tensor';
import { within } from '../bind.ts';
import type { Cotangent } from '../primitive.ts';
import { prepare } from '../pullback.ts';
import { Tape } from '../tape.ts';
import { checkSameStructure, flatten, inOrderOf, isResult, type Like, refusePromise } from '../tree.ts';
import { materialize, prepareInputs, stripTree } from './inputs.ts';

/** A value, and the linear map that takes a cotangent of it back to one of the argument. */
export interface Vjp<X, Y> {
  readonly value: Y;
  pullback(ct: Like<Y, Tensor | null>): Like<X, Tensor>;
}

/**
 * Runs `f` at a tree of tensors and returns its value with its pullback, which may be called any number of times.
 *
 * The pullback takes a cotangent in the structure of the value (null: nothing flows there) and gives one in the
 * structure of the argument, null at integer and bool leaves.
 * @throws ShapeError when a cotangent's type is not its value's; TreeError when structures differ.
 * @example vjp((x) => mul(x, x), tensor([1, 2])).pullback(tensor([1, 10]))   // f64[2] [2, 40]
 */
export function vjp<X, Y>(f: (x: X) => Y, x: X): Vjp<X, Y> {
  return within(
    (level) => new Tape(level),
    (tape) => {
      const inputs = prepareInputs('vjp', x, (leaf) => tape.input(leaf));
      const y = f(inputs.tree);
      refusePromise('vjp', y);
      const flat = flatten('vjp', y, isResult, 'the result');
      const sweep = prepare(tape, flat.leaves, inputs.wrapped);
      return {
        value: stripTree('vjp', y, tape),
        pullback(ct) {
          const cts = flatten('pullback', inOrderOf(y, ct), isCotangent);
          checkSameStructure('pullback', flat, cts);
          cts.leaves.forEach((leaf, i) => {
            checkCotangent(leaf, flat.leaves[i]);
          });
          return inputs.restore(materialize(sweep(cts.leaves), inputs.wrapped)) as Like<X, Tensor>; // null only at leaves without cotangents
        },
      };
    },
  );
}

const isCotangent = (value: unknown): value is Cotangent =>
  value === null || (typeof value === 'object' && 'dtype' in value && 'shape' in value);

function checkCotangent(ct: Cotangent, y: Cotangent | undefined): void {
  if (ct === null || y === undefined) return;
  if (y === null)
    throw new ShapeError('pullback', `the cotangent is ${formatType(ct)}, the value is null. Pass null there.`);
  if (!sameType(ct, y)) {
    throw new ShapeError('pullback', `the cotangent is ${formatType(ct)}, the value is ${formatType(y)}.`);
  }
  if (!isDifferentiable(y)) throw new ShapeError('pullback', `${formatType(y)} has no cotangent. Pass null there.`);
}

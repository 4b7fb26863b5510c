import { formatType, full, NotDifferentiableError, ShapeError, Tensor } from '@throughline/tensor';
import { within } from '../bind.ts';
import { describe } from '../operand.ts';
import { pull } from '../pullback.ts';
import { Tape } from '../tape.ts';
import { type Like, refusePromise } from '../tree.ts';
import { strip } from '../value.ts';
import { materialize, prepareInputs, stripTree } from './inputs.ts';

/** A value and its gradient, in the structure of the first argument. */
export interface ValueAndGrad<X> {
  readonly value: Tensor;
  readonly grad: Like<X, Tensor>;
}

/**
 * The gradient of a scalar function with respect to its first argument.
 *
 * `f` takes a tree of tensors (or numbers), and any further arguments, which are passed through. The result has the
 * structure of the first argument; integer and bool leaves, keys among them, have no cotangent: null stands there.
 * Inside `f` values are concrete: `for`, `if (x.item() > 0)` and `console.log` work. To any order: `grad(grad(f))`.
 * @throws ShapeError when `f` does not return a scalar.
 * @example grad((x) => mul(x, mul(x, x)))(tensor(2))   // f64[] 12
 */
export function grad<X = Tensor, R extends readonly unknown[] = []>(
  f: (x: X, ...rest: R) => Tensor,
): (x: X, ...rest: R) => Like<X, Tensor> {
  const both = differentiate('grad', f, false);
  return (x, ...rest) => both(x, ...rest).grad;
}

/**
 * A scalar function's value and gradient, from one forward run. With `aux`, `f` returns `{ value, aux }`, and `aux`
 * comes back as plain tensors.
 *
 * @throws ShapeError when the value is not a scalar.
 * @example valueAndGrad((x) => sum(mul(x, x)))(tensor([1, 2])).value   // f64[] 5
 */
export function valueAndGrad<X = Tensor, R extends readonly unknown[] = [], A = unknown>(
  f: (x: X, ...rest: R) => { value: Tensor; aux: A },
  options: { aux: true },
): (x: X, ...rest: R) => ValueAndGrad<X> & { readonly aux: A };
export function valueAndGrad<X = Tensor, R extends readonly unknown[] = []>(
  f: (x: X, ...rest: R) => Tensor,
): (x: X, ...rest: R) => ValueAndGrad<X>;
export function valueAndGrad<X, R extends readonly unknown[], A>(
  f: (x: X, ...rest: R) => Tensor | { value: Tensor; aux: A },
  options: { aux?: boolean } = {},
): (x: X, ...rest: R) => ValueAndGrad<X> & { readonly aux?: A } {
  return differentiate('valueAndGrad', f, options.aux === true);
}

function differentiate<X, R extends readonly unknown[], A>(
  name: string,
  f: (x: X, ...rest: R) => Tensor | { value: Tensor; aux: A },
  withAux: boolean,
): (x: X, ...rest: R) => ValueAndGrad<X> & { readonly aux?: A } {
  return (x, ...rest) =>
    within(
      (level) => new Tape(level),
      (tape) => {
        const inputs = prepareInputs(name, x, (leaf) => tape.input(leaf));
        const result = f(inputs.tree, ...rest);
        refusePromise(name, result);
        const { value, aux } =
          result instanceof Tensor || !withAux
            ? { value: result, aux: undefined }
            : (result as { value: Tensor; aux: A }); // aux was asked for
        const y = checkScalar(name, value);
        const cts = pull(tape, [y], [full([], 1, y.dtype)], inputs.wrapped);
        const both = {
          value: strip(y, tape),
          grad: inputs.restore(materialize(cts, inputs.wrapped)) as Like<X, Tensor>,
        }; // restored in X's structure
        return aux === undefined ? both : { ...both, aux: stripTree(name, aux, tape, 'aux') };
      },
    );
}

function checkScalar(op: string, y: unknown): Tensor {
  if (!(y instanceof Tensor)) throw new ShapeError(op, `f must return a scalar tensor, got ${describe(y)}.`);
  if (y.rank > 0) {
    throw new ShapeError(
      op,
      `f must return a scalar, got ${formatType(y)}. Use jacobian(f), or vjp(f, x) with a cotangent of that shape.`,
    );
  }
  if (y.dtype !== 'float64' && y.dtype !== 'float32') {
    throw new NotDifferentiableError(op, `f returned ${formatType(y)}, which has no derivative. Return a float.`);
  }
  return y;
}

import { flatten, type Like, mapTree, slice, valueAndGrad } from '@throughline/autograd';
import { ArgumentError, ShapeError, type Tensor } from '@throughline/tensor';
import type { StepCompiler } from './stream.ts';

/** What is gone through. */
export interface WindowOptions<P, X, S> {
  /** Tensors with time in front, [T, …], nested as the loss likes: `{ inputs, targets }`. */
  readonly over: X;
  /** Steps in a window; the last one has what is left. */
  readonly window: number;
  /** The parameters now: asked for before each window, so that an update counts from the next one on. */
  params(): P;
  /** The state to start from; without it the first window's loss is given none. */
  readonly from?: S;
  /** `compile` of @throughline/compiler: each window's loss and gradient are then computed by a compiled program. */
  readonly compile?: StepCompiler;
}

/** What a window gave: numbers, without a tape. */
export interface WindowResult<P, S> {
  readonly loss: Tensor;
  readonly gradients: Like<P, Tensor | null>;
  /** The state that the next window starts from. */
  readonly last: S;
  /** The steps of this window: from `first` (counted from 0) up to `end`, which is not one of them. */
  readonly first: number;
  readonly end: number;
}

/**
 * Truncated backpropagation over a long stream: a gradient per window, the state carried on as numbers, so that nothing
 * reaches back into the window before and memory is that of one window. There is nothing to detach.
 *
 * `loss(params, part, from)` returns a scalar and the state at the window's end. Where the parameters stay as they are,
 * the gradients add up to those of `truncatedBptt` with a stride of one window. Shapes: `over` [T, …], `part` [window, …].
 * Source: Williams, Peng, "An efficient gradient-based algorithm for on-line training of recurrent network trajectories",
 * 1990, BPTT(h; h′) with h = h′.
 * @throws ArgumentError unless window is a count; ShapeError when the tensors differ in length.
 * @example [...overWindows((w, x) => ({ loss: mul(w, sum(x)), last: null }), { over: arange(5), window: 2, params: () => tensor(1) })].map(({ gradients }) => gradients.item()).join()   // 1,5,4
 */
export function* overWindows<P, X, S>(
  loss: (params: P, part: X, from: S | undefined) => { readonly loss: Tensor; readonly last: S },
  options: WindowOptions<P, X, S>,
): Generator<WindowResult<P, S>, void, undefined> {
  const { over, window, params } = options;
  if (!Number.isInteger(window) || window < 1) {
    throw new ArgumentError('overWindows', `window is ${String(window)}, not a number of steps. Use an integer ≥ 1.`);
  }
  const steps = lengthOf(over);
  const { begin, goOn } = sweeps(loss, options.compile);
  let from = options.from;
  for (let first = 0; first < steps; first += window) {
    const end = Math.min(first + window, steps);
    const part = mapTree(over, (x) =>
      slice(x, [first, ...x.shape.slice(1).map(() => 0)], [end, ...x.shape.slice(1)]),
    ) as unknown as X; // the same structure
    const { value, grad, aux: last } = from === undefined ? begin(params(), part) : goOn(params(), part, from);
    yield { loss: value, gradients: grad, last, first, end };
    from = last;
  }
}

interface Sweep<P, S> {
  readonly value: Tensor;
  readonly grad: Like<P, Tensor | null>;
  readonly aux: S;
}

/** Loss, gradient and last state of a window: of the first one, which may have no state to start from, and of the others. */
function sweeps<P, X, S>(
  loss: (params: P, part: X, from: S | undefined) => { readonly loss: Tensor; readonly last: S },
  compile: StepCompiler = (f) => f,
) {
  const sweep = (params: P, part: X, from: S | undefined): Sweep<P, S> =>
    valueAndGrad(
      (p: P) => {
        const { loss: value, last } = loss(p, part, from);
        return { value, aux: last };
      },
      { aux: true },
    )(params) as unknown as Sweep<P, S>; // aux as plain numbers, gradients in the structure of the parameters
  return {
    begin: compile((params: P, part: X) => sweep(params, part, undefined)),
    goOn: compile(sweep),
  };
}

function lengthOf(over: unknown): number {
  const { leaves, paths } = flatten('overWindows', over, undefined, 'over');
  const [first] = leaves;
  if (first === undefined || first.rank === 0) throw new ShapeError('overWindows', 'over has no axis of steps.');
  const steps = first.shape[0] as number; // rank ≥ 1
  leaves.forEach((leaf, i) => {
    if (leaf.shape[0] === steps) return;
    throw new ShapeError('overWindows', `${paths[0]} has ${steps} steps, ${paths[i]} has ${leaf.shape[0] ?? 'none'}.`);
  });
  return steps;
}

import { less, mapTree, notEqual, reshape, where } from '@throughline/autograd';
import {
  ArgumentError,
  arange,
  Concrete,
  formatType,
  full,
  type Shape,
  ShapeError,
  sameShape,
  Tensor,
  tensor,
} from '@throughline/tensor';
import type { Cell, StepResult, Taps } from './cell.ts';
import type { ParamSpecs, ParamsOf } from './params.ts';
import { namedSlots, type StateOf, type StateSpec, setValueAt, slotsOf, valueAt } from './state.ts';

/** What the rows of a batch do in one step, each for itself. */
export interface RowStep<S> {
  /** bool [B]: the rows that take this step. The others hold their state and give zeros. */
  readonly valid?: Tensor;
  /** bool [B]: the rows that start again before this step. */
  readonly reset?: Tensor;
  /** What they start from. */
  readonly restart?: StateOf<S>;
}

/** One step, row by row. Inputs of rows that do not take it are replaced before it, so that 0 · NaN cannot leak out. */
export function stepRows<P extends ParamSpecs, S extends StateSpec, T extends Taps>(
  cell: Cell<P, S, T>,
  params: ParamsOf<P>,
  state: StateOf<S>,
  x: Tensor,
  { valid, reset, restart = state }: RowStep<S>,
): Required<StepResult<S, T>> {
  const begin = reset === undefined ? state : choose(cell.state, reset, restart, state, state);
  if (valid === undefined) return cell.step(params, begin, x);
  const result = cell.step(params, begin, silence(valid, x));
  return {
    state: choose(cell.state, valid, result.state, state, result.state),
    out: silence(valid, result.out),
    taps: mapTree(result.taps, (tap) => silence(valid, tap)) as unknown as T, // same structure
  };
}

/** Zeros in the rows that are not valid, where x begins with the mask's axes: [B], or [T, B]. */
export const silence = (valid: Tensor, x: Tensor): Tensor =>
  sameShape(x.shape.slice(0, valid.rank), valid.shape) ? where(along(valid, x), x, full(x.shape, 0, x.dtype)) : x;

/** A mask, shaped to be broadcast along x, whose axes it has from `first` on. */
const along = (mask: Tensor, x: Tensor, first = 0): Tensor =>
  reshape(
    mask,
    x.shape.map((extent, k) => (k < first || k >= first + mask.rank ? 1 : extent)),
  );

/** One state or the other, row by row; what has no rows is `shared`. */
function choose<S extends StateSpec>(
  spec: S,
  mask: Tensor,
  yes: StateOf<S>,
  no: StateOf<S>,
  shared: StateOf<S>,
): StateOf<S> {
  const chosen: Record<string, unknown> = {};
  for (const { name, slot } of namedSlots(slotsOf(spec))) {
    const [a, b] = [valueAt(yes, name), valueAt(no, name)] as [Tensor, Tensor]; // a state is a tensor
    const axis = slot.axes.indexOf('B');
    setValueAt(chosen, name, axis < 0 ? valueAt(shared, name) : where(along(mask, a, axis), a, b));
  }
  return chosen as StateOf<S>; // the nesting of S
}

interface Masks {
  readonly valid?: Tensor;
  readonly reset?: Tensor;
}

/** The masks of a run's rows: bool [T, B] each, or absent. `swap` puts time first. */
export function masksOf(
  cell: { readonly name: string; readonly state: StateSpec },
  {
    lengths,
    resetAt,
  }: { readonly lengths?: Tensor | readonly number[] | undefined; readonly resetAt?: Tensor | undefined },
  xs: Tensor,
  swap: (x: Tensor) => Tensor,
): Masks {
  const [T, B] = xs.shape as [number, number]; // checked: at least two axes
  const masks = {
    ...(lengths && { valid: less(reshape(arange(T, 'int32'), [T, 1]), checkLengths(lengths, T, B)) }),
    ...(resetAt && { reset: checkReset(resetAt, T, B, swap) }),
  };
  for (const { name, slot } of namedSlots(slotsOf(cell.state))) {
    // A count that all rows share goes on.
    if (!(lengths || resetAt) || slot.axes.includes('B') || slot.dtype === 'int32') continue;
    throw new ArgumentError(
      op,
      `rows end and restart apart, but ${cell.name}'s state ${name} has no axis B. Declare it as slot('B${slot.axes}').`,
    );
  }
  return masks;
}

const op = 'unroll';

function checkLengths(given: Tensor | readonly number[], T: number, B: number): Tensor {
  const whole = Array.isArray(given) && given.every(Number.isInteger);
  const lengths = whole ? tensor(given, { dtype: 'int32' }) : given;
  check('lengths', lengths, ['int32'], [B], `i32[${B}]`);
  if (lengths instanceof Concrete) {
    lengths.storage.forEach((length, row) => {
      if (length >= 0 && length <= T) return;
      throw new ArgumentError(op, `row ${row} has length ${length}, but xs has ${T} steps. Lengths are 0…${T}.`);
    });
  }
  return lengths;
}

function checkReset(given: Tensor, T: number, B: number, swap: (x: Tensor) => Tensor): Tensor {
  const reset = given.rank === 2 ? swap(given) : given;
  check('resetAt', reset, ['bool', 'int32'], [T, B], `bool[${T},${B}]`);
  return reset.dtype === 'bool' ? reset : notEqual(reset, 0);
}

function check(name: string, x: unknown, dtypes: readonly string[], shape: Shape, wanted: string): asserts x is Tensor {
  if (x instanceof Tensor && dtypes.includes(x.dtype) && sameShape(x.shape, shape)) return;
  throw new ShapeError(op, `${name} is ${x instanceof Tensor ? formatType(x) : x}; with these xs it takes ${wanted}.`);
}

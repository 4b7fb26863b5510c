import {
  ArgumentError,
  formatType,
  kernels,
  type Shape,
  ShapeError,
  sameShape,
  sameType,
  type Tensor,
  type TensorType,
} from '@throughline/tensor';
import { repeated } from '../batching.ts';
import { bindAny } from '../bind.ts';
import { checkFloat, checkSameDType, lift, type Operand } from '../operand.ts';
import { expandDims, squeeze } from '../ops/at.ts';
import { pad } from '../ops/pad.ts';
import { type AnyPrimitive, definePrimitive } from '../primitive.ts';
import { concat } from './concat-split.ts';
import { broadcastTogether } from './define.ts';
import { mul } from './maps/arithmetic.ts';
import { swapped } from './scan-batch.ts';
import { slice } from './slice-pad.ts';
import { broadcastTo } from './sum-broadcast.ts';

interface RecurrenceParams {
  readonly reverse: boolean;
}

export const recurrencePrimitive: AnyPrimitive = definePrimitive<RecurrenceParams, number, 1>({
  name: 'linearRecurrence',
  semantics: { kind: 'recurrence' },
  readsVary: true, // nothing is read of no steps
  infer(inputs) {
    const [a, b, from] = inputs;
    if (a === undefined || b === undefined || inputs.length > 3) {
      throw new ArgumentError('linearRecurrence', `takes a, b and perhaps from, got ${inputs.length} operands.`);
    }
    for (const x of inputs) checkFloat('linearRecurrence', x);
    checkSameDType('linearRecurrence', inputs);
    if (!sameType(a, b) || b.shape.length === 0) {
      throw new ShapeError(
        'linearRecurrence',
        `a is ${formatType(a)} and b ${formatType(b)}: they must have one shape, with time along axis 0.`,
      );
    }
    if (from !== undefined && !sameShape(from.shape, stepShape(b))) {
      throw new ShapeError(
        'linearRecurrence',
        `from is ${formatType(from)}, but one step of b is ${formatType({ dtype: b.dtype, shape: stepShape(b) })}.`,
      );
    }
    return [b];
  },
  eval: ([a, b, from], { reverse }) => [kernels.linearRecurrence(given(a), given(b), from, reverse)],
  pullbacks: () => {
    throw new ArgumentError('linearRecurrence', 'has one rule for all operands.');
  },
  // λ_t = ȳ_t + a_{t+1} λ_{t+1}, the recurrence in the other direction; b̄_t = λ_t, ā_t = λ_t y_{t−1}
  jointPullback([ct], { inputs: [a, b, from], outputs: [y], params: { reverse } }, wanted) {
    const length = given(b).shape[0] ?? 0;
    if (!ct) return [null, null, null];
    if (length === 0) return [ct, ct, null]; // no element, and y_0 is not read
    const without = (x: Tensor, end: boolean): Tensor => (end ? slice(x, [0], [length - 1]) : slice(x, [1], [length]));
    const later = (x: Tensor | undefined): Tensor => without(given(x), reverse);
    const [flow] = bindAny(recurrencePrimitive, [withZeros(later(a), !reverse), ct], { reverse: !reverse });
    const start = (x: Tensor | undefined): Tensor =>
      reverse ? slice(given(x), [length - 1], [length]) : slice(given(x), [0], [1]);
    const toA = (): Tensor => {
      const rows = mul(later(flow), without(given(y), !reverse));
      if (from === undefined) return withZeros(rows, reverse);
      const row = mul(start(flow), expandDims(from, 0));
      return concat(reverse ? [rows, row] : [row, rows]);
    };
    return [
      wanted[0] ? toA() : null,
      wanted[1] ? given(flow) : null,
      wanted[2] ? squeeze(mul(start(a), start(flow)), 0) : null,
    ];
  },
  // Time stays in front.
  batch({ inputs, mapped, params, size }) {
    const all = inputs.map((x, i) => (mapped[i] ? x : repeated(x, size, inputs)));
    const [y] = bindAny(
      recurrencePrimitive,
      all.map((x, i) => (i < 2 ? swapped(x) : x)),
      params,
    );
    return { outputs: [swapped(given(y))] };
  },
}) as unknown as AnyPrimitive; // see AnyPrimitive

/** A row of zeros after the others, or before them. */
function withZeros(rows: Tensor, after: boolean): Tensor {
  const one = rows.shape.map((_, axis) => (axis === 0 ? 1 : 0));
  const none = rows.shape.map(() => 0);
  return after ? pad(rows, none, one) : pad(rows, one, none);
}

function given<T extends TensorType>(x: T | undefined): T {
  if (x === undefined) throw new ArgumentError('linearRecurrence', 'takes a, b and perhaps from.');
  return x;
}

/** Options of `linearRecurrence`. */
export interface RecurrenceOptions {
  /** The y before the first step; without it the first y is the first b. */
  readonly from?: Operand;
  /** From the last step to the first. */
  readonly reverse?: boolean;
}

/**
 * y_t = a_t ⊙ y_{t−1} + b_t along axis 0, one step after another.
 *
 * Shapes: a and b broadcast to [T, ...]; `from` to [...]. dtypes: floats. Gradient: b̄ = λ with λ_t = ȳ_t + a_{t+1} ⊙ λ_{t+1},
 * the same recurrence the other way; ā_t = λ_t ⊙ y_{t−1}. Without `from` the first a has no effect. `associativeScan` of
 * (a, b) · (a′, b′) = (a′a, a′b + b′) computes the same in another order of sums.
 * @throws ShapeError when there is no time axis or shapes do not fit; DTypeError for integers and bools.
 * @example linearRecurrence(0.5, tensor([1, 1, 1]))   // f64[3] [1, 1.5, 1.75]
 * @example linearRecurrence(tensor([2, 2]), tensor([1, 1]), { from: 3 })   // f64[2] [7, 15]
 */
export function linearRecurrence(a: Operand, b: Operand, { from, reverse = false }: RecurrenceOptions = {}): Tensor {
  const [x, y] = broadcastTogether('linearRecurrence', [a, b]) as [Tensor, Tensor]; // as many as were given
  const operands = [x, y];
  if (from !== undefined && y.rank > 0) {
    const [, start] = lift('linearRecurrence', [y, from]);
    operands.push(start?.rank === 0 ? broadcastTo(start, stepShape(y)) : (start as Tensor)); // one more than y
  }
  return bindAny(recurrencePrimitive, operands, { reverse })[0] as Tensor; // one output
}

const stepShape = (b: TensorType): Shape => b.shape.slice(1);

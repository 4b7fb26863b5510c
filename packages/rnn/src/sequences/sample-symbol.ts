import { argmax, categorical, greaterEqual, mul, slice, where } from '@throughline/autograd';
import { topK } from '@throughline/autograd/order';
import { ArgumentError, formatType, ShapeError, type Tensor } from '@throughline/tensor';

/** How a symbol is chosen. */
export interface Sampling {
  /** Logits are divided by it: below 1 likelier symbols, above 1 rarer ones; 0 takes the likeliest. 1 by default. */
  readonly temperature?: number;
  /** Only so many of the likeliest may be chosen (more where logits are equal). */
  readonly topK?: number;
  /** What is drawn from; not needed at temperature 0. */
  readonly key?: Tensor | undefined;
}

/**
 * One symbol for each row of logits, drawn from their softmax at a temperature, or the likeliest.
 *
 * Shapes: [..., V] → int32 [...]. Of equal logits temperature 0 takes the first. Gradient: none.
 * @throws ArgumentError for a temperature below 0, a topK that is no count, and where a key is missing.
 * @example sampleSymbol(tensor([[0, 3, 1]]), { temperature: 0 })   // i32[1] [1]
 */
export function sampleSymbol(logits: Tensor, options: Sampling = {}): Tensor {
  return sample('sampleSymbol', logits, options);
}

/** The same in the name of an op. */
export function sample(op: string, logits: Tensor, { temperature = 1, topK: k, key }: Sampling): Tensor {
  if (!(temperature >= 0 && temperature < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(op, `temperature is ${temperature}, not a number from 0 up. 0 takes the likeliest.`);
  }
  const V = logits.shape.at(-1) ?? 0;
  if (V === 0) throw new ShapeError(op, `the logits are ${formatType(logits)}: there is no symbol to choose.`);
  if (k !== undefined && (!Number.isInteger(k) || k < 1))
    throw new ArgumentError(op, `topK is ${k}, not an integer from 1 up.`);
  if (temperature === 0) return argmax(logits, -1);
  if (key === undefined)
    throw new ArgumentError(op, 'has no key to draw from. Pass { key: key(seed) }, or { temperature: 0 }.');
  const scaled = mul(logits, 1 / temperature);
  if (k === undefined || k >= V) return categorical(key, scaled);
  const { values } = topK(scaled, k);
  const least = slice(values, [...values.shape.slice(0, -1).map(() => 0), k - 1], [...values.shape]);
  return categorical(key, where(greaterEqual(scaled, least), scaled, Number.NEGATIVE_INFINITY));
}

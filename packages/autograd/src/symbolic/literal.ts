import { type Concrete, dtypes, type Shape } from '@throughline/tensor';
import { numberText } from '../number-text.ts';

/** Identifiers as the text has them: names, primitives, keys. */
export const identifier = /^[A-Za-z_]\w*$/;

/** A scalar constant as it would be written; what is not a float64 stands under its type. */
export function formatScalar(value: Concrete): string {
  const text = formatElement(value, 0);
  if (value.dtype === 'float64' || value.dtype === 'bool') return text;
  return `${dtypes[value.dtype].short}(${text})`;
}

/** One element of a constant. */
function formatElement({ storage, dtype }: Concrete, i: number): string {
  const x = storage[i] as number; // i < size
  if (dtype === 'bool') return x === 0 ? 'false' : 'true';
  return numberText(dtype === 'float32' ? shortest(x) : x);
}

/** All elements, nested by axis: `[[1,2],[3,4]]`. */
export function formatElements(value: Concrete, axis = 0, from = 0): string {
  const { shape } = value;
  if (axis === shape.length) return formatElement(value, from);
  const inner = elements(shape, axis + 1);
  const parts = Array.from({ length: shape[axis] ?? 0 }, (_, i) => formatElements(value, axis + 1, from + i * inner));
  return `[${parts.join(',')}]`;
}

/** Elements in one index of the axis before. */
const elements = (shape: Shape, axis: number): number => shape.slice(axis).reduce((a, b) => a * b, 1);

/** The number with the fewest digits that is `x` in float32. */
function shortest(x: number): number {
  for (let digits = 1; digits < 10; digits++) {
    const candidate = Number(x.toPrecision(digits));
    if (Object.is(Math.fround(candidate), x)) return candidate;
  }
  return x;
}

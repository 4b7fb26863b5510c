import { numberText } from './number-text.ts';

const data: readonly unknown[] = [undefined, Object, Array, String, Boolean];
let odd = 0;

/** A param as JSON can tell it from others: numbers as text, and what is no data as something equal to nothing. */
export function paramKey(value: unknown): unknown {
  if (typeof value === 'number') return numberText(value);
  return data.includes(value?.constructor) ? value : `@${odd++}`;
}

/** Params as text: equal texts, equal params. */
export const paramsKey = (params: unknown): string => JSON.stringify(params, (_, value) => paramKey(value));

import { type Tensor, tensor } from 'throughline';

/** Says what is wrong with an input; the answer carries it, and the adapter goes on. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** An object of an input, by field. */
export type Fields = Readonly<Record<string, unknown>>;

/** A value as an error names it. */
export function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `${typeof value} ${JSON.stringify(value)}`;
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function fieldsOf(value: unknown, name = 'the input'): Fields {
  if (isFields(value)) return value;
  throw new InputError(`${name} is ${describe(value)}, not an object.`);
}

/** A whole input that is a number. */
export function numberOf(input: unknown): number {
  if (typeof input === 'number') return input;
  throw new InputError(`the input is ${describe(input)}, not a number.`);
}

export function numberIn(input: Fields, name: string): number {
  const value = input[name];
  if (typeof value === 'number') return value;
  throw new InputError(`${name} is ${describe(value)}, not a number.`);
}

/** A whole number that is not below the least. */
export function countIn(input: Fields, name: string, least: number): number {
  const value = input[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  throw new InputError(`${name} is ${describe(value)}, not an integer ≥ ${least}.`);
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((x) => typeof x === 'number');

/** At least one number, or exactly so many. */
export function vectorIn(input: Fields, name: string, length?: number): Tensor {
  const values = input[name];
  if (!isNumbers(values)) throw new InputError(`${name} is ${describe(values)}, not an array of numbers.`);
  if (length === undefined ? values.length === 0 : values.length !== length) {
    throw new InputError(`${name} has ${count(values.length, 'number')}, not ${length ?? 'at least 1'}.`);
  }
  return tensor(values);
}

/** Whole numbers from the least to below a bound, as they stand. */
export function indicesIn(
  input: Fields,
  name: string,
  { least = 0, below }: { least?: number; below: number },
): number[] {
  const values = input[name];
  if (!isNumbers(values)) throw new InputError(`${name} is ${describe(values)}, not an array of numbers.`);
  const wrong = values.findIndex((x) => !Number.isInteger(x) || x < least || x >= below);
  if (wrong < 0) return values;
  throw new InputError(`${name}[${wrong}] is ${values[wrong]}, not an integer from ${least} to ${below - 1}.`);
}

/** Rows of equal length, at least one of each; where the input says how many there are of either, exactly those. */
export function matrixIn(
  input: Fields,
  name: string,
  [height, width]: readonly [height?: number | undefined, width?: number | undefined] = [],
): Tensor {
  const rows = input[name];
  if (!Array.isArray(rows) || !rows.every(isNumbers)) {
    throw new InputError(`${name} is ${describe(rows)}, not an array of rows of numbers.`);
  }
  const expected = width ?? rows[0]?.length ?? 0;
  if (rows.length === 0 || (expected === 0 && width === undefined)) throw new InputError(`${name} has no numbers.`);
  if (height !== undefined && rows.length !== height) {
    throw new InputError(`${name} has ${count(rows.length, 'row')}, not ${height}.`);
  }
  const odd = rows.findIndex((row) => row.length !== expected);
  if (odd < 0) return tensor(rows.flat(), { shape: [rows.length, expected] });
  const other = width === undefined ? `row 0 has ${expected}` : `not ${expected}`;
  throw new InputError(`row ${odd} of ${name} has ${rows[odd]?.length} numbers, ${other}.`);
}

/** Matrices of one shape, stacked. */
export function matricesIn(
  input: Fields,
  name: string,
  [height, width]: readonly [number, number],
  length: number,
): Tensor {
  const values = input[name];
  if (!Array.isArray(values) || values.length !== length) {
    throw new InputError(`${name} is ${describe(values)}, not an array of ${length} matrices.`);
  }
  const each = values.map((_, i) => matrixIn({ [`${name}[${i}]`]: values[i] }, `${name}[${i}]`, [height, width]));
  return tensor(
    each.flatMap((matrix) => [...matrix.data]),
    { shape: [length, height, width] },
  );
}

export const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

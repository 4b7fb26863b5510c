import { Concrete, type DType, dtypes, formatShape, formatType, sizeOf, type TensorType } from '@throughline/tensor';
import type { ParamValue } from '../../program.ts';
import { type Cursor, describe } from './cursor.ts';
import type { Token } from './tokens.ts';

/** `f64[2,3]`. */
export function parseType(cursor: Cursor): TensorType {
  const word = cursor.word('a type such as f64[2,3]');
  const dtype = dtypeOf(word.text);
  if (dtype === undefined) cursor.fail(word, `"${word.text}" is not a dtype. They are ${shorts.join(', ')}.`);
  cursor.expect('[', 'the shape, as [2,3]');
  const shape: number[] = [];
  while (!cursor.skip(']')) {
    if (shape.length > 0) cursor.expect(',', '"," or "]"');
    const token = cursor.take();
    const extent = Number(token.text);
    if (token.kind !== 'number' || !Number.isInteger(extent) || extent < 0)
      cursor.fail(token, `expected an extent, found ${describe(token)}.`);
    shape.push(extent);
  }
  return { dtype: dtype as DType, shape }; // fail throws
}

const names = Object.keys(dtypes) as DType[]; // the table's own keys
const shorts = names.map((name) => dtypes[name].short);
const dtypeOf = (short: string): DType | undefined => names.find((name) => dtypes[name].short === short);

/** A scalar constant where an operand may stand: `0.5`, `i32(2)`, `true`. Undefined when it is something else. */
export function parseScalar(cursor: Cursor): Concrete | undefined {
  const { kind, text } = cursor.peek();
  if (kind === 'number') return constant({ dtype: 'float64', shape: [] }, [element(cursor, 'float64')]);
  if (text === 'true' || text === 'false') return constant({ dtype: 'bool', shape: [] }, [element(cursor, 'bool')]);
  const dtype = kind === 'word' && cursor.peek(1).text === '(' ? dtypeOf(text) : undefined;
  if (dtype === undefined) return undefined;
  cursor.take();
  cursor.expect('(');
  const value = element(cursor, dtype);
  cursor.expect(')');
  return constant({ dtype, shape: [] }, [value]);
}

/** The elements of a constant, nested by axis. */
export function parseElements(cursor: Cursor, type: TensorType): Concrete {
  const values: number[] = [];
  const nested = (axis: number): void => {
    const extent = type.shape[axis];
    if (extent === undefined) {
      values.push(element(cursor, type.dtype));
      return;
    }
    const shape = formatShape(type.shape);
    const wrong = (found: number | string): never =>
      cursor.fail(cursor.peek(), `axis ${axis} of ${shape} has ${extent} entries, found ${found}.`);
    cursor.expect('[', `"[": ${formatType(type)} is nested ${type.shape.length} deep`);
    for (let i = 0; i < extent; i++) {
      if (cursor.at(']')) wrong(i);
      if (i > 0) cursor.expect(',', '"," or "]"');
      nested(axis + 1);
    }
    if (!cursor.skip(']')) wrong('more');
  };
  nested(0);
  return constant(type, values);
}

function constant({ dtype, shape }: TensorType, values: readonly number[]): Concrete {
  const storage = dtypes[dtype].allocate(sizeOf(shape));
  storage.set(values);
  return new Concrete(storage, dtype, shape);
}

/** One element. A float32 is rounded; the others are what is written. */
function element(cursor: Cursor, dtype: DType): number {
  const token = cursor.take();
  const bad = (what: string): never => cursor.fail(token, `expected ${what}, found ${describe(token)}.`);
  if (dtype === 'bool') {
    if (token.text !== 'true' && token.text !== 'false') bad('true or false');
    return token.text === 'true' ? 1 : 0;
  }
  if (token.kind !== 'number') bad('a number');
  const value = Number(token.text);
  if (dtype === 'int32' && (value | 0) !== value) bad('an integer of 32 bits');
  return value;
}

/** A param: a JSON value, in which `program` stands for a Program that follows; `missing` is told where. */
export function parseParam(cursor: Cursor, path: string, missing: (path: string, at: Token) => void): ParamValue {
  const token = cursor.take();
  if (token.kind === 'number' && Number.isFinite(Number(token.text))) return Number(token.text);
  if (token.kind === 'string') return text(cursor, token);
  if (token.kind === 'word') {
    if (token.text === 'true' || token.text === 'false') return token.text === 'true';
    if (token.text === 'null') return null;
    if (token.text === 'program') {
      missing(path, token);
      return null;
    }
  }
  if (token.text === '[') {
    const items: ParamValue[] = [];
    while (!cursor.skip(']')) {
      if (items.length > 0) cursor.expect(',', '"," or "]"');
      items.push(parseParam(cursor, `${path}[${items.length}]`, missing));
    }
    return items;
  }
  if (token.text === '{') {
    const entries: [string, ParamValue][] = [];
    while (!cursor.skip('}')) {
      if (entries.length > 0) cursor.expect(',', '"," or "}"');
      const key = parseKey(cursor);
      cursor.expect(':');
      entries.push([key, parseParam(cursor, `${path}.${key}`, missing)]);
    }
    return Object.fromEntries(entries);
  }
  return cursor.fail(
    token,
    `expected a value: a number, a string, true, false, null, […] or {…}; found ${describe(token)}.`,
  );
}

/** A param's name; one that is no identifier stands in quotes. */
export function parseKey(cursor: Cursor): string {
  return cursor.peek().kind === 'string' ? text(cursor, cursor.take()) : cursor.word('the name of a param').text;
}

function text(cursor: Cursor, token: Token): string {
  try {
    return JSON.parse(token.text) as string; // a quoted token
  } catch {
    return cursor.fail(token, `${token.text} is not a string as JSON has it.`);
  }
}

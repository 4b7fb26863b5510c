import { Cursor, isDigit } from '../bytes/cursor.ts';
import type { Element } from '../bytes/elements.ts';
import { longestAxis, mostAxes } from '../bytes/extents.ts';
import { FileFormatError, quoted } from '../bytes/format-error.ts';
import { elementOf } from './dtypes.ts';

/** What the header says of one tensor. */
export interface Entry {
  readonly name: string;
  readonly element: Element;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Of the data section. */
  readonly begin: number;
  readonly end: number;
  /** Where in the file the header says so. */
  readonly at: number;
}

export interface Header {
  readonly entries: readonly Entry[];
  readonly metadata: { readonly [name: string]: string };
  /** The file's byte at which data begin. */
  readonly data: number;
}

/** The reference implementation refuses longer ones too. */
const longestHeader = 100_000_000;
const space = ' \t\n\r';
const loneSurrogate = /[\uD800-\uDFFF]/u;

/**
 * Reads the header: eight bytes of length, then a JSON object. It is parsed by what it must contain rather than as JSON
 * in general, so that nothing is nested deeper than the format is, and every failure has its byte.
 */
export function readHeader(op: string, bytes: Uint8Array): Header {
  const length = headerLength(op, bytes);
  const cursor = new Cursor(op, bytes, 8, 8 + length);
  const entries: Entry[] = [];
  let metadata: Header['metadata'] = {};
  const names = new Set<string>();
  if (cursor.byte !== 0x7b) cursor.fail(`the header: expected {, found ${cursor.found()}.`);
  readObject(cursor, 'the header', names, (name, at) => {
    if (name === '__metadata__') metadata = readMetadata(cursor);
    else entries.push(readEntry(cursor, name, at));
  });
  if (cursor.at < cursor.end) cursor.fail(`after the header's object: found ${cursor.found()}.`);
  return { entries, metadata, data: 8 + length };
}

function headerLength(op: string, bytes: Uint8Array): number {
  const have = `the file has ${bytes.length} bytes`;
  if (bytes.length < 8) throw new FileFormatError(op, bytes.length, `${have}; the length of the header alone takes 8.`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  const room = bytes.length - 8;
  if (length > BigInt(room)) {
    throw new FileFormatError(
      op,
      0,
      `the header should have ${length} bytes, but ${have}. It is cut off, or no .safetensors file.`,
    );
  }
  if (length > BigInt(longestHeader)) {
    throw new FileFormatError(op, 0, `the header has ${length} bytes; more than ${longestHeader} are not read.`);
  }
  if (length < 2n) throw new FileFormatError(op, 0, `the header has ${length} bytes; {} alone takes 2.`);
  return Number(length);
}

function readEntry(cursor: Cursor, name: string, at: number): Entry {
  const what = `tensor ${quoted(name)}`;
  let dtype: string | undefined;
  let element: Element | undefined;
  let shape: number[] | undefined;
  let range: number[] | undefined;
  readObject(cursor, what, new Set(), (field, fieldAt) => {
    if (field === 'dtype') {
      const here = cursor.at;
      dtype = readString(cursor, `${what}: dtype`);
      element = elementOf(dtype) ?? cursor.fail(`${what}: ${whyNot(dtype)}`, here);
    } else if (field === 'shape') shape = readIntegers(cursor, `${what}: shape`, mostAxes, longestAxis);
    else if (field === 'data_offsets')
      range = readIntegers(cursor, `${what}: data_offsets`, 2, Number.MAX_SAFE_INTEGER);
    else cursor.fail(`${what}: has a field ${quoted(field)}; the format has dtype, shape and data_offsets.`, fieldAt);
  });
  const missing =
    dtype === undefined ? 'dtype' : shape === undefined ? 'shape' : range === undefined ? 'data_offsets' : null;
  if (element === undefined || dtype === undefined || shape === undefined || range === undefined) {
    return cursor.fail(`${what}: has no ${missing}.`, at);
  }
  const [begin, end] = range;
  if (begin === undefined || end === undefined) return cursor.fail(`${what}: data_offsets are two numbers.`, at);
  return { name, element, dtype, shape, begin, end, at };
}

function whyNot(dtype: string): string {
  if (/^F8/.test(dtype))
    return `dtype ${quoted(dtype)} is not read: eight-bit floats come in several kinds. Store it as F32.`;
  if (/^C\d/.test(dtype)) return `dtype ${quoted(dtype)} is not read. Store real and imaginary parts apart.`;
  return `dtype ${quoted(dtype)} is unknown. It is one of F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL.`;
}

function readMetadata(cursor: Cursor): Header['metadata'] {
  const found: [string, string][] = [];
  readObject(cursor, '__metadata__', new Set(), (name) => {
    found.push([name, readString(cursor, `__metadata__ ${quoted(name)}`)]);
  });
  return Object.fromEntries(found); // own properties, whatever they are called
}

/** An object whose values `field` reads; `field` is given where the name stands. */
function readObject(cursor: Cursor, what: string, seen: Set<string>, field: (name: string, at: number) => void): void {
  cursor.expect('{', what);
  cursor.skip(space);
  if (!cursor.take('}')) {
    do {
      cursor.skip(space);
      const at = cursor.at;
      const name = readString(cursor, `${what}: a name`);
      if (seen.has(name)) cursor.fail(`${what}: ${quoted(name)} stands there twice.`, at);
      seen.add(name);
      cursor.skip(space);
      cursor.expect(':', `${what}: after ${quoted(name)}`);
      cursor.skip(space);
      field(name, at);
      cursor.skip(space);
    } while (cursor.take(','));
    cursor.expect('}', `${what}: after its last field`);
  }
  cursor.skip(space);
}

function readIntegers(cursor: Cursor, what: string, most: number, largest: number): number[] {
  cursor.expect('[', what);
  const found: number[] = [];
  cursor.skip(space);
  if (cursor.take(']')) return found;
  do {
    cursor.skip(space);
    const at = cursor.at;
    if (found.length === most) cursor.fail(`${what}: has more than ${most} entries.`);
    const value = cursor.integer(what);
    if (value > largest) cursor.fail(`${what}: ${value} is longer than any axis may be, ${largest}.`, at);
    found.push(value);
    cursor.skip(space);
  } while (cursor.take(','));
  cursor.expect(']', what);
  return found;
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

function readString(cursor: Cursor, what: string): string {
  const start = cursor.at;
  cursor.expect('"', what);
  const parts: string[] = [];
  let from = cursor.at;
  for (;;) {
    const { byte } = cursor;
    if (byte < 0) cursor.fail(`${what}: the text does not end.`);
    if (byte < 0x20) cursor.fail(`${what}: has ${cursor.found()}; control characters are written as \\u….`);
    if (byte !== 0x22 && byte !== 0x5c) {
      cursor.at += 1;
      continue;
    }
    if (cursor.at > from) parts.push(cursor.text(from, cursor.at));
    cursor.at += 1;
    if (byte === 0x22) break;
    parts.push(readEscape(cursor, what));
    from = cursor.at;
  }
  const text = parts.join('');
  if (loneSurrogate.test(text)) cursor.fail(`${what}: has half of a surrogate pair.`, start);
  return text;
}

function readEscape(cursor: Cursor, what: string): string {
  const at = cursor.at - 1;
  const letter = String.fromCharCode(Math.max(0, cursor.byte));
  cursor.at += 1;
  const simple = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
  if (simple !== undefined) return simple;
  if (letter !== 'u') return cursor.fail(`${what}: no such escape.`, at);
  let code = 0;
  for (let digit = 0; digit < 4; digit++) {
    const { byte } = cursor;
    const lower = byte | 0x20;
    if (!isDigit(byte) && !(lower >= 0x61 && lower <= 0x66))
      return cursor.fail(`${what}: \\u takes four hexadecimal digits.`, at);
    code = code * 16 + (isDigit(byte) ? byte - 48 : lower - 0x57);
    cursor.at += 1;
  }
  return String.fromCharCode(code);
}

import { Cursor } from '../bytes/cursor.ts';
import { longestAxis, mostAxes } from '../bytes/extents.ts';
import { FileFormatError, quoted } from '../bytes/format-error.ts';
import { type Described, describe } from './dtypes.ts';

/** What the header of a .npy file says. */
export interface NpyHeader extends Described {
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** The byte at which data begin. */
  readonly data: number;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * Reads magic, version and the dictionary after them: a Python literal with the keys descr, fortran_order and shape. Only
 * what NumPy writes is taken, not Python in general.
 */
export function readHeader(op: string, bytes: Uint8Array): NpyHeader {
  const { from, end } = dictionaryOf(op, bytes);
  const cursor = new Cursor(op, bytes, from, end);
  let descr: Described | undefined;
  let fortran: boolean | undefined;
  let shape: number[] | undefined;
  cursor.skip(space);
  cursor.expect('{', 'the header');
  cursor.skip(space);
  while (!cursor.take('}')) {
    const at = cursor.at;
    const key = readText(cursor, 'the header: a key');
    cursor.skip(space);
    cursor.expect(':', `the header: after ${quoted(key)}`);
    cursor.skip(space);
    if (key === 'descr' && descr === undefined) descr = readDescr(cursor);
    else if (key === 'fortran_order' && fortran === undefined) fortran = readTruth(cursor);
    else if (key === 'shape' && shape === undefined) shape = readShape(cursor);
    else {
      const known = ['descr', 'fortran_order', 'shape'].includes(key);
      cursor.fail(
        `the header: ${quoted(key)} ${known ? 'stands there twice' : 'is no key of the format: descr, fortran_order, shape'}.`,
        at,
      );
    }
    cursor.skip(space);
    if (!cursor.take(',') && cursor.byte !== 0x7d) cursor.expect('}', 'the header');
    cursor.skip(space);
  }
  cursor.skip(space);
  if (cursor.at < end) cursor.fail(`after the header's dictionary: found ${cursor.found()}.`);
  const missing = descr === undefined ? 'descr' : fortran === undefined ? 'fortran_order' : 'shape';
  if (descr === undefined || fortran === undefined || shape === undefined)
    return cursor.fail(`the header has no ${missing}.`, from);
  return { ...descr, fortran, shape, data: end };
}

const space = ' \t\n\r';

/** Where the dictionary begins and ends, which is where data begin. */
function dictionaryOf(op: string, bytes: Uint8Array): { readonly from: number; readonly end: number } {
  const wrong = magic.findIndex((byte, i) => bytes[i] !== byte);
  if (wrong >= 0) {
    const what = bytes.length <= wrong ? `the file ends after ${bytes.length} bytes` : 'this is no .npy file';
    const zip = bytes[0] === 0x50 && bytes[1] === 0x4b;
    throw new FileFormatError(
      op,
      wrong,
      `${what}: it does not begin with \\x93NUMPY. ${zip ? 'It is a zip archive, as .npz files are: unpack it.' : 'Write one with numpy.save.'}`,
    );
  }
  if (bytes.length < 8)
    throw new FileFormatError(op, bytes.length, `the file ends after ${bytes.length} bytes, before its version.`);
  const [major, minor] = [bytes[6] as number, bytes[7] as number]; // length ≥ 8
  if (major < 1 || major > 3 || minor !== 0) {
    throw new FileFormatError(op, 6, `version ${major}.${minor} is unknown; 1.0, 2.0 and 3.0 are read.`);
  }
  const from = major === 1 ? 10 : 12;
  if (bytes.length < from)
    throw new FileFormatError(
      op,
      bytes.length,
      `the file ends after ${bytes.length} bytes, before the length of its header.`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > bytes.length - from) {
    throw new FileFormatError(
      op,
      8,
      `the header should have ${length} bytes, but only ${bytes.length - from} follow. The file is cut off.`,
    );
  }
  return { from, end: from + length };
}

function readDescr(cursor: Cursor): Described {
  const at = cursor.at;
  if (cursor.byte === 0x5b) {
    return cursor.fail(
      'descr: a structured array has fields of several types. Save each field by itself: array["name"].',
      at,
    );
  }
  const text = readText(cursor, 'descr');
  const found = describe(text);
  return typeof found === 'string' ? cursor.fail(`descr ${quoted(text)}: ${found}`, at) : found;
}

function readTruth(cursor: Cursor): boolean {
  for (const [word, value] of [
    ['True', true],
    ['False', false],
  ] as const) {
    if (
      [...word].every((letter, i) => cursor.bytes[cursor.at + i] === letter.charCodeAt(0) && cursor.at + i < cursor.end)
    ) {
      cursor.at += word.length;
      return value;
    }
  }
  return cursor.fail('fortran_order: is neither True nor False.');
}

/** `()`, `(3,)`, `(3, 4)`; `(3)` is no tuple. */
function readShape(cursor: Cursor): number[] {
  cursor.expect('(', 'shape');
  const shape: number[] = [];
  cursor.skip(space);
  let comma = true;
  while (!cursor.take(')')) {
    const at = cursor.at;
    if (!comma) cursor.expect(')', 'shape');
    if (shape.length === mostAxes) cursor.fail(`shape: has more than ${mostAxes} axes.`);
    const extent = cursor.integer('shape: an extent');
    if (extent > longestAxis) cursor.fail(`shape: ${extent} is longer than any axis may be, ${longestAxis}.`, at);
    shape.push(extent);
    cursor.skip(space);
    comma = cursor.take(',');
    cursor.skip(space);
  }
  if (!comma && shape.length === 1) cursor.fail('shape: a tuple of one is written with a comma, (3,).', cursor.at - 1);
  return shape;
}

/** A text in single or double quotes, without escapes: there are none in what NumPy writes. */
function readText(cursor: Cursor, what: string): string {
  const quote = cursor.byte === 0x22 ? '"' : "'";
  cursor.expect(quote, what);
  const from = cursor.at;
  while (cursor.byte >= 0x20 && cursor.byte !== 0x5c && cursor.byte !== quote.charCodeAt(0)) cursor.at += 1;
  const text = cursor.text(from, cursor.at);
  cursor.expect(quote, what);
  return text;
}

import { tensor, zeros } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { FileFormatError, readNpy, writeNpy } from '../index.ts';
import { rawNpy as raw } from '../testing/raw.ts';

const bytesOf = (array: ArrayBufferView): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
const dictionary = (descr: string, shape: string, order = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;

test.each([
  tensor([
    [1, 2],
    [3, -0],
  ]),
  tensor(new Float32Array([1.5, Number.NaN])),
  tensor([[1, -2147483648]], { dtype: 'int32' }),
  tensor([true, false]),
  tensor(7),
  zeros([2, 0, 3]),
])('written and read: %s', (x) => {
  const read = readNpy(writeNpy(x));
  expect([read.dtype, read.shape]).toEqual([x.dtype, x.shape]);
  expect(bytesOf(read.toTypedArray())).toEqual(bytesOf(x.toTypedArray()));
  expect((writeNpy(x).length - bytesOf(x.toTypedArray()).length) % 64).toBe(0);
});

const swapped = (array: BigInt64Array | Float64Array, width: number): Uint8Array => {
  const bytes = bytesOf(array).slice();
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
  return bytes;
};
const six = new Float64Array([1, 4, 2, 5, 3, 6]);

test.each([
  ['in Fortran’s order', raw(dictionary('<f8', '(2, 3)', 'True'), bytesOf(six)), 'f64[2,3] [[1, 2, 3], [4, 5, 6]]'],
  ['in C’s order', raw(dictionary('<f8', '(2, 3)'), bytesOf(six)), 'f64[2,3] [[1, 4, 2], [5, 3, 6]]'],
  ['big-endian', raw(dictionary('>f8', '(2, 3)'), swapped(six, 8)), 'f64[2,3] [[1, 4, 2], [5, 3, 6]]'],
  [
    'big-endian integers',
    raw(dictionary('>i8', '(2,)'), swapped(new BigInt64Array([-5n, 2147483647n]), 8)),
    'i32[2] [-5, 2147483647]',
  ],
  [
    'integers as NumPy makes them',
    raw(dictionary('<i8', '(2,)'), bytesOf(new BigInt64Array([-5n, 6n]))),
    'i32[2] [-5, 6]',
  ],
  ['bytes', raw(dictionary('|u1', '(3,)'), [0, 128, 255]), 'i32[3] [0, 128, 255]'],
  ['version 2.0', raw(dictionary('<f8', '()'), bytesOf(new Float64Array([7])), 2), 'f64[] 7'],
  ['version 3.0', raw(dictionary('|b1', '(1,)'), [1], 3), 'bool[1] [true]'],
  [
    'other quotes and order',
    raw('{"shape": (1 ,), "fortran_order":False,"descr":"<f4"}', bytesOf(new Float32Array([2]))),
    'f32[1] [2]',
  ],
  [
    'three axes in Fortran’s order',
    raw(dictionary('|i1', '(2, 1, 2)', 'True'), [1, 2, 3, 4]),
    'i32[2,1,2] [[[1, 3]], [[2, 4]]]',
  ],
])('%s', (_, bytes, text) => expect(String(readNpy(bytes))).toBe(text));

const f8 = dictionary('<f8', '(1,)');
test.each([
  [
    'nothing',
    new Uint8Array(),
    'byte 0: the file ends after 0 bytes: it does not begin with \\x93NUMPY. Write one with numpy.save.',
  ],
  [
    'another format',
    new TextEncoder().encode('a,b\n1,2\n'),
    'byte 0: this is no .npy file: it does not begin with \\x93NUMPY. Write one with numpy.save.',
  ],
  [
    'an .npz',
    new Uint8Array([0x50, 0x4b, 3, 4]),
    'byte 0: this is no .npy file: it does not begin with \\x93NUMPY. It is a zip archive, as .npz files are: unpack it.',
  ],
  ['a new version', raw(f8, [], 4), 'byte 6: version 4.0 is unknown; 1.0, 2.0 and 3.0 are read.'],
  [
    'a header that is cut off',
    raw(f8).slice(0, 40),
    'byte 8: the header should have 58 bytes, but only 30 follow. The file is cut off.',
  ],
  [
    'data that are cut off',
    raw(f8, [1, 2, 3]),
    'byte 71: shape [1] takes 8 bytes of data, the file has 3. The file is cut off.',
  ],
  ['data left over', raw(f8, new Uint8Array(9)), 'byte 76: shape [1] takes 8 bytes of data, the file has 9.'],
  [
    'a pickle',
    raw(dictionary('|O', '(1,)'), [0x80]),
    'byte 20: descr "|O": Python objects are stored as a pickle, which runs code when it is read. Save numbers: array.astype("float64").',
  ],
  [
    'complex numbers',
    raw(dictionary('<c16', '(1,)')),
    'byte 20: descr "<c16": complex numbers are no dtype here. Save array.real and array.imag.',
  ],
  ['texts', raw(dictionary('<U4', '(1,)')), 'byte 20: descr "<U4": texts are no numbers. Save their codes.'],
  [
    'dates',
    raw(dictionary('<M8[ns]', '(1,)')),
    'byte 20: descr "<M8[ns]": dates are no numbers. Save array.astype("int64").astype("float64").',
  ],
  [
    'long doubles',
    raw(dictionary('<f16', '(1,)')),
    'byte 20: descr "<f16": this dtype is not read. Save array.astype("float64").',
  ],
  [
    'no order of bytes',
    raw(dictionary('f8', '(1,)')),
    'byte 20: descr "f8": the order of bytes is not said: it is < or >.',
  ],
  [
    'a structured array',
    raw("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }"),
    'byte 20: descr: a structured array has fields of several types. Save each field by itself: array["name"].',
  ],
  ['no order', raw("{'descr': '<f8', 'shape': (1,), }"), 'byte 10: the header has no fortran_order.'],
  ['an order of 0', raw(dictionary('<f8', '(1,)', '0')), 'byte 44: fortran_order: is neither True nor False.'],
  ['a key twice', raw("{'shape': (), 'shape': ()}"), 'byte 24: the header: "shape" stands there twice.'],
  [
    'another key',
    raw("{'shapes': ()}"),
    'byte 11: the header: "shapes" is no key of the format: descr, fortran_order, shape.',
  ],
  [
    'a negative extent',
    raw(dictionary('<f8', '(-1,)')),
    'byte 61: shape: an extent is not a whole number ≥ 0: found -.',
  ],
  ['an extent of 2^53', raw(dictionary('<f8', '(9007199254740992,)')), 'byte 61: shape: an extent is beyond 2^53 − 1.'],
  [
    'an extent of 2^31',
    raw(dictionary('<f8', '(2147483648,)')),
    'byte 61: shape: 2147483648 is longer than any axis may be, 2147483647.',
  ],
  ['no tuple', raw(dictionary('<f8', '(3)')), 'byte 62: shape: a tuple of one is written with a comma, (3,).'],
  ['a list', raw(dictionary('<f8', '[3]')), 'byte 60: shape: expected (, found [.'],
  ['code', raw("{'descr': __import__('os')}"), "byte 20: descr: expected ', found _."],
  ['an escape', raw("{'descr': '\\x3cf8'}"), "byte 21: descr: expected ', found \\."],
  ['more than a dictionary', raw(`${f8} 1`, new Uint8Array(8)), "byte 68: after the header's dictionary: found 1."],
  [
    'a dictionary that does not end',
    raw("{'descr': '<f8'"),
    'byte 26: the header: expected }, found the end of the header.',
  ],
  [
    'an integer beyond int32',
    raw(dictionary('<i8', '(1,)'), bytesOf(new BigInt64Array([-2147483649n]))),
    'byte 68: entry 0: the value -2147483649 is beyond int32, the only integers there are. Store it as int32 or float64.',
  ],
])('refused: %s', (_, bytes, text) => {
  expect(() => readNpy(bytes)).toThrow(FileFormatError);
  try {
    readNpy(bytes);
  } catch (error) {
    expect((error as Error).message).toBe(`readNpy: ${text}`);
  }
});

test('no bytes', () =>
  expect(() => readNpy([1, 2] as never)).toThrow("readNpy: takes a Uint8Array of the file's bytes, got an array."));

test('what NumPy 2.4 wrote of arange(6).reshape(2, 3) as >f4, in Fortran’s order', () => {
  const header = `\x93NUMPY\x01\x00v\x00${"{'descr': '>f4', 'fortran_order': True, 'shape': (2, 3), }".padEnd(117)}\n`;
  const data = '\x00\x00\x00\x00@@\x00\x00?\x80\x00\x00@\x80\x00\x00@\x00\x00\x00@\xa0\x00\x00';
  const bytes = Uint8Array.from(header + data, (character) => character.charCodeAt(0));
  expect(String(readNpy(bytes))).toBe('f32[2,3] [[0, 1, 2], [3, 4, 5]]');
});

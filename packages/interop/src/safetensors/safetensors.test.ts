import { add, grad, sum } from '@throughline/autograd';
import { eye, type Tensor, tensor, zeros } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { FileFormatError, nested, readSafetensors, writeSafetensors } from '../index.ts';
import { rawSafetensors as raw } from '../testing/raw.ts';

const message = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};
const bytesOf = (array: ArrayBufferView): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
const one = (dtype: string, shape: readonly number[], data: ArrayLike<number>): Tensor => {
  const header = { x: { dtype, shape, data_offsets: [0, data.length] } };
  return readSafetensors(raw(JSON.stringify(header), data)).tensors.x as Tensor; // as written
};

const tree = {
  lstm: { f: { W: eye(2), b: tensor([1, -0]) }, layers: [tensor(new Float32Array([1.5, Number.NaN, -Infinity]))] },
  ids: tensor([[1, -2147483648]], { dtype: 'int32' }),
  on: tensor([true, false, true]),
  none: zeros([0, 3]),
};

test('what is written is read: names, dtypes, shapes, bits, texts', () => {
  const { tensors, metadata } = readSafetensors(
    writeSafetensors(tree, { metadata: { vocabulary: '\n"ü\u{1f600}', a: '' } }),
  );
  expect(metadata).toEqual({ vocabulary: '\n"ü\u{1f600}', a: '' });
  expect(Object.keys(tensors).sort()).toEqual(['ids', 'lstm.f.W', 'lstm.f.b', 'lstm.layers.0', 'none', 'on']);
  for (const [name, expected] of Object.entries({
    'lstm.f.W': tree.lstm.f.W,
    'lstm.f.b': tree.lstm.f.b,
    'lstm.layers.0': tree.lstm.layers[0],
    ids: tree.ids,
    on: tree.on,
    none: tree.none,
  })) {
    const read = tensors[name] as Tensor;
    expect([read.dtype, read.shape], name).toEqual([expected?.dtype, expected?.shape]);
    expect(bytesOf(read.toTypedArray()), name).toEqual(bytesOf((expected as Tensor).toTypedArray()));
  }
  expect(String(nested(tensors).lstm && (nested(tensors) as unknown as typeof tree).lstm.f.W)).toBe(
    'f64[2,2] [[1, 0], [0, 1]]',
  );
});

test('the same tensors give the same bytes, in whatever order they come; every tensor begins at a multiple of its element', () => {
  const { lstm, ...rest } = tree;
  expect(writeSafetensors({ ...rest, lstm })).toEqual(writeSafetensors(tree));
  const bytes = writeSafetensors(tree);
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  expect(length % 8).toBe(0);
  for (const { dtype, data_offsets } of Object.values(header) as { dtype: string; data_offsets: number[] }[]) {
    const each = { F64: 8, F32: 4, I32: 4, BOOL: 1 }[dtype] as number;
    expect((data_offsets[0] as number) % each).toBe(0);
  }
});

test('a recorded value is written as its numbers', () => {
  let bytes = new Uint8Array() as Uint8Array;
  grad((x: Tensor) => {
    bytes = writeSafetensors({ x: add(x, 1) });
    return sum(x);
  })(tensor([1, 2]));
  expect(String(readSafetensors(bytes).tensors.x)).toBe('f64[2] [2, 3]');
});

test('bytes that lie somewhere in a larger buffer, at an odd place', () => {
  const bytes = writeSafetensors({ x: tensor([1, 2, 3]) });
  const within = new Uint8Array(bytes.length + 5);
  within.set(bytes, 3);
  expect(String(readSafetensors(within.subarray(3, 3 + bytes.length)).tensors.x)).toBe('f64[3] [1, 2, 3]');
});

test('every dtype, exactly', () => {
  expect(String(one('BF16', [3], [0x80, 0x3f, 0x49, 0x40, 0x80, 0xff]))).toBe('f32[3] [1, 3.14063, -inf]');
  // Half precision, by its definition, over all 65,536 patterns.
  const all = one('F16', [65_536], bytesOf(Uint16Array.from({ length: 65_536 }, (_, i) => i))).toTypedArray();
  for (let pattern = 0; pattern < 65_536; pattern++) {
    const [exponent, fraction] = [(pattern >> 10) & 31, pattern & 1023];
    const size =
      exponent === 31
        ? fraction === 0
          ? Infinity
          : Number.NaN
        : exponent === 0
          ? fraction * 2 ** -24
          : (1 + fraction / 1024) * 2 ** (exponent - 15);
    if (!Object.is(all[pattern], pattern < 32_768 ? size : -size) && !Number.isNaN(size))
      throw new Error(`pattern ${pattern}: ${all[pattern]}`);
  }
  expect(String(one('I64', [2], bytesOf(new BigInt64Array([-2147483648n, 2147483647n]))))).toBe(
    'i32[2] [-2147483648, 2147483647]',
  );
  expect(String(one('U64', [1], bytesOf(new BigUint64Array([2147483647n]))))).toBe('i32[1] [2147483647]');
  expect(String(one('U32', [1], bytesOf(new Uint32Array([2147483647]))))).toBe('i32[1] [2147483647]');
  expect(String(one('I16', [2], bytesOf(new Int16Array([-32768, 5]))))).toBe('i32[2] [-32768, 5]');
  expect(String(one('U16', [1], [255, 255]))).toBe('i32[1] [65535]');
  expect(String(one('I8', [2], [255, 1]))).toBe('i32[2] [-1, 1]');
  expect(String(one('U8', [], [255]))).toBe('i32[] 255');
  expect(String(one('BOOL', [2], [1, 0]))).toBe('bool[2] [true, false]');
});

test('names that would break an object do not', () => {
  const names = ['__proto__', 'constructor', '', 'a"\\\u0001', 'ü'];
  const header = Object.fromEntries(
    names.map((name, i) => [name, { dtype: 'U8', shape: [], data_offsets: [i, i + 1] }]),
  );
  const { tensors } = readSafetensors(raw(JSON.stringify(header), [1, 2, 3, 4, 5]));
  expect(Object.keys(tensors)).toEqual(names);
  expect(
    Object.hasOwn(tensors, '__proto__') && Object.getOwnPropertyDescriptor(tensors, '__proto__')?.value.item(),
  ).toBe(1);
  expect(readSafetensors(raw('{"__metadata__":{"__proto__":"x"}}')).metadata).toEqual(JSON.parse('{"__proto__":"x"}'));
});

const f8 = (begin: number, end: number, shape = '[1]'): string =>
  `{"dtype":"F64","shape":${shape},"data_offsets":[${begin},${end}]}`;
const refusals: readonly (readonly [string, Uint8Array, string])[] = [
  ['nothing', new Uint8Array(), 'byte 0: the file has 0 bytes; the length of the header alone takes 8.'],
  [
    'a header of 2^63 bytes',
    raw('{}', [], 2n ** 63n),
    'byte 0: the header should have 9223372036854775808 bytes, but the file has 10 bytes. It is cut off, or no .safetensors file.',
  ],
  [
    'a header of 2^64 − 1 bytes',
    raw('{}', [], 2n ** 64n - 1n),
    'byte 0: the header should have 18446744073709551615 bytes, but the file has 10 bytes. It is cut off, or no .safetensors file.',
  ],
  ['no header', raw('', [], 0n), 'byte 0: the header has 0 bytes; {} alone takes 2.'],
  ['no object', raw('[]'), 'byte 8: the header: expected {, found [.'],
  ['an object that does not end', raw('{"a":'), 'byte 13: tensor "a": expected {, found the end of the header.'],
  ['deep JSON', raw(`{"a":${'['.repeat(5000)}`), 'byte 13: tensor "a": expected {, found [.'],
  ['more than an object', raw('{}x'), "byte 10: after the header's object: found x."],
  [
    'a tensor twice',
    raw(`{"a":${f8(0, 8)},"a":${f8(8, 16)}}`, new Uint8Array(16)),
    'byte 62: the header: "a" stands there twice.',
  ],
  ['a field twice', raw('{"a":{"dtype":"F64","dtype":"F64"}}'), 'byte 28: tensor "a": "dtype" stands there twice.'],
  [
    'another field',
    raw('{"a":{"dtpye":"F64"}}'),
    'byte 14: tensor "a": has a field "dtpye"; the format has dtype, shape and data_offsets.',
  ],
  ['no dtype', raw('{"a":{"shape":[1],"data_offsets":[0,8]}}'), 'byte 9: tensor "a": has no dtype.'],
  ['no shape', raw('{"a":{"dtype":"F64","data_offsets":[0,8]}}'), 'byte 9: tensor "a": has no shape.'],
  ['no offsets', raw('{"a":{"dtype":"F64","shape":[1]}}'), 'byte 9: tensor "a": has no data_offsets.'],
  [
    'one offset',
    raw('{"a":{"dtype":"F64","shape":[1],"data_offsets":[8]}}'),
    'byte 9: tensor "a": data_offsets are two numbers.',
  ],
  [
    'three offsets',
    raw('{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8,8]}}'),
    'byte 60: tensor "a": data_offsets: has more than 2 entries.',
  ],
  [
    'eight-bit floats',
    raw('{"a":{"dtype":"F8_E4M3"}}'),
    'byte 22: tensor "a": dtype "F8_E4M3" is not read: eight-bit floats come in several kinds. Store it as F32.',
  ],
  [
    'a dtype in small letters',
    raw('{"a":{"dtype":"f64"}}'),
    'byte 22: tensor "a": dtype "f64" is unknown. It is one of F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL.',
  ],
  ['a negative extent', raw('{"a":{"shape":[-1]}}'), 'byte 23: tensor "a": shape is not a whole number ≥ 0: found -.'],
  ['half an extent', raw('{"a":{"shape":[1.5]}}'), 'byte 23: tensor "a": shape is not a whole number ≥ 0: found 1.'],
  ['an extent of 2^53', raw('{"a":{"shape":[9007199254740992]}}'), 'byte 23: tensor "a": shape is beyond 2^53 − 1.'],
  [
    'an extent of 2^31',
    raw('{"a":{"shape":[2147483648]}}'),
    'byte 23: tensor "a": shape: 2147483648 is longer than any axis may be, 2147483647.',
  ],
  ['a leading zero', raw('{"a":{"shape":[01]}}'), 'byte 23: tensor "a": shape begins with a zero.'],
  ['33 axes', raw(`{"a":{"shape":[${Array(33).fill(1)}]}}`), 'byte 87: tensor "a": shape: has more than 32 entries.'],
  [
    'a product beyond everything',
    raw(`{"a":${f8(0, 8, `[${Array(32).fill(2147483647)}]`)}}`, new Uint8Array(8)),
    `byte 9: tensor "a": F64 [${Array(32).fill(2147483647)}] takes more bytes than can be counted, its data_offsets [0,8] have 8.`,
  ],
  [
    'too few bytes',
    raw(`{"a":${f8(0, 8, '[2]')}}`, new Uint8Array(8)),
    'byte 9: tensor "a": F64 [2] takes 16 bytes, its data_offsets [0,8] have 8.',
  ],
  [
    'offsets in the wrong order',
    raw(`{"a":${f8(8, 0)}}`, new Uint8Array(8)),
    'byte 9: tensor "a": F64 [1] takes 8 bytes, its data_offsets [8,0] end before they begin.',
  ],
  [
    'an overlap',
    raw(`{"a":${f8(0, 8)},"b":${f8(4, 12)}}`, new Uint8Array(12)),
    'byte 62: tensor "b": begins at 4 of the data, inside the tensor before it, which ends at 8.',
  ],
  [
    'a hole',
    raw(`{"a":${f8(0, 8)},"b":${f8(16, 24)}}`, new Uint8Array(24)),
    'byte 62: tensor "b": begins at 16 of the data; bytes 8 to 16 belong to no tensor.',
  ],
  [
    'a hole in front',
    raw(`{"a":${f8(8, 16)}}`, new Uint8Array(16)),
    'byte 9: tensor "a": begins at 8 of the data; bytes 0 to 8 belong to no tensor.',
  ],
  [
    'data cut off',
    raw(`{"a":${f8(0, 8)}}`, new Uint8Array(7)),
    'byte 9: tensor "a": ends at 8 of the data, which have 7 bytes. The file is cut off.',
  ],
  ['data left over', raw(`{"a":${f8(0, 8)}}`, new Uint8Array(9)), 'byte 70: a byte belongs to no tensor.'],
  ['metadata that is no text', raw('{"__metadata__":{"a":1}}'), 'byte 29: __metadata__ "a": expected ", found 1.'],
  [
    'metadata twice',
    raw('{"__metadata__":{},"__metadata__":{}}'),
    'byte 27: the header: "__metadata__" stands there twice.',
  ],
  ['a name that is no UTF-8', raw('{"a', [0xff, 0x22], 5n), 'byte 10: the header is not UTF-8 text.'],
  ['half a surrogate pair', raw('{"\\ud800":1}'), 'byte 9: the header: a name: has half of a surrogate pair.'],
  ['an unknown escape', raw('{"\\x":1}'), 'byte 10: the header: a name: no such escape.'],
  [
    'a raw newline in a name',
    raw('{"a\n":1}'),
    'byte 11: the header: a name: has byte 0x0a; control characters are written as \\u….',
  ],
  [
    'an integer beyond int32',
    raw('{"a":{"dtype":"I64","shape":[2],"data_offsets":[0,16]}}', bytesOf(new BigInt64Array([1n, 2147483648n]))),
    'byte 71: tensor "a", entry 1: the value 2147483648 is beyond int32, the only integers there are. Store it as int32 or float64.',
  ],
  [
    'a bool of 2',
    raw('{"a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}}', [2]),
    'byte 63: tensor "a", entry 0: a bool is 0 or 1, here it is 2.',
  ],
];

test.each(refusals)('refused: %s', (_, bytes, text) => {
  expect(message(() => readSafetensors(bytes))).toBe(`readSafetensors: ${text}`);
  expect(() => readSafetensors(bytes)).toThrow(FileFormatError);
});

test.each([
  [
    () => readSafetensors('model.safetensors' as never),
    "readSafetensors: takes a Uint8Array of the file's bytes, got a string. In Node, readFileSync(path) gives them.",
  ],
  [
    () => readSafetensors(new ArrayBuffer(8) as never),
    "readSafetensors: takes a Uint8Array of the file's bytes, got an ArrayBuffer. Use new Uint8Array(buffer).",
  ],
  [() => writeSafetensors(tensor(1)), 'writeSafetensors: a tensor alone has no name. Write { name: tensor }.'],
  [
    () => writeSafetensors({ 'a.b': tensor(1), a: { b: tensor(2) } }),
    'writeSafetensors: two tensors would be called "a.b". Rename one.',
  ],
  [
    () => writeSafetensors({ __metadata__: tensor(1) }),
    'writeSafetensors: __metadata__ is the place of texts. Name the tensor otherwise, or use the option metadata.',
  ],
  [
    () => writeSafetensors({ a: tensor(1) }, { metadata: { n: 3 as never } }),
    'writeSafetensors: metadata "n" is a number, not a text. Use JSON.stringify.',
  ],
  [() => writeSafetensors({ a: 1 }), 'writeSafetensors: a is a number, not a tensor or a tree of tensors.'],
  [
    () => nested({ a: tensor(1), 'a.b': tensor(2) }),
    'nested: "a.b": a part of this name is a tensor, and a record too. Rename one of them.',
  ],
])('errors %#', (f, text) => expect(message(f)).toBe(text));

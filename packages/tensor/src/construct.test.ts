import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arange, eye, fromStorage, full, linspace, ones, tensor, zeros } from './construct.ts';
import type { DType } from './dtype.ts';
import { anyTensors } from './testing/arbitraries.ts';
import { firstDifference } from './testing/close.ts';

/** Hands over what the types forbid, as a JavaScript user would. */
const untyped = (value: unknown) => tensor(value as number);
const message = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return 'nothing was thrown';
};

describe('tensor', () => {
  test.each([
    [1, 'float64', []],
    [true, 'bool', []],
    [[], 'float64', [0]],
    [[[], []], 'float64', [2, 0]],
    [[[1, 2, 3]], 'float64', [1, 3]],
    [[[true], [false]], 'bool', [2, 1]],
    [new Float32Array(2), 'float32', [2]],
    [new Int32Array(0), 'int32', [0]],
    [Float64Array.of(Number.NaN), 'float64', [1]],
  ])('%j is %s%j', (values, dtype, shape) => {
    expect([untyped(values).dtype, untyped(values).shape]).toEqual([dtype, shape]);
  });

  test('reads back what it was given, of any rank and bits', () => {
    const dtype = fc.constantFrom<DType>('float64', 'float32', 'int32');
    fc.assert(
      fc.property(
        dtype.chain((d) => anyTensors({ dtype: d })),
        (x) => {
          expect(firstDifference(tensor(x), x)).toBe(null);
          expect(tensor(x).concrete('test').storage).not.toBe(x.storage);
          const again = tensor(x.toArray(), { dtype: x.dtype, shape: x.shape });
          expect(firstDifference(again, x)).toBe(null);
        },
      ),
    );
  });

  test('copies: changing the source, or the shape that was given, changes nothing', () => {
    const source = Float64Array.of(1, 2);
    const shape = [2];
    const x = tensor(source, { shape });
    source[0] = 9;
    shape[0] = 7;
    expect(String(x)).toBe('f64[2] [1, 2]');
  });

  test('takes a dtype and a shape', () => {
    expect(String(tensor([1, 0, 1, 1], { dtype: 'bool', shape: [2, 2] }))).toBe(
      'bool[2,2] [[true, false], [true, true]]',
    );
    expect(tensor([0.1], { dtype: 'float32' }).item()).toBe(Math.fround(0.1));
    expect(tensor([true, false], { dtype: 'float64' }).toArray()).toEqual([1, 0]);
  });

  const hole = new Array<number>(3);
  hole[0] = 1;
  hole[2] = 3;
  const circular: unknown[] = [];
  circular.push(circular);
  test.each([
    [
      [
        [1, 2],
        [3, '4'],
      ],
      'ArgumentError: tensor: [1][1] is a string, "4", not a number. Convert it with Number(…).',
    ],
    [[[1], ['x']], 'ArgumentError: tensor: [1][0] is a string, "x", not a number.'],
    ['x', 'ArgumentError: tensor: the value is a string, "x", not a number.'],
    [undefined, 'ArgumentError: tensor: the value is undefined, not a number.'],
    [[1, null], 'ArgumentError: tensor: [1] is null, not a number.'],
    [hole, 'ArgumentError: tensor: [1] is undefined: the list has a hole.'],
    [{ a: 1 }, 'ArgumentError: tensor: the value is an object, Object, not a number.'],
    [[5n], 'ArgumentError: tensor: [0] is a bigint, 5n, not a number. Convert it with Number(…).'],
    [[() => 1], 'ArgumentError: tensor: [0] is a function, not a number.'],
    [
      [[1, 2], [3]],
      'ShapeError: tensor: [1] has length 1, where [0] has length 2: rows of axis 1 must be equally long.',
    ],
    [[[1, 2], 3], 'ShapeError: tensor: [1] is a number, where [0] is a list of 2.'],
    [[1, [2]], 'ShapeError: tensor: [1] is a list, where [0] is a number: shape [2].'],
    [[[1], null], 'ArgumentError: tensor: [1] is null, not a list of numbers.'],
    [[true, 1], 'ArgumentError: tensor: the values mix booleans with numbers. Write 0 and 1, or only true and false.'],
    [circular, 'ArgumentError: tensor: the values are nested more than 64 deep.'],
    [
      new Uint8Array(2),
      'ArgumentError: tensor: a Uint8Array may be numbers or booleans. Use Int32Array.from(…), or Array.from(…, Boolean).',
    ],
    [
      new BigInt64Array(2),
      'ArgumentError: tensor: a BigInt64Array has no dtype here. Use Float64Array.from(…) or Int32Array.from(…).',
    ],
  ])('refuses bad values %#, and says where', (values, expected) => {
    expect(message(() => untyped(values))).toBe(expected);
  });

  test('refuses options that do not fit', () => {
    expect(message(() => tensor([1, 2, 3], { shape: [2, 2] }))).toBe(
      'ShapeError: tensor: 3 values do not fill [2,2], which has 4.',
    );
    expect(message(() => tensor([1.5], { dtype: 'int32' }))).toBe(
      'DTypeError: tensor: 1.5 does not fit int32. Make a float64 tensor and cast it, which says how it rounds.',
    );
    expect(message(() => tensor([3e9], { dtype: 'int32' }))).toContain('3000000000 does not fit int32');
    expect(message(() => tensor([Number.NaN], { dtype: 'bool' }))).toContain('NaN does not fit bool');
    expect(message(() => tensor(1, { dtype: 'f32' as DType }))).toBe(
      'DTypeError: tensor: "f32" is not a dtype. There are float64, float32, int32, bool.',
    );
    expect(message(() => tensor(1, { shape: [-1] }))).toBe(
      'ArgumentError: tensor: [-1] is not a shape: extents are integers ≥ 0.',
    );
    expect(message(() => zeros(3 as unknown as number[]))).toBe(
      'ArgumentError: zeros: the shape is a number, not a list of extents like [2, 3].',
    );
  });
});

test('zeros, ones, full, eye', () => {
  expect(String(zeros([2, 2]))).toBe('f64[2,2] [[0, 0], [0, 0]]');
  expect(String(ones([], 'int32'))).toBe('i32[] 1');
  expect(String(full([2], Number.NaN, 'float32'))).toBe('f32[2] [NaN, NaN]');
  expect(String(eye(2, 'bool'))).toBe('bool[2,2] [[true, false], [false, true]]');
  expect(String(eye(0))).toBe('f64[0,0] []');
  expect(message(() => full([2], '1' as unknown as number))).toBe(
    'ArgumentError: full: the value is a string, not a number.',
  );
  expect(message(() => full([2], 0.5, 'int32'))).toContain('full: 0.5 does not fit int32');
  expect(message(() => eye(1.5))).toBe('ArgumentError: eye: [1.5,1.5] is not a shape: extents are integers ≥ 0.');
});

test('arange counts up, down and not at all; element i is start + i·step', () => {
  expect(arange(3).toArray()).toEqual([0, 1, 2]);
  expect(arange(3, 'int32').dtype).toBe('int32');
  expect(arange(2, 8, 3).toArray()).toEqual([2, 5]);
  expect(arange(3, 0, -1).toArray()).toEqual([3, 2, 1]);
  expect(arange(0, -3).toArray()).toEqual([]);
  expect(arange(0, 1, 0.1).toArray()).toEqual(Array.from({ length: 10 }, (_, i) => i * 0.1));
  expect(message(() => arange(0, 1, 0))).toBe(
    'ArgumentError: arange: start 0, stop 1, step 0: all must be finite, and step not 0.',
  );
  expect(message(() => arange(Number.POSITIVE_INFINITY))).toContain('arange: start 0, stop Infinity, step 1');
});

test('linspace holds both ends exactly', () => {
  expect(linspace(0, 1, 5).toArray()).toEqual([0, 0.25, 0.5, 0.75, 1]);
  for (const count of [2, 3, 7, 50]) expect(linspace(0.1, 0.7, count).concrete('test').storage[count - 1]).toBe(0.7);
  expect(linspace(3, 9, 1).toArray()).toEqual([3]);
  expect(linspace(3, 9, 0).toArray()).toEqual([]);
  expect(message(() => linspace(0, 1, -1))).toBe('ArgumentError: linspace: the count -1 is not an integer ≥ 0.');
  expect(message(() => linspace(0, Number.NaN, 2))).toBe(
    'ArgumentError: linspace: start 0 and stop NaN must be finite.',
  );
});

test('fromStorage takes the array over, and checks its length only', () => {
  const storage = Float64Array.of(1, 2);
  expect(fromStorage(storage, 'float64', [2, 1]).storage).toBe(storage);
  expect(message(() => fromStorage(storage, 'float64', [3]))).toBe(
    'ShapeError: fromStorage: 2 values do not fill [3].',
  );
});

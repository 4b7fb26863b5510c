import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DType } from '../dtype.ts';
import { Concrete } from '../tensor.ts';
import { anyTensors } from '../testing/arbitraries.ts';
import { firstDifference } from '../testing/close.ts';
import { allocate } from './allocate.ts';
import * as kernels from './index.ts';
import { binaryScalars, type ScalarForms, unaryScalars } from './scalar.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const dtypes: DType[] = ['float64', 'float32', 'int32', 'bool'];
const predicates = ['isFinite', 'logicalNot', 'logicalAnd', 'logicalOr'];
const comparisons = ['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'];
const resultType = (name: string, dtype: DType): DType =>
  [...predicates, ...comparisons].includes(name) ? 'bool' : dtype;

const of = (dtype: DType, ...values: number[]): Concrete => {
  const storage = allocate(dtype, values.length);
  storage.set(values);
  return new Concrete(storage, dtype, [values.length]);
};
const list = (x: Concrete): number[] => Array.from(x.storage);

/** The kernel against its scalar form, element by element, on any bits. */
function checkMap(
  name: string,
  dtype: DType,
  arity: 1 | 2,
  scalar: (...xs: number[]) => number,
  kernel: (...xs: Concrete[]) => Concrete,
) {
  test(`${name} on ${dtype}: the loop is the scalar form, bit for bit`, () => {
    const same = fc
      .nat({ max: 40 })
      .chain((n) => fc.tuple(...Array.from({ length: arity }, () => anyTensors({ dtype, shape: [n] }))));
    fc.assert(
      fc.property(same, (xs) => {
        const expected = list(xs[0] as Concrete).map((_, i) => scalar(...xs.map((x) => x.storage[i] ?? nan)));
        const before = xs.map((x) => x.toTypedArray());
        expect(firstDifference(kernel(...xs), of(resultType(name, dtype), ...expected))).toBe(null);
        expect(xs.map((x) => x.storage)).toEqual(before);
      }),
    );
  });
}

type Kernel1 = (x: Concrete) => Concrete;
type Kernel2 = (x: Concrete, y: Concrete) => Concrete;
const table = kernels as unknown as Record<string, Kernel1 & Kernel2>; // every name of the scalar tables is a kernel

describe('maps', () => {
  for (const [name, forms] of Object.entries(unaryScalars)) {
    for (const dtype of dtypes) {
      const f = (forms as ScalarForms<(x: number) => number>)[dtype];
      if (f)
        checkMap(
          name,
          dtype,
          1,
          (x) => f(x ?? nan),
          (x) => (table[name] as Kernel1)(x as Concrete),
        );
    }
  }
  for (const [name, forms] of Object.entries(binaryScalars)) {
    for (const dtype of dtypes) {
      const f = (forms as ScalarForms<(x: number, y: number) => number>)[dtype];
      if (f)
        checkMap(
          name,
          dtype,
          2,
          (x, y) => f(x ?? nan, y ?? nan),
          (x, y) => (table[name] as Kernel2)(x as Concrete, y as Concrete),
        );
    }
  }
});

test('float32 rounds every result, and only once', () => {
  const [x, y] = [of('float32', 16777216, 0.1, 3), of('float32', 1, 0.2, 7)];
  expect(list(kernels.add(x, y))).toEqual([16777216, Math.fround(Math.fround(0.1) + Math.fround(0.2)), 10]);
  expect(list(kernels.div(x, y))[2]).toBe(Math.fround(3 / 7));
});

test('int32 wraps', () => {
  const [x, y] = [of('int32', 2147483647, -2147483648, 123456789), of('int32', 1, 1, 987654321)];
  expect(list(kernels.add(x, y))).toEqual([-2147483648, -2147483647, 1111111110]);
  expect(list(kernels.sub(x, y))).toEqual([2147483646, 2147483647, -864197532]);
  expect(list(kernels.mul(x, y))[2]).toBe(Number(BigInt.asIntN(32, 123456789n * 987654321n)));
  expect(list(kernels.neg(x))).toEqual([-2147483647, -2147483648, -123456789]);
  expect(list(kernels.abs(x))).toEqual([2147483647, -2147483648, 123456789]);
});

// numbers from NumPy 2: np.floor_divide, np.remainder
test.each([
  [7, 3, 2, 1],
  [-7, 3, -3, 2],
  [7, -3, -3, -2],
  [-7, -3, 2, -1],
  [6, -3, -2, -0],
  [-1, inf, -1, inf],
  [1, inf, 0, 1],
  [inf, 2, nan, nan],
  [1, 0, inf, nan],
  [0, 0, nan, nan],
  [-0, 5, -0, 0],
  [1, 0.1, 9, 0.09999999999999995],
  [-1e-300, 1e300, -1, 1e300],
  [nan, 1, nan, nan],
])('floorDiv and remainder of %d and %d are %d and %d, as in NumPy', (x, y, quotient, rest) => {
  expect(list(kernels.floorDiv(of('float64', x), of('float64', y)))).toEqual([quotient]);
  expect(list(kernels.remainder(of('float64', x), of('float64', y)))).toEqual([rest]);
});

test('integer floorDiv and remainder: by zero 0, the one overflow wraps, signs as in NumPy', () => {
  const [x, y] = [of('int32', 7, -7, 7, -7, 5, -2147483648), of('int32', 3, 3, -3, -3, 0, -1)];
  expect(list(kernels.floorDiv(x, y))).toEqual([2, -3, -3, 2, 0, -2147483648]);
  expect(list(kernels.remainder(x, y))).toEqual([1, 2, -2, -1, 0, 0]);
});

test('maximum, minimum and relu: NaN stays, −0 < +0', () => {
  const [x, y] = [of('float64', nan, 1, -0, 0, -inf), of('float64', 1, nan, 0, -0, 3)];
  expect(list(kernels.maximum(x, y))).toEqual([nan, nan, 0, 0, 3]);
  expect(list(kernels.minimum(x, y))).toEqual([nan, nan, -0, -0, -inf]);
  expect(list(kernels.relu(of('float64', nan, -0, -1, 2, -inf)))).toEqual([nan, 0, 0, 2, 0]);
});

test('where takes whole elements: a NaN that is not chosen leaves no trace', () => {
  const cond = of('bool', 1, 0);
  expect(list(kernels.where(cond, of('float64', 1, nan), of('float64', nan, -0)))).toEqual([1, -0]);
});

describe('cast', () => {
  test('to int32 truncates, saturates, and makes NaN 0', () => {
    const x = of('float64', 1.9, -1.9, 2147483647.5, 2147483648, -2147483649, 1e300, -inf, inf, nan, -0.5);
    const expected = [1, -1, 2147483647, 2147483647, -2147483648, 2147483647, -2147483648, 2147483647, 0, 0];
    expect(list(kernels.cast(x, 'int32'))).toEqual(expected);
  });
  test('to bool is x ≠ 0, so NaN is true', () => {
    expect(list(kernels.cast(of('float64', 0, -0, nan, 256, 0.5), 'bool'))).toEqual([0, 0, 1, 1, 1]);
    expect(list(kernels.cast(of('int32', 0, 256), 'bool'))).toEqual([0, 1]);
  });
  test('between floats rounds, and keeps −0', () => {
    expect(list(kernels.cast(of('float64', 0.1, 1e39, -0, 1e-46), 'float32'))).toEqual([Math.fround(0.1), inf, -0, 0]);
    expect(list(kernels.cast(of('int32', 16777217), 'float32'))).toEqual([16777216]);
    expect(list(kernels.cast(of('bool', 1, 0), 'float64'))).toEqual([1, 0]);
  });
  test('to its own dtype is the same tensor', () => {
    const x = of('float64', 1);
    expect(kernels.cast(x, 'float64')).toBe(x);
  });
});

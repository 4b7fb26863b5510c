import { describe, expect, test } from 'vitest';
import { dtypes, isDType, isFloat } from './dtype.ts';
import { InternalError, ShapeError } from './errors.ts';
import {
  broadcastShapes,
  checkShape,
  formatType,
  normalizeAxes,
  normalizeAxis,
  type Shape,
  sameShape,
  sameType,
  sizeOf,
  stridesOf,
} from './shape.ts';

const f64 = (...shape: number[]) => ({ dtype: 'float64', shape }) as const;

test('sizes, strides and types', () => {
  expect([sizeOf([]), sizeOf([2, 3]), sizeOf([4, 0])]).toEqual([1, 6, 0]);
  expect([stridesOf([]), stridesOf([2, 3, 5]), stridesOf([2, 0])]).toEqual([[], [15, 5, 1], [0, 1]]);
  expect([sameShape([], []), sameShape([1], [1, 1]), sameShape([2], [3])]).toEqual([true, false, false]);
  expect(sameType(f64(2), { dtype: 'float32', shape: [2] })).toBe(false);
  expect([formatType(f64()), formatType({ dtype: 'bool', shape: [2, 3] })]).toEqual(['f64[]', 'bool[2,3]']);
});

test.each<[Shape, Shape, Shape]>([
  [[], [], []],
  [[2, 3], [], [2, 3]],
  [
    [2, 1],
    [1, 5],
    [2, 5],
  ],
  [[3], [2, 3], [2, 3]],
  [[0], [1], [0]],
  [[1], [0], [0]],
  [
    [5, 0],
    [1, 1],
    [5, 0],
  ],
])('%j with %j broadcast to %j, in either order', (a, b, expected) => {
  expect(broadcastShapes('add', f64(...a), f64(...b))).toEqual(expected);
  expect(broadcastShapes('add', f64(...b), f64(...a))).toEqual(expected);
});

describe('errors, by full text', () => {
  test('broadcast', () => {
    expect(() => broadcastShapes('add', f64(2, 3), f64(4))).toThrow(
      new ShapeError('add', 'cannot broadcast f64[2,3] with f64[4]: axis -1 has sizes 3 and 4.'),
    );
    expect(() => broadcastShapes('add', f64(0), f64(2))).toThrow(
      'add: cannot broadcast f64[0] with f64[2]: axis -1 has sizes 0 and 2.',
    );
  });
  test('axes', () => {
    expect(() => normalizeAxis('sum', 2, f64(2, 3))).toThrow(
      'sum: axis 2 is out of range for f64[2,3]: axes are -2…1.',
    );
    expect(() => normalizeAxis('sum', 0, f64())).toThrow(
      'sum: axis 0 is out of range for f64[]: a scalar has no axes.',
    );
    expect(() => normalizeAxis('sum', 0.5, f64(2))).toThrow('sum: axis 0.5 is out of range for f64[2]: axes are -1…0.');
    expect(() => normalizeAxes('sum', [0, -2], f64(2, 3))).toThrow('sum: axes [0,-2] of f64[2,3] name an axis twice.');
  });
  test('shapes', () => {
    for (const shape of [[-1], [1.5], [Number.NaN], [Number.POSITIVE_INFINITY]]) {
      expect(() => checkShape('zeros', shape)).toThrow(`zeros: [${shape}] is not a shape: extents are integers ≥ 0.`);
    }
  });
  test('classes carry the op and their own name; ours asks for a report', () => {
    const error = new ShapeError('add', 'x.');
    expect([error.name, error.op, error.message]).toEqual(['ShapeError', 'add', 'add: x.']);
    expect(new InternalError('a thing.').message).toBe(
      'internal: a thing. This is a bug in Throughline; please report it.',
    );
  });
});

test('axes from the front, ascending; all when none are named', () => {
  expect(normalizeAxes('sum', undefined, f64(2, 3))).toEqual([0, 1]);
  expect(normalizeAxes('sum', [-1, 0], f64(2, 3))).toEqual([0, 1]);
  expect(normalizeAxes('sum', -1, f64(2, 3))).toEqual([1]);
  expect(normalizeAxes('sum', [], f64(2, 3))).toEqual([]);
});

test('dtypes', () => {
  expect(Object.keys(dtypes).map((d) => isDType(d) && isFloat(d))).toEqual([true, true, false, false]);
  for (const wrong of ['toString', 'f64', 0, null, undefined]) expect(isDType(wrong)).toBe(false);
  for (const { allocate, bytes } of Object.values(dtypes)) expect(allocate(3).byteLength).toBe(3 * bytes);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arange, eye, tensor, zeros } from './construct.ts';
import { formatNumber } from './format.ts';
import { anyTensors } from './testing/arbitraries.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

test.each([
  [tensor(0.5), 'f64[] 0.5'],
  [zeros([0, 3]), 'f64[0,3] []'],
  [
    tensor([
      [1, 2],
      [3, 4],
    ]),
    'f64[2,2] [[1, 2], [3, 4]]',
  ],
  [tensor([true, false]), 'bool[2] [true, false]'],
  [tensor([nan, inf, -inf, -0]), 'f64[4] [NaN, inf, -inf, -0]'],
  [tensor([0.1], { dtype: 'float32' }), 'f32[1] [0.1]'],
  [arange(100), 'f64[100] [0, 1, 2, 3, …, 96, 97, 98, 99]'],
  [arange(10), 'f64[10] [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]'],
])('prints %#', (x, expected) => expect(String(x)).toBe(expected));

test.each([
  [0.1 + 0.2, '0.3'],
  [123456789012, '123456789012'],
  [1 / 3, '0.333333'],
  [1e-7, '1e-7'],
  [1e300, '1e300'],
  [-2.5e-310, '-2.5e-310'],
  [0.99999999, '1.00000'],
  [1234567.5, '1.23457e6'],
])('%d has six digits at most, and looks like an integer only if it is: %s', (x, expected) => {
  expect(formatNumber(x)).toBe(expected);
});

test('what does not fit a line goes row below row, columns aligned', () => {
  const row = [0.125, -1234.5, 3, 1e-9, -0, nan, -inf, 1 / 3];
  expect(String(tensor([row, row.toReversed(), row]))).toBe(
    `f64[3,8] [${[
      '[   0.125,  -1234.5,        3,     1e-9,       -0,      NaN,     -inf, 0.333333]',
      '[0.333333,     -inf,      NaN,       -0,     1e-9,        3,  -1234.5,    0.125]',
      '[   0.125,  -1234.5,        3,     1e-9,       -0,      NaN,     -inf, 0.333333]',
    ].join(',\n          ')}]`,
  );
});

test('long axes are shortened in the middle', () => {
  expect(String(eye(12))).toBe(`f64[12,12] [[1, 0, 0, 0, …, 0, 0, 0, 0],
            [0, 1, 0, 0, …, 0, 0, 0, 0],
            [0, 0, 1, 0, …, 0, 0, 0, 0],
            …,
            [0, 0, 0, 0, …, 0, 1, 0, 0],
            [0, 0, 0, 0, …, 0, 0, 1, 0],
            [0, 0, 0, 0, …, 0, 0, 0, 1]]`);
});

test('any tensor prints on 20 lines at most, brackets balanced unless cut', () => {
  fc.assert(
    fc.property(anyTensors(), (x) => {
      const text = String(x);
      const lines = text.split('\n');
      expect(lines.length).toBeLessThanOrEqual(20);
      if (lines.length < 20) expect(text.split('[').length).toBe(text.split(']').length);
    }),
  );
  expect(String(zeros([30, 30, 30])).split('\n').length).toBe(20);
  expect(String(zeros(new Array(12).fill(2))).split('\n').length).toBe(20);
});

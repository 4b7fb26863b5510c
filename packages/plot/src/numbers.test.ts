import { expect, test } from 'vitest';
import { decade, formatNumber } from './numbers.ts';

test.each([
  [0, '0'],
  [-0, '−0'],
  [1, '1'],
  [-12345, '−12345'],
  [0.16666, '0.167'],
  [0.1, '0.1'],
  [0.9996, '1'],
  [0.00123, '0.00123'],
  [0.000123, '1.23e−4'],
  [123456.7, '123457'],
  [1e6, '1e6'],
  [1.5e21, '1.5e21'],
  [-3.52e-13, '−3.52e−13'],
  [5e-324, '4.94e−324'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '∞'],
  [Number.NEGATIVE_INFINITY, '−∞'],
])('%d is written %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test('a decade is a power with a raised exponent', () => {
  expect([decade(-16), decade(0), decade(3)]).toEqual(['10⁻¹⁶', '10⁰', '10³']);
});

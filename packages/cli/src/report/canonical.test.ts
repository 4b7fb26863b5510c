import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical.ts';

test('keys are sorted by code unit, at every depth; undefined ones are left out', () => {
  expect(canonicalJson({ b: { z: 1, a: [{ y: 1, x: 2 }] }, a: null, B: true, é: 's', c: undefined })).toBe(
    '{"B":true,"a":null,"b":{"a":[{"x":2,"y":1}],"z":1},"é":"s"}',
  );
});

test.each([
  [-0, '-0'],
  [0, '0'],
  [0.1, '0.1'],
  [1e21, '1e+21'],
  [5e-324, '5e-324'],
  [Number.MAX_VALUE, '1.7976931348623157e+308'],
  [Number.NaN, '{"number":"NaN"}'],
  [Number.POSITIVE_INFINITY, '{"number":"Infinity"}'],
  [Number.NEGATIVE_INFINITY, '{"number":"-Infinity"}'],
])('%d is written %s', (value, text) => {
  expect(canonicalJson(value)).toBe(text);
});

test('all NaNs are one value, whatever their bits', () => {
  const bits = new Float64Array(new BigUint64Array([0x7ff8000000000001n, 0xfff8000000000000n]).buffer);
  expect(canonicalJson([...bits])).toBe(canonicalJson([Number.NaN, Number.NaN]));
});

test('finite numbers read back as the same double', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
      Object.is(JSON.parse(canonicalJson(value)), value),
    ),
  );
});

test('it is JSON, and does not depend on the order in which keys were set', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const text = canonicalJson(value);
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      return canonicalJson(JSON.parse(text)) === text && canonicalJson(reversed) === text;
    }),
  );
});

test.each([
  [{ a: [1, () => 1] }, 'canonicalJson: the value at .a[1] is of type function, which is not data.'],
  [[undefined], 'canonicalJson: the value at [0] is of type undefined, which is not data.'],
  [1n, 'canonicalJson: the value at the root is of type bigint, which is not data.'],
  [{ m: new Map() }, 'canonicalJson: the value at .m is an instance of Map, which is not data.'],
])('what is not data is refused', (value, message) => {
  expect(() => canonicalJson(value)).toThrow(message);
});

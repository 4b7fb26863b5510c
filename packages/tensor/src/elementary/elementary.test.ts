import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Elementary, float32, float64 } from './index.ts';
import { type Precision, samples } from './testing/samples.ts';

type Name = keyof Elementary;
type Scalar = (...xs: number[]) => number;

const precisions = { float64, float32 };
const names = Object.keys(float64) as Name[]; // an Elementary has no other keys
const each = (Object.keys(precisions) as Precision[]).flatMap((precision) =>
  names.map((name) => ({ precision, name })),
);
const functionOf = (precision: Precision, name: Name): Scalar => precisions[precision][name] as Scalar; // pow takes two

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;

describe.each([
  ['float64', float64, 5e-324, 1.7976931348623157e308],
  ['float32', float32, 1.401298464324817e-45, 3.4028234663852886e38],
] as const)('special values in %s', (_, f, least, most) => {
  const table: [string, number, number][] = [
    ['exp(0)', f.exp(0), 1],
    ['exp(-0)', f.exp(-0), 1],
    ['exp(inf)', f.exp(inf), inf],
    ['exp(-inf)', f.exp(-inf), 0],
    ['exp(most)', f.exp(most), inf],
    ['exp(-most)', f.exp(-most), 0],
    ['exp(least)', f.exp(least), 1],
    ['expm1(-0)', f.expm1(-0), -0],
    ['expm1(0)', f.expm1(0), 0],
    ['expm1(least)', f.expm1(least), least],
    ['expm1(-inf)', f.expm1(-inf), -1],
    ['expm1(inf)', f.expm1(inf), inf],
    ['log(0)', f.log(0), -inf],
    ['log(-0)', f.log(-0), -inf],
    ['log(1)', f.log(1), 0],
    ['log(-1)', f.log(-1), nan],
    ['log(-least)', f.log(-least), nan],
    ['log(-inf)', f.log(-inf), nan],
    ['log(inf)', f.log(inf), inf],
    ['log1p(-0)', f.log1p(-0), -0],
    ['log1p(0)', f.log1p(0), 0],
    ['log1p(least)', f.log1p(least), least],
    ['log1p(-1)', f.log1p(-1), -inf],
    ['log1p(-2)', f.log1p(-2), nan],
    ['log1p(inf)', f.log1p(inf), inf],
    ['log1p(-inf)', f.log1p(-inf), nan],
    ['sin(-0)', f.sin(-0), -0],
    ['sin(0)', f.sin(0), 0],
    ['sin(least)', f.sin(least), least],
    ['sin(inf)', f.sin(inf), nan],
    ['sin(-inf)', f.sin(-inf), nan],
    ['cos(-0)', f.cos(-0), 1],
    ['cos(inf)', f.cos(inf), nan],
    ['tanh(-0)', f.tanh(-0), -0],
    ['tanh(-least)', f.tanh(-least), -least],
    ['tanh(inf)', f.tanh(inf), 1],
    ['tanh(-inf)', f.tanh(-inf), -1],
    ['tanh(most)', f.tanh(most), 1],
    ['sigmoid(0)', f.sigmoid(0), 0.5],
    ['sigmoid(-0)', f.sigmoid(-0), 0.5],
    ['sigmoid(inf)', f.sigmoid(inf), 1],
    ['sigmoid(-inf)', f.sigmoid(-inf), 0],
    ['sigmoid(-most)', f.sigmoid(-most), 0],
    ['softplus(-inf)', f.softplus(-inf), 0],
    ['softplus(inf)', f.softplus(inf), inf],
    ['softplus(most)', f.softplus(most), most],
    ['softplus(-most)', f.softplus(-most), 0],
    ['pow(2, 10)', f.pow(2, 10), 1024],
    ['pow(nan, 0)', f.pow(nan, 0), 1],
    ['pow(nan, -0)', f.pow(nan, -0), 1],
    ['pow(1, nan)', f.pow(1, nan), 1],
    ['pow(nan, 1)', f.pow(nan, 1), nan],
    ['pow(2, nan)', f.pow(2, nan), nan],
    ['pow(-2, 3)', f.pow(-2, 3), -8],
    ['pow(-2, 2)', f.pow(-2, 2), 4],
    ['pow(-2, -1)', f.pow(-2, -1), -0.5],
    ['pow(-2, 0.5)', f.pow(-2, 0.5), nan],
    ['pow(-8, least)', f.pow(-8, least), nan],
    ['pow(-1, inf)', f.pow(-1, inf), 1],
    ['pow(-1, -inf)', f.pow(-1, -inf), 1],
    ['pow(-1, most)', f.pow(-1, most), 1],
    ['pow(2, inf)', f.pow(2, inf), inf],
    ['pow(2, -inf)', f.pow(2, -inf), 0],
    ['pow(0.5, inf)', f.pow(0.5, inf), 0],
    ['pow(-0.5, -inf)', f.pow(-0.5, -inf), inf],
    ['pow(0, 3)', f.pow(0, 3), 0],
    ['pow(-0, 3)', f.pow(-0, 3), -0],
    ['pow(-0, 2)', f.pow(-0, 2), 0],
    ['pow(-0, 0.5)', f.pow(-0, 0.5), 0],
    ['pow(0, -1)', f.pow(0, -1), inf],
    ['pow(-0, -1)', f.pow(-0, -1), -inf],
    ['pow(-0, -2)', f.pow(-0, -2), inf],
    ['pow(0, -inf)', f.pow(0, -inf), inf],
    ['pow(0, inf)', f.pow(0, inf), 0],
    ['pow(inf, 2)', f.pow(inf, 2), inf],
    ['pow(inf, -2)', f.pow(inf, -2), 0],
    ['pow(-inf, 3)', f.pow(-inf, 3), -inf],
    ['pow(-inf, 2)', f.pow(-inf, 2), inf],
    ['pow(-inf, -3)', f.pow(-inf, -3), -0],
    ['pow(-inf, 0.5)', f.pow(-inf, 0.5), inf],
    ['pow(least, 1)', f.pow(least, 1), least],
    ['pow(most, 1)', f.pow(most, 1), most],
    ['pow(most, -most)', f.pow(most, -most), 0],
    ['pow(-most, 3)', f.pow(-most, 3), -inf],
  ];
  test.each(table)('%s', (_call, actual, expected) => {
    expect(actual).toBe(expected); // Object.is: −0 is not 0, NaN is NaN
  });
  test.each(names.filter((name) => name !== 'pow'))('%s(NaN) is NaN', (name) => {
    expect((f[name] as Scalar)(nan)).toBeNaN();
  });
});

/** Consecutive values of a precision have consecutive numbers. */
function place(precision: Precision, x: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  if (precision === 'float64') view.setFloat64(0, x);
  else view.setFloat32(0, x);
  const bits = precision === 'float64' ? view.getBigInt64(0) : BigInt(view.getInt32(0));
  const sign = precision === 'float64' ? -0x8000000000000000n : -0x80000000n;
  return bits < 0n ? sign - bits : bits;
}

function parse(precision: Precision, hex: string): number {
  if (hex === 'nan') return nan;
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${hex.padEnd(16, '0')}`));
  return precision === 'float64' ? view.getFloat64(0) : view.getFloat32(0);
}

const file = new URL('./goldens/points.json', import.meta.url);
const goldens = JSON.parse(readFileSync(file, 'utf8')) as Record<Precision, Record<Name, string[]>>; // written by golden.py

// A result within 1.49 ulp of the exact value is at most one place from its rounding; the measured errors are below 1.1.
test.each(each)('$precision $name is at most one place from the rounded exact value', ({ precision, name }) => {
  const f = functionOf(precision, name);
  const wrong: string[] = [];
  for (const line of goldens[precision][name]) {
    const numbers = line.split(' ').map((hex) => parse(precision, hex));
    const expected = numbers.pop() as number; // a line ends with the result
    const actual = f(...numbers);
    const distance = place(precision, actual) - place(precision, expected);
    const inexact = Number.isFinite(expected) && expected !== 0;
    const right = Object.is(actual, expected) || (inexact && distance <= 1n && distance >= -1n);
    if (!right) wrong.push(`${name}(${numbers.join(', ')}) = ${actual}, exactly ${expected}`);
  }
  expect(goldens[precision][name].length).toBeGreaterThan(200);
  expect(wrong).toEqual([]);
});

test.each(each.filter(({ name }) => name === 'sin' || name === 'tanh'))('$precision $name is odd', (c) => {
  const f = functionOf(c.precision, c.name);
  const xs = [...samples(c.precision, c.name, 20000, 3)];
  expect(xs.filter((x) => !Object.is(f(-x), -f(x)))).toEqual([]);
});

test.each(names)('float32 %s returns float32 values', (name) => {
  const f = functionOf('float32', name);
  const points = samples('float32', name, 5000, 4);
  const results = [...points].map((x, i) => f(x, points[i ^ 1] as number)); // an even number of points
  expect(results.filter((y) => !Object.is(Math.fround(y), y))).toEqual([]);
});

/** Of 100000 results, little-endian, every NaN the same. A change of any bit, or an engine that differs, shows here. */
const digests: Record<string, string> = {
  'float64 exp': '8fc203f65a3ce7e6507bc4af20ede12e',
  'float64 expm1': 'bf51f2a752099a9393086390ade892f1',
  'float64 log': 'd32282e1c2ce792c8c5675e15efd0e07',
  'float64 log1p': '5831ca0839633584a53e98e6a210766f',
  'float64 sin': '339e67d5663f8c7a1ebb32a57bf3a420',
  'float64 cos': '3301b5766248b440993e443d99520863',
  'float64 tanh': 'a5b39d865e9d804338758a9b8f95c007',
  'float64 sigmoid': 'c747f29043bce3b01410a41ba34b07af',
  'float64 softplus': 'f5869641136138eb36afed555d9bd2ef',
  'float64 pow': 'a519db0a8a15efd7aed983b1720ef260',
  'float32 exp': '2949a56d6dad8f0485aa7b62c39724a7',
  'float32 expm1': 'f58c3f82f9e92efbaa4cddaad1511c3c',
  'float32 log': '32be0c35323a78258d0456d278c1682f',
  'float32 log1p': 'f351394921cb54a13db74b7789000ab0',
  'float32 sin': '2deb0b6014e78424c16867b864a6cac5',
  'float32 cos': 'a3bd1b9b158ad60bde639cf31dbbe203',
  'float32 tanh': '7536428ef2141622602df681c8d2a8f3',
  'float32 sigmoid': 'dd3ae74dbf588434fcf0af3b6a87627c',
  'float32 softplus': 'f5e1e235c5f53e168263a6ef5f5c68a9',
  'float32 pow': '5a3dcdce431eaf830ca2853a77c94f94',
};

test.each(each)('the bits of $precision $name', ({ precision, name }) => {
  const f = functionOf(precision, name);
  const points = samples(precision, name, 100000, 2);
  const width = name === 'pow' ? 2 : 1;
  const view = new DataView(new ArrayBuffer((8 * points.length) / width));
  for (let i = 0; i < points.length / width; i++) {
    const y = width === 2 ? f(points[2 * i] as number, points[2 * i + 1] as number) : f(points[i] as number); // in range
    view.setBigUint64(8 * i, Number.isNaN(y) ? 0x7ff8000000000000n : bitsOf(y), true);
  }
  const digest = createHash('sha256').update(new Uint8Array(view.buffer)).digest('hex');
  expect(digest.slice(0, 32)).toBe(digests[`${precision} ${name}`]);
});

function bitsOf(y: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, y);
  return view.getBigUint64(0);
}

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ScalarFunction } from '../elementary/scalar-function.ts';
import type { Precision } from '../elementary/testing/samples.ts';
import * as functions from './functions.ts';
import { digestOf } from './testing/digest.ts';
import { arityOf, samples } from './testing/samples.ts';

const all = Object.values(functions);
const lookup = new Map(all.map((f) => [f.name, f]));
const each = (['float64', 'float32'] as const).flatMap((precision) =>
  all.map(({ name, kernels }) => ({ precision, name, f: kernels[precision] })),
);
const [inf, nan] = [Number.POSITIVE_INFINITY, Number.NaN];

describe.each(['float64', 'float32'] as const)('special values in %s', (precision) => {
  const of = (name: string, ...xs: number[]): number => lookup.get(name)?.kernels[precision](...xs) ?? nan;
  const fit = precision === 'float32' ? Math.fround : (x: number) => x;
  const pi = fit(Math.PI);
  const table: [string, number, number][] = [
    ['cbrt(-0)', of('cbrt', -0), -0],
    ['cbrt(-27)', of('cbrt', -27), -3],
    ['cbrt(-inf)', of('cbrt', -inf), -inf],
    ['rsqrt(0)', of('rsqrt', 0), inf],
    ['rsqrt(-0)', of('rsqrt', -0), -inf],
    ['rsqrt(-1)', of('rsqrt', -1), nan],
    ['exp2(-inf)', of('exp2', -inf), 0],
    ['exp2(-126)', of('exp2', -126), 1.1754943508222875e-38],
    ['log2(0)', of('log2', -0), -inf],
    ['log2(1024)', of('log2', 1024), 10],
    ['log10(1)', of('log10', 1), 0],
    ['log10(-1)', of('log10', -1), nan],
    ['round(2.5)', of('round', 2.5), 2],
    ['round(-0.5)', of('round', -0.5), -0],
    ['round(inf)', of('round', inf), inf],
    ['trunc(-0.9)', of('trunc', -0.9), -0],
    ['tan(-0)', of('tan', -0), -0],
    ['tan(inf)', of('tan', inf), nan],
    ['arcsin(1)', of('arcsin', 1), pi / 2],
    ['arcsin(1.5)', of('arcsin', 1.5), nan],
    ['arcsin(-0)', of('arcsin', -0), -0],
    ['arccos(1)', of('arccos', 1), 0],
    ['arccos(-1)', of('arccos', -1), pi],
    ['arccos(-2)', of('arccos', -2), nan],
    ['arctan(-inf)', of('arctan', -inf), -pi / 2],
    ['arctan(-0)', of('arctan', -0), -0],
    ['arctan2(0, -0)', of('arctan2', 0, -0), pi],
    ['arctan2(-0, 0)', of('arctan2', -0, 0), -0],
    ['arctan2(-0, -1)', of('arctan2', -0, -1), -pi],
    ['arctan2(1, -0)', of('arctan2', 1, -0), pi / 2],
    ['arctan2(inf, inf)', of('arctan2', inf, inf), pi / 4],
    ['arctan2(inf, -inf)', of('arctan2', inf, -inf), fit((3 * Math.PI) / 4)],
    ['arctan2(1, inf)', of('arctan2', 1, inf), 0],
    ['arctan2(-1, -inf)', of('arctan2', -1, -inf), -pi],
    ['arctan2(nan, 1)', of('arctan2', nan, 1), nan],
    ['hypot(0, -0)', of('hypot', 0, -0), 0],
    ['hypot(inf, nan)', of('hypot', inf, nan), inf],
    ['hypot(nan, 1)', of('hypot', nan, 1), nan],
    ['sinh(-0)', of('sinh', -0), -0],
    ['sinh(-inf)', of('sinh', -inf), -inf],
    ['cosh(-inf)', of('cosh', -inf), inf],
    ['arcsinh(-inf)', of('arcsinh', -inf), -inf],
    ['arccosh(1)', of('arccosh', 1), 0],
    ['arccosh(0.5)', of('arccosh', 0.5), nan],
    ['arctanh(-1)', of('arctanh', -1), -inf],
    ['arctanh(2)', of('arctanh', 2), nan],
    ['logit(0)', of('logit', 0), -inf],
    ['logit(0.5)', of('logit', 0.5), 0],
    ['logit(1)', of('logit', 1), inf],
    ['logit(1.5)', of('logit', 1.5), nan],
    ['logaddexp(-inf, -inf)', of('logaddexp', -inf, -inf), -inf],
    ['logaddexp(inf, -inf)', of('logaddexp', inf, -inf), inf],
    ['logaddexp(-inf, nan)', of('logaddexp', -inf, nan), nan],
    ['xlogy(0, 0)', of('xlogy', 0, 0), 0],
    ['xlogy(0, nan)', of('xlogy', 0, nan), nan],
    ['xlogy(1, 0)', of('xlogy', 1, 0), -inf],
    ['erf(-0)', of('erf', -0), -0],
    ['erf(-inf)', of('erf', -inf), -1],
    ['erfc(-inf)', of('erfc', -inf), 2],
    ['erfc(inf)', of('erfc', inf), 0],
    ['erfinv(-1)', of('erfinv', -1), -inf],
    ['erfinv(2)', of('erfinv', 2), nan],
    ['lgamma(0)', of('lgamma', 0), inf],
    ['lgamma(-3)', of('lgamma', -3), inf],
    ['lgamma(-inf)', of('lgamma', -inf), inf],
    ['lgamma(1)', of('lgamma', 1), 0],
    ['lgamma(2)', of('lgamma', 2), 0],
    ['digamma(0)', of('digamma', 0), -inf],
    ['digamma(-0)', of('digamma', -0), inf],
    ['digamma(-2)', of('digamma', -2), nan],
    ['digamma(-inf)', of('digamma', -inf), nan],
    ['digamma(inf)', of('digamma', inf), inf],
    ['polygamma(1, 0)', of('polygamma', 1, 0), inf],
    ['polygamma(2, 0)', of('polygamma', 2, 0), -inf],
    ['polygamma(1, -2)', of('polygamma', 1, -2), inf],
    ['polygamma(2, -2)', of('polygamma', 2, -2), nan],
    ['polygamma(1, inf)', of('polygamma', 1, inf), 0],
    ['polygamma(0, 1)', of('polygamma', 0, 1), nan],
  ];
  test.each(table)('%s', (_call, actual, expected) => {
    expect(actual).toBe(expected); // Object.is: −0 is not 0, NaN is NaN
  });
  test.each(all.filter(({ name }) => arityOf(name) === 1))('$name(NaN) is NaN', ({ kernels }) => {
    expect(kernels[precision](nan)).toBeNaN();
  });
});

test.each(each.filter(({ precision }) => precision === 'float32'))('float32 $name returns float32 values', (c) => {
  const points = samples('float32', c.name, 400, 4);
  const width = arityOf(c.name);
  const results = Array.from({ length: 400 }, (_, i) => c.f(...points.subarray(i * width, (i + 1) * width)));
  expect(results.filter((y) => !Object.is(Math.fround(y), y))).toEqual([]);
});

const odd = ['cbrt', 'tan', 'arcsin', 'arctan', 'sinh', 'arcsinh', 'arctanh', 'erf', 'erfinv', 'round', 'trunc'];
test.each(each.filter(({ name }) => odd.includes(name)))('$precision $name is odd', ({ precision, name, f }) => {
  const xs = [...samples(precision, name, 2000, 3)];
  expect(xs.filter((x) => !Object.is(f(-x), -f(x)))).toEqual([]);
});

const places = {
  float64: (y: number) => new BigInt64Array(Float64Array.of(y).buffer)[0],
  float32: (y: number) => BigInt(new Int32Array(Float32Array.of(y).buffer)[0] ?? 0),
};
/** Consecutive values of a precision have consecutive numbers. */
function place(precision: Precision, y: number): bigint {
  const bits = places[precision](y) ?? 0n;
  return bits < 0n ? (precision === 'float64' ? -0x8000000000000000n : -0x80000000n) - bits : bits;
}

interface Golden {
  /** How many places from the rounded exact value a result may be. */
  readonly within: number;
  /** Operands and the rounded exact value, as numbers in decimal, in turn. */
  readonly rows: readonly (readonly (number | string)[])[];
}
const file = new URL('./goldens/points.json', import.meta.url);
const goldens = JSON.parse(readFileSync(file, 'utf8')) as Record<Precision, Record<string, Golden>>; // written by golden.py

test.each(each)('$precision $name is near the rounded exact value', ({ precision, name, f }) => {
  const golden = goldens[precision][name];
  const wrong = (golden?.rows ?? []).flatMap((row) => {
    const numbers = row.map(Number);
    const expected = numbers.pop() as number; // a row ends with the result
    const actual = f(...numbers);
    const distance = place(precision, actual) - place(precision, expected);
    const far = distance < 0n ? -distance : distance;
    const inexact = Number.isFinite(expected) && expected !== 0 && far <= BigInt(golden?.within ?? 0);
    return Object.is(actual, expected) || inexact ? [] : [`${name}(${numbers}) = ${actual}, exactly ${expected}`];
  });
  expect(golden?.rows.length).toBeGreaterThan(100);
  expect(wrong).toEqual([]);
});

/** A change of any bit, or an engine that differs, shows here. */
const digestFile = new URL('./goldens/digests.json', import.meta.url);
const digests = JSON.parse(readFileSync(digestFile, 'utf8')) as Record<string, string>; // written by scripts/elementary/digests.ts

test.each(each)('the bits of $precision $name', ({ precision, name }) => {
  const f = all.find((one) => one.name === name) as ScalarFunction; // one of them
  expect(digestOf(precision, f)).toBe(digests[`${precision} ${name}`]);
});

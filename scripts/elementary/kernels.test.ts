import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { float32, float64, type Steps, steps } from '../../packages/tensor/src/elementary/index.ts';
import { numbers32, numbers64 } from '../../packages/tensor/src/elementary/numbers.ts';
import { samples } from '../../packages/tensor/src/elementary/testing/samples.ts';
import * as special from '../../packages/tensor/src/special/functions.ts';
import { arityOf, samples as specialSamples } from '../../packages/tensor/src/special/testing/samples.ts';
import { disagreements } from './agree.ts';
import { kernelSource, specialSource } from './kernel-source.ts';

const names = Object.keys(float64) as (keyof Steps)[]; // the same ten

test.each(['float64', 'float32'] as const)('%s.ts is what the steps print', (precision) => {
  const file = new URL(`../../packages/tensor/src/elementary/${precision}.ts`, import.meta.url);
  expect(kernelSource(precision)).toBe(readFileSync(file, 'utf8'));
  const other = new URL(`../../packages/tensor/src/special/${precision}.ts`, import.meta.url);
  expect(specialSource(precision)).toBe(readFileSync(other, 'utf8'));
});

test.each(Object.values(special))(
  'the kernels and the steps of $name have the same bits',
  ({ name, kernels, steps }) => {
    for (const [precision, m] of [['float64', numbers64] as const, ['float32', numbers32] as const]) {
      const points = specialSamples(precision, name, 600, 5);
      const width = arityOf(name);
      const wrong = Array.from({ length: 600 }, (_, i) => [...points.subarray(i * width, (i + 1) * width)]).filter(
        (xs) => !Object.is(kernels[precision](...xs), steps[precision](m, ...xs)),
      );
      expect(wrong).toEqual([]);
    }
  },
);

test.each(names)('the kernels and the steps of %s have the same bits', (name) => {
  expect(disagreements('float64', name, 5000)).toEqual([]);
  expect(disagreements('float32', name, 5000)).toEqual([]);
});

test('a difference in one bit is seen', () => {
  const points = samples('float64', 'exp', 100);
  const wrong = [...points].filter((x) => !Object.is(float64.exp(x), steps.float64.exp(numbers64, x) * (1 + 2 ** -52)));
  expect(wrong.length).toBeGreaterThan(50);
});

test('every operation of the float32 arithmetic returns a float32', () => {
  const { add, sub, mul, div } = numbers32;
  for (const f of [add, sub, mul, div]) expect(Math.fround(f(0.1, 3))).toBe(f(0.1, 3));
  expect(float32.exp(1)).toBe(Math.fround(2.7182817459106445));
});

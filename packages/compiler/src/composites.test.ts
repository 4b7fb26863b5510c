/** @file Compiled = interpreted, bit for bit: functions over primitives, and their gradients, at one sample each. */
import { evaluate, grad, mul, type Program, sum } from '@throughline/autograd';
import { record } from '@throughline/autograd/back-end';
import { composites } from '@throughline/autograd/testing';
import { type Concrete, isDifferentiable, type Tensor } from '@throughline/tensor';
import { firstDifference } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Executable } from './run/executable.ts';

function expectAlike(program: Program, inputs: readonly Concrete[]): void {
  const actual = new Executable(program, { fast: false, resident: 0, threads: 1 }).run(inputs);
  evaluate(program, inputs).forEach((y, k) => {
    expect(firstDifference(y, actual[k] as Tensor)).toBeNull(); // as many
  });
}

test.each(Object.entries(composites))('%s', (_, { run, smooth, any }) => {
  const [sample] = fc.sample(smooth ?? any ?? fc.constant({ inputs: [], params: {} }), { seed: 1, numRuns: 1 });
  if (sample === undefined) throw new Error('no sample was drawn');
  const { inputs, params } = sample;
  const call = (xs: readonly Tensor[]): Tensor[] => [run(xs, params)].flat();
  expectAlike(record(inputs, call).program, inputs);
  if (smooth === null) return;
  // The sum of squares, so that cotangents differ from place to place.
  const loss = (xs: readonly Tensor[]): Tensor =>
    call(xs)
      .filter(isDifferentiable)
      .map((y) => sum(mul(y, y)))
      .reduce((a, b) => a.add(b));
  const gradient = (xs: readonly Tensor[]): Tensor[] => grad(loss)(xs).filter((g): g is Tensor => g !== null);
  expectAlike(record(inputs, gradient).program, inputs);
});

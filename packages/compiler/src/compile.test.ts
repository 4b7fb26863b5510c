/** @file Compiled = interpreted, bit for bit: samples of every primitive, cells, random loops and Programs. */
import {
  add,
  evaluate,
  grad,
  key,
  mul,
  type Program,
  primitives,
  sum,
  trace,
  uniform,
  valueAndGrad,
} from '@throughline/autograd';
import { bindAny, record, typeOf } from '@throughline/autograd/back-end';
import { composites, randomLoops, randomPrograms, samples } from '@throughline/autograd/testing';
import { gru, gruResetBefore, lstm, rnn, unroll } from '@throughline/rnn';
import { Concrete, full, isDifferentiable, type Tensor } from '@throughline/tensor';
import { firstDifference } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Executable } from './run/executable.ts';
import { Runner } from './run/runner.ts';

/** The first difference between a Program interpreted and compiled; null where there is none. */
function difference(program: Program, inputs: readonly Concrete[]): string | null {
  const expected = evaluate(program, inputs);
  const actual = new Executable(program, { fast: false, resident: 0, threads: 1 }).run(inputs);
  const found = expected.map((y, k) => firstDifference(y, actual[k] as Tensor)); // as many
  return found.find((text) => text !== null) ?? null;
}

/** Both modes: strict against the Program as traced, default against the Program as optimised. */
function check(traced: Program, inputs: readonly Concrete[]): void {
  for (const reassociate of [false, true]) {
    const runner = new Runner(traced, 'f', { reassociate, fast: false, alone: true, resident: 0 });
    const expected = evaluate(reassociate ? runner.program : traced, inputs);
    const actual = runner.run(inputs);
    expect(runner.unfit).toBeUndefined();
    expected.forEach((y, k) => {
      expect(firstDifference(y, actual[k] as Tensor)).toBeNull(); // as many
    });
  }
}

const inputsFor = (program: Program, seed: number): Concrete[] =>
  program.inputs.map((id, i) => {
    const { dtype, shape } = typeOf(program, id);
    if (dtype !== 'float64') return full(shape, 1, dtype).concrete('test');
    return uniform(key(seed * 1000 + i), [...shape], { low: -1, high: 1 }).concrete('test');
  });

describe.each([...primitives.values()].filter(({ name }) => samples[name] !== undefined))('$name', (primitive) => {
  test('compiled = interpreted', () => {
    const { any, smooth } = samples[primitive.name] ?? {};
    const calls = any ?? smooth;
    if (!calls) return;
    fc.assert(
      fc.property(calls, ({ inputs, params }) => {
        const { program } = record(inputs, (xs) => bindAny(primitive, xs, params));
        try {
          evaluate(program, inputs);
        } catch {
          return; // refused, as it should be: errors have tests of their own
        }
        expect(difference(program, inputs)).toBeNull();
      }),
      { numRuns: 30 },
    );
  });
});

test.each(Object.keys(composites))('%s, its gradient, and both in one Program', (name) => {
  const { run, smooth, any } = composites[name] ?? {};
  const calls = smooth ?? any;
  if (!calls || !run) throw new Error(`${name} has no calls`);
  const [{ inputs, params } = { inputs: [], params: {} }] = fc.sample(calls, { seed: 1, numRuns: 1 });
  const values = (xs: readonly Tensor[]): Tensor[] => [run(xs, params)].flat();
  const loss = (xs: readonly Tensor[]): Tensor =>
    values(xs)
      .map((y) => sum(mul(y, y)))
      .reduce((a, b) => add(a, b));
  const floats = inputs.length > 0 && [...values(inputs), ...inputs].every(isDifferentiable);
  const gradients = (xs: readonly Tensor[]): Tensor[] => (floats ? (grad(loss)(xs) as Tensor[]) : []); // of floats
  check(record(inputs, (xs) => [...values(xs), ...gradients(xs)]).program, inputs);
});

describe.each([lstm, gru, gruResetBefore, rnn] as (typeof lstm)[])('$name', (cell) => {
  test.each([
    [1, 1],
    [2, 3],
    [5, 2],
  ])('T %d, batch %d', (T, B) => {
    const params = cell.init(key(1), { I: 3, H: 4 });
    const loss = (p: typeof params, xs: Tensor) => unroll(cell, p, xs).out.sum();
    check(trace(valueAndGrad(loss), params, full([T, B, 3], 0)), inputsFor(trace(loss, params, full([T, B, 3], 0)), T));
  });
});

test('random Programs', () => {
  fc.assert(
    fc.property(randomPrograms(), ({ program, inputs }) => check(program, inputs)),
    { numRuns: 100 },
  );
});

test('random loops and their gradients', () => {
  fc.assert(
    fc.property(randomLoops.loopCases([0, 1, 2, 5]), ({ body, args }) => {
      const flat = leavesOf(args);
      check(trace(randomLoops.loop(body), args), flat);
      check(trace(valueAndGrad(randomLoops.loss(body)), args), flat);
    }),
    { numRuns: 60 },
  );
});

const leavesOf = (tree: unknown): Concrete[] =>
  tree instanceof Concrete ? [tree] : Object.values(tree as object).flatMap(leavesOf); // trees of tensors

/** @file Compiled = interpreted, bit for bit, on one thread and on two: cells of all sizes, both float types, all transforms. */

import {
  add,
  cast,
  evaluate,
  flatten,
  hvp,
  jacobian,
  jvp,
  key,
  mapTree,
  mul,
  type Program,
  splitKey,
  trace,
  uniform,
  valueAndGrad,
  vmap,
} from '@throughline/autograd';
import { record, typeOf } from '@throughline/autograd/back-end';
import { linearRecurrence } from '@throughline/autograd/control';
import { randomLoops, randomNets, randomPrograms, randomRecurrences } from '@throughline/autograd/testing';
import { type AnyCell, gru, gruResetBefore, lstm, rnn, rnnRelu, unroll } from '@throughline/rnn';
import { Concrete, type DType, full, type Tensor } from '@throughline/tensor';
import { firstDifference } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Runner } from './run/runner.ts';
import { difference, passesDiffer } from './testing/difference.ts';
import { startThreads, stopThreads } from './threads/index.ts';

beforeAll(() => startThreads(2));
afterAll(() => stopThreads());

/** Numbers for every input of a Program. */
const numbersFor = (program: Program, seed: number): Concrete[] =>
  program.inputs.map((id, i) => {
    const { dtype, shape } = typeOf(program, id);
    if (dtype === 'int32' || dtype === 'bool') return full(shape, 1, dtype).concrete('test');
    return uniform(key(seed * 1000 + i), [...shape], { low: -1, high: 1, dtype }).concrete('test');
  });

const sizes = [
  { T: 1, B: 1, I: 1, H: 1 },
  { T: 3, B: 17, I: 2, H: 5 },
  { T: 2, B: 0, I: 3, H: 4 },
  { T: 7, B: 3, I: 17, H: 13 },
  { T: 4, B: 2, I: 31, H: 32 },
];
const cells: readonly AnyCell[] = [lstm, gru, gruResetBefore, rnn, rnnRelu];
const dtypesOf: readonly DType[] = ['float64', 'float32'];

describe.each(cells.flatMap((cell) => sizes.flatMap((size) => dtypesOf.map((dtype) => ({ cell, size, dtype })))))(
  '$cell.name, $size, $dtype',
  ({ cell, size: { T, B, I, H }, dtype }) => {
    test('value and gradient', () => {
      const params = mapTree(cell.init(key(1), { I, H }), (x) => cast(x, dtype));
      const loss = (p: typeof params, xs: Tensor) =>
        unroll(cell, p as never, xs)
          .out.mul(0.5)
          .sum();
      const program = trace(valueAndGrad(loss), params, full([T, B, I], 0, dtype));
      expect(difference(program, numbersFor(program, T + B))).toBeNull();
    });
  },
);

describe('every transform of a loop', () => {
  const params = lstm.init(key(1), { I: 3, H: 4 });
  const last = (p: typeof params, xs: Tensor) => unroll(lstm, p, xs).last.h;
  const loss = (p: typeof params, xs: Tensor) => last(p, xs).sum();
  const xs = full([5, 2, 3], 0.5);
  test.each<[string, () => Program]>([
    ['forward', () => trace(last, params, xs)],
    ['tangents', () => trace((x: Tensor) => jvp((one: Tensor) => last(params, one), x, x), xs)],
    ['jacobian', () => trace((x: Tensor) => jacobian((one: Tensor) => last(params, one))(x), xs)],
    ['hessian times vector', () => trace((x: Tensor) => hvp((one: Tensor) => loss(params, one), x, x), xs)],
    ['many at once', () => trace((x: Tensor) => vmap((one: Tensor) => last(params, one))(x), full([3, 5, 2, 3], 0.1))],
    [
      'a schedule',
      () =>
        trace(
          valueAndGrad((p: typeof params, x: Tensor) => unroll(lstm, p, x, { checkpoint: 'sqrt' }).out.sum()),
          params,
          xs,
        ),
    ],
    [
      'backwards in time',
      () =>
        trace(
          valueAndGrad((p: typeof params, x: Tensor) => unroll(lstm, p, x, { reverse: true }).out.sum()),
          params,
          xs,
        ),
    ],
    [
      'a linear recurrence',
      () =>
        trace(
          valueAndGrad((a: Tensor) => linearRecurrence(a, add(a, 1)).sum()),
          full([7, 3], 0.1),
        ),
    ],
    [
      'random numbers inside',
      () => trace((x: Tensor) => add(x, uniform(splitKey(key(3), 2)[0] as Tensor, [5])), full([5], 0)),
    ],
  ])('%s', (_, make) => {
    const program = make();
    expect(difference(program, numbersFor(program, 3))).toBeNull();
  });
});

const leavesOf = (tree: unknown): Concrete[] => flatten('test', tree).leaves.map((x) => x.concrete('test'));

test('random Programs', () => {
  fc.assert(
    fc.property(randomPrograms(12), ({ program, inputs }) => void expect(difference(program, inputs)).toBeNull()),
    { numRuns: 60 },
  );
});

test('random loops and their gradients', () => {
  fc.assert(
    fc.property(randomLoops.loopCases([0, 1, 3, 7]), ({ body, args }) => {
      const inputs = leavesOf(args);
      expect(difference(trace(randomLoops.loop(body), args), inputs)).toBeNull();
      expect(difference(trace(valueAndGrad(randomLoops.loss(body)), args), inputs)).toBeNull();
    }),
    { numRuns: 40 },
  );
});

test('random nets, and what is asked of them', () => {
  const questions = fc.constantFrom(...Object.values(randomNets.questions));
  fc.assert(
    fc.property(randomNets.nets(), questions, (net, question) => {
      const args = randomNets.argumentsOf(net);
      expect(difference(trace(question(net), args), leavesOf(args))).toBeNull();
    }),
    { numRuns: 40 },
  );
});

test('random recurrences: running sums, loops in loops and in choices, odd numbers', () => {
  const questions = fc.constantFrom(...Object.values(randomRecurrences.questions));
  fc.assert(
    fc.property(randomRecurrences.recurrences(2), questions, (net, question) => {
      const args = randomRecurrences.argumentsOf(net);
      expect(difference(trace(question(net), args), leavesOf(args))).toBeNull();
      const tame = randomRecurrences.tame(net);
      const numbers = randomRecurrences.argumentsOf(tame);
      expect(passesDiffer(trace(question(tame), numbers), leavesOf(numbers))).toBeNull();
    }),
    { numRuns: 20 },
  );
});

test('a random recurrence that is wrong in its last bit is seen, and one whose sums lack a term', () => {
  const { recurrences, argumentsOf, tame, loss } = randomRecurrences;
  const hasRows = recurrences(3).filter(({ sizes }) => Object.values(sizes).every((extent) => extent > 0));
  fc.assert(
    fc.property(hasRows.map(tame), (net) => {
      const args = argumentsOf(net);
      const [right, wrong, short] = [1, 1 + Number.EPSILON, 1 + 1e-6].map((factor) =>
        trace((given: typeof args) => mul(loss(net)(given), factor), args),
      ) as [Program, Program, Program]; // three
      expect(difference(right, leavesOf(args), wrong)).toMatch(/^strict, 1 threads, first run, result 0: /);
      expect(passesDiffer(right, leavesOf(args), wrong)).toBeNull();
      expect(passesDiffer(right, leavesOf(args), short)).toMatch(/^default passes, result 0: off by /);
    }),
    { numRuns: 5 },
  );
});

test('a Program that is wrong in its last bit is seen', () => {
  const x = full([3], 0.5);
  const right = trace((y: Tensor) => y.mul(3), x);
  const wrong = record([x], (xs) => [(xs[0] as Tensor).mul(3 + 4e-16)]).program; // one input
  const runner = new Runner(wrong, 'f', { reassociate: false, fast: false, alone: true, resident: 0 });
  const expected = evaluate(right, [x])[0] as Tensor; // one output
  expect(firstDifference(expected, runner.run([x.concrete('test')])[0] as Tensor)).not.toBeNull(); // as above
  expect(x).toBeInstanceOf(Concrete);
});

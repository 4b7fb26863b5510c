/** @file Plans, run by plain loops, give the interpreter's bits: samples of every primitive, cells, random loops and Programs. */
import { evaluate, key, type Program, primitives, trace, uniform, valueAndGrad } from '@throughline/autograd';
import { bindAny, record, typeOf } from '@throughline/autograd/back-end';
import { randomLoops, randomPrograms, samples } from '@throughline/autograd/testing';
import { gru, gruResetBefore, lstm, rnn, unroll } from '@throughline/rnn';
import { Concrete, full, type Tensor } from '@throughline/tensor';
import { firstDifference } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstAddress } from '../emit/driver.ts';
import { optimise } from '../passes/index.ts';
import { layOut } from '../plan/memory.ts';
import { touchedInside } from '../plan/visit.ts';
import { runPlan } from '../testing/run-plan.ts';
import { lower } from './lower.ts';

/** The first difference between a Program interpreted and lowered; null where there is none. */
function difference(program: Program, inputs: readonly Concrete[]): string | null {
  const expected = evaluate(program, inputs);
  const plan = lower(program);
  const written = plan.kernels.flatMap((kernel) => touchedInside(kernel).writes);
  // an argument that comes again is not copied again
  if (written.some(({ buffer }) => plan.inputs.includes(buffer))) return 'a kernel writes where an argument lies';
  const types = program.outputs.map((id) => typeOf(program, id));
  const actual = runPlan(plan, layOut(plan, firstAddress), inputs, types);
  const found = expected.map((y, k) => firstDifference(y, actual[k] as Tensor)); // as many
  return found.find((text) => text !== null) ?? null;
}

function check(program: Program, inputs: readonly Concrete[]): void {
  expect(difference(program, inputs)).toBeNull();
  const { program: whole } = optimise(program, { reassociate: true });
  expect(difference(whole, inputs)).toBeNull();
}

const inputsFor = (program: Program, seed: number): Concrete[] =>
  program.inputs.map((id, i) => {
    const { dtype, shape } = typeOf(program, id);
    if (dtype !== 'float64') return full(shape, 1, dtype).concrete('test');
    return uniform(key(seed * 1000 + i), [...shape], { low: -1, high: 1 }).concrete('test');
  });

describe.each([...primitives.values()].filter(({ name }) => samples[name] !== undefined))('$name', (primitive) => {
  test('lowered = interpreted', () => {
    const { any, smooth } = samples[primitive.name] ?? {};
    const calls = any ?? smooth;
    if (!calls) return;
    fc.assert(
      fc.property(calls, ({ inputs, params }) => {
        const { program } = record(inputs, (xs) => bindAny(primitive, xs, params));
        try {
          evaluate(program, inputs);
        } catch {
          return;
        }
        expect(difference(program, inputs)).toBeNull();
      }),
      { numRuns: 40 },
    );
  });
});

describe.each([lstm, gru, gruResetBefore, rnn] as (typeof lstm)[])('$name', (cell) => {
  test.each([
    [1, 1],
    [2, 3],
    [5, 2],
  ])('T %d, batch %d', (T, B) => {
    const params = cell.init(key(1), { I: 3, H: 4 });
    const loss = (p: typeof params, xs: Tensor) => unroll(cell, p, xs).out.sum();
    const program = trace(valueAndGrad(loss), params, full([T, B, 3], 0));
    check(program, inputsFor(program, T));
  });
});

test('random Programs', () => {
  fc.assert(
    fc.property(randomPrograms(), ({ program, inputs }) => check(program, inputs)),
    { numRuns: 150 },
  );
});

test('random loops and their gradients', () => {
  fc.assert(
    fc.property(randomLoops.loopCases([0, 1, 2, 5]), ({ body, args }) => {
      const forward = trace(randomLoops.loop(body), args);
      const flat = leavesOf(args);
      check(forward, flat);
      const both = trace(valueAndGrad(randomLoops.loss(body)), args);
      check(both, flat);
    }),
    { numRuns: 80 },
  );
});

const leavesOf = (tree: unknown): Concrete[] =>
  tree instanceof Concrete ? [tree] : Object.values(tree as object).flatMap(leavesOf); // trees of tensors

test('a plan that is wrong in one place is seen', () => {
  const program = trace((x: Tensor) => x.mul(2).add(1), full([3], 1));
  const plan = lower(program);
  const [kernel] = plan.kernels;
  if (kernel?.kind !== 'map') throw new Error('one map');
  const wrong = {
    ...plan,
    kernels: [
      {
        ...kernel,
        nodes: kernel.nodes.map((n) => (n.kind === 'constant' && n.value === 1 ? { ...n, value: 1 + 1e-15 } : n)),
      },
    ],
  };
  const x = full([3], 0.5).concrete('test');
  const [y] = runPlan(wrong, layOut(wrong, firstAddress), [x], [x]);
  expect(firstDifference(evaluate(program, [x])[0] as Tensor, y as Tensor)).not.toBeNull();
});

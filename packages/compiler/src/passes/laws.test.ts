/** @file Exact passes change no bit: every library cell, its gradient, and loops and Programs that nobody wrote. */
import { evaluate, hvp, jvp, key, type Program, trace, uniform, valueAndGrad, vmap } from '@throughline/autograd';
import { typeOf, verify } from '@throughline/autograd/back-end';
import { type ProgramSample, randomLoops, randomPrograms } from '@throughline/autograd/testing';
import { type AnyCell, gru, gruResetBefore, lstm, rnn, rnnRelu, unroll } from '@throughline/rnn';
import { type Concrete, full, type Tensor, tensor } from '@throughline/tensor';
import { firstDifference, maxDeviation } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hoistInvariants } from './hoist-invariants.ts';
import { hoistRows } from './hoist-rows.ts';
import { optimise } from './index.ts';
import { mergeScans } from './merge-scans.ts';
import { everywhere, type Pass } from './pass.ts';
import { recompute } from './recompute.ts';
import { repeatedConstants } from './repeated-constants.ts';
import { sink } from './sink.ts';
import { tidyLoops } from './tidy-loops.ts';

const exact: Readonly<Record<string, Pass>> = {
  repeatedConstants,
  mergeScans,
  tidyLoops,
  hoistInvariants,
  hoistRows,
  sink,
  recompute,
};

/** Numbers for every input of a Program; −0 and a NaN are among them when asked for. */
function inputsFor(program: Program, seed: number, awkward = false): Concrete[] {
  return program.inputs.map((id, i) => {
    const { dtype, shape } = typeOf(program, id);
    if (dtype !== 'float64') return full(shape, 1, dtype) as Concrete; // of a number
    const drawn = uniform(key(seed * 1000 + i), [...shape], { low: -1, high: 1 }) as Concrete; // of a concrete key
    if (!awkward || drawn.size === 0) return drawn;
    const list = Array.from(drawn.data, (v, k) => (k === i ? Number.NaN : k % 3 === 0 ? -0 : v));
    return tensor(list, { shape: [...shape] }) as Concrete; // of numbers
  });
}

/** The first difference between two Programs on some inputs; null where there is none. */
function difference(a: Program, b: Program, inputs: readonly Concrete[]): string | null {
  const after = evaluate(b, inputs);
  const found = evaluate(a, inputs).map((y, k) => firstDifference(y, after[k] as Tensor)); // as many outputs
  return found.find((text) => text !== null) ?? null;
}

/** Every exact pass in turn, each on what the one before left. */
function checkExact({ program, inputs }: ProgramSample): void {
  let current = program;
  for (const [name, pass] of [...Object.entries(exact), ...Object.entries(exact)]) {
    const after = verify(everywhere(pass)(current));
    expect(difference(current, after, inputs), name).toBeNull();
    current = after;
  }
  const { program: whole } = optimise(program, { reassociate: false });
  expect(difference(program, verify(whole), inputs), 'all together').toBeNull();
}

/** With sums in another order; inputs are small numbers. */
function checkNear({ program, inputs }: ProgramSample): void {
  const { program: whole } = optimise(program, { reassociate: true });
  const after = evaluate(verify(whole), inputs);
  evaluate(program, inputs).forEach((y, k) => {
    expect(maxDeviation(after[k] as Tensor, y), `output ${k}`).toBeLessThan(1e-12); // as many outputs
  });
}

const cells = { rnn, rnnRelu, lstm, gru, gruResetBefore } as const;
type Run = (p: unknown, xs: Tensor) => Tensor;
const run =
  (cell: AnyCell, options = {}): Run =>
  (p, xs) => {
    const { out, last } = unroll(cell, p as never, xs, options); // params of this cell
    return out
      .mul(out)
      .sum()
      .add((Object.values(last)[0] as Tensor).sum()); // it has a state
  };
const paramsOf = (cell: AnyCell): unknown => cell.init(key(1), { I: 2, H: 3 });

describe.each(Object.entries(cells))('%s', (_, cell) => {
  const loss = run(cell as unknown as AnyCell); // whatever its names are
  const params = paramsOf(cell as unknown as AnyCell); // as above
  test.each([
    [1, 1],
    [2, 3],
    [5, 1],
    [5, 3],
  ])('T = %i, B = %i', (T, B) => {
    const xs = full([T, B, 2], 0);
    const program = trace(valueAndGrad(loss), params, xs);
    checkExact({ program, inputs: inputsFor(program, T) });
    checkExact({ program, inputs: inputsFor(program, B, true) });
    checkNear({ program, inputs: inputsFor(program, T) });
    const both = trace(
      (p: unknown, x: Tensor) => valueAndGrad((q: [unknown, Tensor]) => loss(...q))([p, x]),
      params,
      xs,
    );
    checkExact({ program: both, inputs: inputsFor(both, T) });
    checkNear({ program: both, inputs: inputsFor(both, T) });
  });
  test('backwards, under a schedule, in forward mode, twice, and mapped', () => {
    const xs = full([5, 2, 2], 0);
    const options = [{ reverse: true }, { checkpoint: 'sqrt' }, { checkpoint: { snapshots: 2, block: 1 } }];
    for (const each of options) {
      const program = trace(valueAndGrad(run(cell as unknown as AnyCell, each)), params, xs); // as above
      checkExact({ program, inputs: inputsFor(program, 1) });
    }
    const others = [
      trace((x: Tensor) => jvp((y: Tensor) => loss(params, y), x, x), xs),
      trace((x: Tensor) => hvp((y: Tensor) => loss(params, y), x, x), xs),
      trace(
        vmap((x: Tensor) => valueAndGrad((y: Tensor) => loss(params, y))(x)),
        full([2, 5, 2, 2], 0),
      ),
    ];
    for (const program of others) {
      checkExact({ program, inputs: inputsFor(program, 2) });
      checkNear({ program, inputs: inputsFor(program, 2) });
    }
  });
});

test('random loops and their gradients', () => {
  fc.assert(
    fc.property(randomLoops.loopCases([1, 2, 5]), ({ body, args }) => {
      const gradient = trace(valueAndGrad(randomLoops.loss(body)), args);
      for (const program of [trace(randomLoops.loop(body), args), gradient]) {
        checkExact({ program, inputs: inputsFor(program, body.lines.length) });
      }
      checkNear({ program: gradient, inputs: inputsFor(gradient, 1) });
    }),
    { numRuns: 60 },
  );
});

test('random Programs', () => {
  fc.assert(fc.property(randomPrograms(), checkExact), { numRuns: 100 });
});

test('no steps at all', () => {
  fc.assert(
    fc.property(randomLoops.loopCases([0]), ({ body, args }) => {
      const program = trace(randomLoops.loop(body), args);
      checkExact({ program, inputs: inputsFor(program, 1) });
    }),
    { numRuns: 20 },
  );
});

test('a pass that changes what a loop does is found', () => {
  const program = trace(run(lstm as unknown as AnyCell), paramsOf(lstm as unknown as AnyCell), full([3, 1, 2], 0)); // an AnyCell
  const inputs = inputsFor(program, 1);
  const changed = (change: object): Program => ({
    ...program,
    equations: program.equations.map((each) =>
      each.primitive.name === 'scan' ? { ...each, params: { ...each.params, ...change } } : each,
    ),
  });
  expect(difference(program, changed({}), inputs)).toBeNull();
  expect(difference(program, changed({ reverse: true }), inputs)).not.toBeNull();
});

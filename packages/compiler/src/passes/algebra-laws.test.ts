import { evaluate, key, mul, type Program, sum, trace, valueAndGrad } from '@throughline/autograd';
import { verify } from '@throughline/autograd/back-end';
import { type Concrete, type Tensor, tensor } from '@throughline/tensor';
import { anyTensors, firstDifference } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomPrograms as patterns, randomInputShapes } from '../../../autograd/src/testing/random-program.ts';
import { randomPrograms } from '../../../autograd/src/testing/random-programs.ts';
import { gru, gruResetBefore, lstm, rnn, unroll } from '../../../rnn/src/index.ts';
import { addZero } from './add-zero.ts';
import { commonSubexpressions } from './common-subexpressions.ts';
import { concatThroughLoops } from './concat-through-loops.ts';
import { foldConstants } from './fold-constants.ts';
import { inlineCalls } from './inline-calls.ts';
import { joinProducts } from './join-products.ts';
import { everywhere, type Pass } from './pass.ts';
import { views } from './views.ts';

const exact: readonly (readonly [string, Pass])[] = [
  ['common-subexpressions', commonSubexpressions],
  ['fold-constants', foldConstants],
  ['views', views],
  ['inline-calls', inlineCalls],
  ['join-products', joinProducts],
  ['concat-through-loops', concatThroughLoops],
];

/** All of them, in turn. */
const together: Pass = (program) => exact.reduce((p, [, pass]) => everywhere(pass)(p), program);

/** The first output in which two Programs differ in a bit, in words. */
function difference(before: Program, after: Program, inputs: readonly Tensor[]): string | null {
  const [xs, ys] = [evaluate(before, inputs), evaluate(after, inputs)];
  for (let k = 0; k < xs.length; k++) {
    const found = firstDifference(ys[k] as Tensor, xs[k] as Tensor); // as many outputs, or the next line says so
    if (found !== null) return `output ${k}: ${found}`;
  }
  return xs.length === ys.length ? null : `${ys.length} outputs, not ${xs.length}`;
}

/** Inputs of any bits for the Programs of patterns. */
const anyInputs = fc.tuple(...randomInputShapes.map((shape) => anyTensors({ shape: [...shape], dtype: 'float64' })));

for (const [name, pass] of [...exact, ['all of them', together] as const]) {
  test(`${name}: not a bit changes, whatever the bits that come in`, () => {
    fc.assert(
      fc.property(patterns(), anyInputs, (program, inputs) => {
        const after = everywhere(pass)(program);
        verify(after);
        expect(difference(program, after, inputs)).toBe(null);
      }),
      { numRuns: 150 },
    );
  });

  test(`${name}: nor in Programs with loops and casts`, () => {
    fc.assert(
      fc.property(randomPrograms(), ({ program, inputs }) => {
        const after = everywhere(pass)(program);
        verify(after);
        expect(difference(program, after, inputs)).toBe(null);
      }),
      { numRuns: 100 },
    );
  });

  test.each([rnn, lstm, gru, gruResetBefore])(`${name}: nor in the gradient of $name`, (cell) => {
    const params = cell.init(key(1), { I: 3, H: 5 } as never); // every cell here has these dims
    const xs = tensor(Array.from({ length: 7 }, (_, t) => [0, 1].map((b) => [t, b - 1, t * b].map((x) => x / 7))));
    const { program, inputs } = gradient(cell as typeof lstm, params as never, xs); // a cell is a cell, for unroll
    const after = everywhere(pass)(program);
    verify(after);
    expect(difference(program, after, inputs)).toBe(null);
  });

  test(`${name}: what has nothing to do is given back as it is`, () => {
    fc.assert(
      fc.property(patterns(60), (program) => {
        let current = program;
        for (let round = 0; round < 30; round++) {
          const after = everywhere(pass)(current);
          if (after === current) return;
          current = after;
        }
        expect.fail('30 rounds did not bring it to rest');
      }),
      { numRuns: 100 },
    );
  });
}

function gradient(cell: typeof lstm, params: ReturnType<typeof lstm.init>, xs: Tensor) {
  const loss = (p: typeof params) => {
    const { out } = unroll(cell, p, xs);
    return sum(mul(out, out));
  };
  const program = trace((p: typeof params) => valueAndGrad(loss)(p), params);
  const leaves = Object.values(params).flatMap((gate) => Object.values(gate) as Concrete[]); // as initialised
  return { program, inputs: leaves };
}

test('the law tells x + 0 = x, which holds for all numbers but one', () => {
  const program = trace((x) => x.add(0), tensor([1]));
  expect(difference(program, addZero(program), [tensor([-0])])).toBe('output 0: at [0]: -0 and 0');
  expect(difference(program, addZero(program), [tensor([3])])).toBe(null);
});

import { add, evaluate, grad, mul, type Program, pad, slice, sum, trace } from '@throughline/autograd';
import { verify } from '@throughline/autograd/back-end';
import { type Concrete, type Tensor, tensor } from '@throughline/tensor';
import { anyTensors, firstDifference } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinPads } from './join-pads.ts';

const matrix = (rows: number, columns: number): Tensor =>
  tensor(
    Array.from({ length: rows }, (_, i) =>
      Array.from({ length: columns }, (_, j) => Math.fround(((i + 2) * (j + 3)) % 7) - 2.3),
    ),
  );

const count = (program: Program, name: string): number =>
  program.equations.filter(({ primitive }) => primitive.name === name).length;

function expectSame(before: Program, after: Program, inputs: readonly Tensor[]): void {
  verify(after);
  const xs = evaluate(before, inputs);
  const differences = evaluate(after, inputs).map((y, k) => firstDifference(y, xs[k] as Tensor)); // as many outputs
  expect(differences.filter((found) => found !== null)).toEqual([]);
}

test('parts that are added up among zeros are joined: equal numbers, in one array', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(5), fc.nat(3)), { minLength: 2, maxLength: 5 }),
      anyTensors({ shape: [2, 8], dtype: 'float64' }),
      (cuts, x) => {
        const cut = (y: Tensor) =>
          cuts
            .map(([start, size]) => pad(slice(y, [0, start], [2, start + size]), [0, start], [0, 8 - start - size]))
            .reduce((a, b) => add(a, b));
        const program = trace((y) => add(cut(y), y), x);
        const after = joinPads(program);
        verify(after);
        const [before, now] = [program, after].map((p) => (evaluate(p, [x])[0] as Concrete).storage); // concrete in, concrete out
        before?.forEach((value, i) => {
          const found = now?.[i] as number; // as many
          // Infinities and NaN of parts that overlap are added in another order, no other numbers are.
          expect(Number.isNaN(value) || value === found || Math.abs(value - found) <= 1e-12 * Math.abs(value)).toBe(
            true,
          );
        });
      },
    ),
    { numRuns: 300 },
  );
  const program = trace(
    (x) => grad((y: Tensor) => sum(mul(slice(y, [0, 2], [2, 4]), slice(y, [0, 0], [2, 2]))))(x),
    matrix(2, 5),
  );
  const after = joinPads(program);
  expect([count(program, 'pad'), count(after, 'pad'), count(after, 'concat')]).toEqual([2, 0, 1]);
  expectSame(program, after, [matrix(2, 5)]);
});

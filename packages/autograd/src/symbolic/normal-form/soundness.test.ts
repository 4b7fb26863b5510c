import { type Concrete, full, type Tensor } from '@throughline/tensor';
import { tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as t from '../../index.ts';
import { randomInputShapes, randomPrograms } from '../../testing/random-program.ts';
import { equivalent, simplify } from '../index.ts';

const shapes: Readonly<Record<string, readonly number[]>> = { m: [2, 3], n: [2, 3], w: [3, 3], v: [3] };
type Letters = { readonly [letter in 'm' | 'n' | 'w' | 'v']: Tensor };

const examples = Object.fromEntries(
  Object.entries(shapes).map(([key, shape]) => [key, full(shape, 1)]),
) as unknown as Letters; // one per letter
const programOf = (f: (x: Letters) => Tensor): t.Program => t.trace((x: Letters) => f(x), examples);

const { add, sub, mul, neg, tanh, matmul, transpose, sum, where, greater } = t;

const randomInputs: fc.Arbitrary<Concrete[]> = fc.tuple(...randomInputShapes.map((shape) => tensors({ shape })));

/** The largest difference against the largest number. */
function distance(a: readonly Tensor[], b: readonly Tensor[]): number {
  let [worst, scale] = [0, 1];
  a.forEach((x, k) => {
    x.concrete('test').storage.forEach((p, i) => {
      worst = Math.max(worst, Math.abs(p - (b[k]?.concrete('test').storage[i] ?? Number.NaN)));
      scale = Math.max(scale, Math.abs(p));
    });
  });
  return worst / scale;
}

/** A small expression, decided by numbers: small enough for two of them to be equal by chance. */
function expression(choices: readonly number[], { m, n, w, v }: Letters): Tensor {
  let next = 0;
  const choose = (count: number): number => (choices[next++ % choices.length] ?? 0) % count;
  const make = (depth: number): Tensor => {
    const leaf = [m, n, m, t.broadcastTo(v, [2, 3])][choose(4)] as Tensor; // four
    if (depth === 0) return leaf;
    const x = make(depth - 1);
    switch (choose(13)) {
      case 0:
      case 1:
        return add(x, make(depth - 1));
      case 2:
      case 3:
        return sub(x, make(depth - 1));
      case 4:
      case 5:
        return mul(x, make(depth - 1));
      case 6:
        return neg(x);
      case 7:
        return sub(1, x);
      case 8:
        return tanh(x);
      case 9:
        return t.maximum(x, make(depth - 1));
      case 10:
        return where(greater(x, make(depth - 1)), x, leaf);
      case 11:
        return matmul(x, choose(2) === 0 ? w : transpose(w));
      default:
        return t.broadcastTo(sum(x, [choose(2)], { keepDims: true }), [2, 3]);
    }
  };
  return make(1 + choose(2));
}

test('soundness: of thousands of pairs, those that are proved are equal in numbers, and nearly all that are equal are proved', () => {
  const cases = fc.sample(fc.array(fc.nat(5000), { minLength: 8, maxLength: 16 }), { numRuns: 1100, seed: 11 });
  const points = fc.sample(fc.tuple(...Object.values(shapes).map((shape) => tensors({ shape }))), {
    numRuns: 4,
    seed: 5,
  });
  const known = cases.map((choices) => {
    const program = programOf((x) => expression(choices, x));
    return { program, values: points.map((xs) => t.evaluate(program, xs)) };
  });
  let [proved, missed, pairs] = [0, 0, 0];
  const check = (a: (typeof known)[number], b: (typeof known)[number]): void => {
    pairs++;
    const isEqual = points.every((_, i) => distance(a.values[i] ?? [], b.values[i] ?? []) < 1e-10);
    const found = equivalent(a.program, b.program).proved;
    if (found) proved++;
    if (found) expect(isEqual).toBe(true);
    else if (isEqual) missed++;
  };
  // Pairs at random, and pairs of neighbours in value, which are equal more often.
  known.forEach((a, i) => {
    check(a, known[(i * 7 + 1) % known.length] ?? a);
  });
  const sorted = known.toSorted((a, b) => (a.values[0]?.[0]?.data[0] ?? 0) - (b.values[0]?.[0]?.data[0] ?? 0));
  sorted.forEach((a, i) => {
    const b = sorted[i + 1];
    if (b !== undefined && a.program.equations.length !== b.program.equations.length) check(a, b);
  });
  expect(pairs).toBeGreaterThan(1500);
  expect(proved).toBeGreaterThan(100);
  expect(missed).toBeLessThan(proved / 20);
}, 60_000);

test('soundness on large random Programs: what simplify makes of one is proved or unknown, what another makes never', () => {
  let proved = 0;
  fc.assert(
    fc.property(randomPrograms(40), randomInputs, fc.nat(1000), (program, xs, n) => {
      const result = equivalent(program, simplify(program));
      if (result.proved) proved++;
      const changed = change(program, n);
      const [before, after] = [t.evaluate(program, xs), t.evaluate(changed, xs)];
      if (equivalent(program, changed).proved) expect(distance(before, after)).toBeLessThan(1e-10);
    }),
    { numRuns: 60, seed: 3 },
  );
  expect(proved).toBeGreaterThan(50);
}, 60_000);

/** The same Program with one operation exchanged for another. */
function change(program: t.Program, n: number): t.Program {
  const swaps = new Map([
    ['add', 'sub'],
    ['sub', 'add'],
    ['mul', 'add'],
    ['tanh', 'sigmoid'],
    ['neg', 'square'],
    ['maximum', 'minimum'],
  ]);
  const places = program.equations.flatMap(({ primitive }, i) => (swaps.has(primitive.name) ? [i] : []));
  const at = places[n % places.length];
  const equations = program.equations.map((equation, i) => {
    const other = i === at ? t.primitives.get(swaps.get(equation.primitive.name) ?? '') : undefined;
    return other ? { ...equation, primitive: other } : equation;
  });
  return { ...program, equations };
}

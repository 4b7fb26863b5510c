import { type Concrete, formatType, full, type Tensor, tensor } from '@throughline/tensor';
import { tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  broadcastTo,
  evaluate,
  grad,
  matmul,
  mul,
  neg,
  type Program,
  scan,
  sigmoid,
  slice,
  sub,
  sum,
  tanh,
  trace,
  transpose,
  verify,
  where,
} from '../index.ts';
import { randomInputShapes, randomPrograms } from '../testing/random-program.ts';
import { print, type SimplificationRule as Rule, simplificationRules, simplify } from './index.ts';

const inputs: fc.Arbitrary<Concrete[]> = fc.tuple(...randomInputShapes.map((shape) => tensors({ shape })));

/** The largest difference, measured against the largest number; types must agree. */
function distance(a: readonly Tensor[], b: readonly Tensor[]): number {
  let [worst, scale] = [0, 1];
  a.forEach((x, k) => {
    const y = b[k] as Tensor; // as many
    expect(formatType(y)).toBe(formatType(x));
    x.concrete('test').storage.forEach((p, i) => {
      worst = Math.max(worst, Math.abs(p - (y.concrete('test').storage[i] as number))); // of one type
      scale = Math.max(scale, Math.abs(p));
    });
  });
  return worst / scale;
}

/** Runs one rule on random Programs: how often it applied, and the largest difference it made. */
function tryRule(rule: Rule, runs: number): { applied: number; worst: number } {
  let [applied, worst] = [0, 0];
  const counted: Rule = {
    ...rule,
    rewrite(application, graph) {
      const result = rule.rewrite(application, graph);
      if (result !== null) applied++;
      return result;
    },
  };
  fc.assert(
    fc.property(randomPrograms(), inputs, (program, xs) => {
      const before = evaluate(program, xs);
      const small = before.every((x) => x.concrete('test').storage.every((v) => Math.abs(v) < 1e6));
      const after = evaluate(verify(simplify(program, [counted])), xs);
      if (small) worst = Math.max(worst, distance(before, after));
    }),
    { numRuns: runs, seed: 7 },
  );
  return { applied, worst };
}

describe('every rule keeps values and types, on random Programs', () => {
  for (const rule of simplificationRules) {
    test(`${rule.name}: ${rule.law}`, () => {
      const { applied, worst } = tryRule(rule, 100);
      expect(applied).toBeGreaterThan(3);
      expect(worst).toBeLessThan(1e-12);
    });
  }

  test('names are unique', () => {
    expect(new Set(simplificationRules.map(({ name }) => name)).size).toBe(simplificationRules.length);
  });

  test('a wrong rule is caught', () => {
    for (const [name, wrong] of Object.entries(wrongRules)) {
      const { applied, worst } = tryRule({ name, law: 'wrong', rewrite: wrong }, 60);
      expect(applied, name).toBeGreaterThan(3);
      expect(worst, name).toBeGreaterThan(1e-6);
    }
  });
});

const byName = (name: string): Rule => simplificationRules.find((rule) => rule.name === name) as Rule;

/** Rules of the table, each with one slip. */
const wrongRules: Readonly<Record<string, Rule['rewrite']>> = {
  'neg-sub with the first operand alone': (application, graph) =>
    byName('neg-sub').rewrite(application, graph) === null
      ? null
      : (graph.sourceOf(application.inputs[0] as Tensor)?.inputs[0] as Tensor),
  'sub-sub giving the first': (application, graph) =>
    byName('sub-sub').rewrite(application, graph) === null ? null : (application.inputs[0] as Tensor),
  'where-not without the exchange': (application, graph) =>
    byName('where-not').rewrite(application, graph) === null ? null : (application.inputs[1] as Tensor),
  'sum-of-broadcast without the count': (application, graph) => {
    const right = byName('sum-of-broadcast').rewrite(application, graph);
    return right === null ? null : mul(right as Tensor, 0.5);
  },
};

const opsOf = ({ equations }: Program): string[] => equations.map(({ primitive }) => primitive.name);

describe('simplify', () => {
  test('all rules together, twice: the second time changes nothing', () => {
    fc.assert(
      fc.property(randomPrograms(), inputs, (program, xs) => {
        const before = evaluate(program, xs);
        const simple = verify(simplify(program));
        if (before.every((x) => x.concrete('test').storage.every((v) => Math.abs(v) < 1e6))) {
          expect(distance(before, evaluate(simple, xs))).toBeLessThan(1e-12);
        }
        expect(opsOf(simplify(simple))).toEqual(opsOf(simple));
      }),
      { numRuns: 100 },
    );
  });

  const x = full([2, 3], 1);
  const equations = (f: (...xs: Tensor[]) => unknown, ...xs: Tensor[]): string[] => {
    const program: Program = simplify(trace(f, ...xs));
    return print(program)
      .split('\n')
      .slice(1, -1)
      .map((line) => line.trim());
  };

  test('constants, identities, equal equations and dead code', () => {
    expect(equations((a) => add(mul(a, 1), sub(a, a)), x as Tensor)).toEqual(['return a']);
    expect(equations((a) => sub(1, sub(1, a)), x)).toEqual(['return a']);
    expect(equations((a) => [tanh(neg(a)), tanh(a)], x)).toEqual([
      'b: f64[2,3] = tanh(a)',
      'c: f64[2,3] = neg(b)',
      'return c, b',
    ]);
    expect(equations((a, b) => [mul(a, b), mul(b, a)], x, x)).toEqual(['c: f64[2,3] = mul(a, b)', 'return c, c']);
    expect(equations((a) => add(a, add(tensor([1, 2, 3]), 1)), x)).toEqual([
      'b: f64[3] = constant [2,3,4]',
      'c: f64[2,3] = broadcastTo[shape=[2,3]](b)',
      'd: f64[2,3] = add(a, c)',
      'return d',
    ]);
  });

  test('transposes go into the labels of a product, sums of copies are products', () => {
    expect(equations((a, b) => transpose(matmul(a, transpose(b))), x, x)).toEqual([
      'c: f64[2,2] = contract[a=[1,2], b=[3,2], out=[3,1]](a, b)',
      'return c',
    ]);
    expect(equations((a) => sum(broadcastTo(a, [7, 3]), [0]), full([3], 1))).toEqual([
      'b: f64[3] = broadcastTo[shape=[3]](7)',
      'c: f64[3] = mul(a, b)',
      'return c',
    ]);
  });

  test('the body of a loop too', () => {
    const loop = (h: Tensor, xs: Tensor) =>
      scan((c: Tensor, v: Tensor) => ({ carry: add(mul(c, 1), v), y: sub(c, c) }), h, xs);
    const program = simplify(trace(loop, full([2], 1), full([5, 2], 1)));
    expect(print(program)).not.toContain('mul');
    const xs = [tensor([1, 2]), full([5, 2], 0.5)];
    expect(distance(evaluate(program, xs), evaluate(trace(loop, full([2], 1), full([5, 2], 1)), xs))).toBe(0);
  });

  test('a choice that is known, and one that is nested', () => {
    expect(equations((a) => where(where(tensor(true), tensor(false), tensor(true)), a, 2), x).at(-1)).not.toBe(
      'return a',
    );
    expect(equations((a) => where(tensor(true), a, 2), x)).toEqual(['return a']);
  });

  test('a gradient becomes what one would write', () => {
    const f = (a: Tensor) => sum(sigmoid(neg(a)));
    const before = trace(grad(f), x);
    const after = simplify(before);
    expect(after.equations.length).toBeLessThan(before.equations.length);
    const xs = [
      tensor([
        [1, -2, 0.5],
        [0, 3, -0.1],
      ]),
    ];
    expect(distance(evaluate(before, xs), evaluate(after, xs))).toBeLessThan(1e-15);
  });

  test('scopes stay', () => {
    expect(simplify(trace((a) => slice(a, [0], [1]), x)).equations[0]?.origin).toBeUndefined();
  });

  test('empty Programs, empty tensors, scalars, other dtypes', () => {
    expect(simplify(trace(() => [])).equations).toEqual([]);
    expect(equations((a) => sum(mul(a, 1)), full([0, 3], 1))).toEqual(['b: f64[] = sum[axes=[0,1]](a)', 'return b']);
    expect(equations((a) => add(mul(a, 0), 3), full([], 2, 'int32'))).toEqual(['return i32(3)']);
    expect(equations((a) => add(neg(neg(a)), 0), full([2], 2, 'float32'))).toEqual(['return a']);
  });
});

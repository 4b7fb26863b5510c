/** @file Sums leave loops within 4·n·ε·Σ|terms|, and exactly where numbers are whole; and they leave what they cannot do. */
import {
  abs,
  add,
  contract,
  evaluate,
  mul,
  neg,
  reshape,
  scan,
  sub,
  sum,
  tanh,
  trace,
  transpose,
} from '@throughline/autograd';
import { type Program, typeOf, verify } from '@throughline/autograd/back-end';
import { type Concrete, full, type Tensor, tensor } from '@throughline/tensor';
import { firstDifference, tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isLoop } from './loop.ts';
import { mergeSums } from './merge-sums.ts';
import { sumsLeaveLoops } from './sums-leave-loops.ts';

type Term = (a: Tensor, b: Tensor) => Tensor;

/** Terms of steps over a: [2,3] and b: [2,4]; `size` tells Σ|terms| from |a|, |b|. */
const terms: Readonly<Record<string, { readonly term: Term; readonly size?: Term; readonly count: number }>> = {
  'a product': { term: (a, b) => contract('bi,bj->ij', a, b), count: 2 },
  'a product, the other way round': { term: (a, b) => contract('bj,bi->ij', b, a), count: 2 },
  'a transposed product': { term: (a, b) => transpose(contract('bj,bi->ji', b, a)), count: 2 },
  'a product in another shape': { term: (a, b) => reshape(contract('bi,bj->ij', a, b), [4, 3]), count: 2 },
  'a difference of products': {
    term: (a, b) => sub(contract('bi,bj->ij', a, b), neg(contract('bi,bj->ij', abs(a), b))),
    size: (a, b) => add(contract('bi,bj->ij', a, b), contract('bi,bj->ij', a, b)),
    count: 4,
  },
  'a product beside a sum of what is stacked': { term: (a) => add(contract('bi,bi->i', a, a), sum(a, [0])), count: 5 },
  'a product beside what is not': { term: (a) => sub(contract('bi,bi->i', a, a), mul(a, a).sum([0]).neg()), count: 5 },
};

interface Case {
  readonly program: Program;
  /** Σ|terms|, of absolute values of the same inputs. */
  readonly sizes: Program;
}

function caseOf({ term, size = term }: (typeof terms)[string], T: number, reverse: boolean): Case {
  const [xs, ys] = [full([T, 2, 3], 0), full([T, 2, 4], 0)];
  const type = trace(term, full([2, 3], 0), full([2, 4], 0));
  const { shape } = typeOf(type, type.outputs[0] as number); // it has a result
  const run = (each: Term) =>
    trace(
      (start: Tensor, a: Tensor, b: Tensor) => {
        const step = (total: Tensor, x: { a: Tensor; b: Tensor }) => ({
          carry: reverse ? add(each(x.a, x.b), total) : add(total, each(x.a, x.b)),
          y: x.a,
        });
        return scan(step, start, { a, b }, { reverse }).carry;
      },
      full(shape, 0),
      xs,
      ys,
    );
  return { program: run(term), sizes: run(size) };
}

const whole = (shape: readonly number[]): fc.Arbitrary<Concrete> =>
  fc
    .array(fc.integer({ min: -50, max: 50 }), {
      minLength: shape.reduce((a, b) => a * b, 1),
      maxLength: shape.reduce((a, b) => a * b, 1),
    })
    .map((list) => tensor(list, { shape: [...shape] }) as Concrete); // of numbers

const shapesOf = (program: Program) => program.inputs.map((id) => typeOf(program, id).shape);
const values = (y: Tensor | undefined): number[] => [...(y as Concrete).data]; // evaluated on numbers

describe.each(Object.entries(terms))('%s', (_, each) => {
  test.each([1, 2, 5, 17])('over %i steps', (T) => {
    for (const reverse of [false, true]) {
      const { program, sizes } = caseOf(each, T, reverse);
      const after = verify(mergeSums(sumsLeaveLoops(program)));
      expect(after.equations.filter(isLoop).every(({ params }) => params.carry === 0)).toBe(true);
      const floats = fc.tuple(...shapesOf(program).map((shape) => tensors({ shape: [...shape] })));
      fc.assert(
        fc.property(floats, (inputs) => {
          const bound = evaluate(
            sizes,
            inputs.map((x) => abs(x)),
          )[0]; // numbers in, numbers out
          const [a, b] = [evaluate(program, inputs)[0], evaluate(after, inputs)[0]].map(values);
          const limits = values(bound).map((size) => 4 * (T * each.count + 1) * Number.EPSILON * size);
          a?.forEach((v, i) => {
            expect(Math.abs(v - (b?.[i] ?? Number.NaN))).toBeLessThanOrEqual(limits[i] ?? 0);
          });
        }),
        { numRuns: 20 },
      );
      const wholes = fc.tuple(...shapesOf(program).map(whole));
      fc.assert(
        fc.property(wholes, (inputs) => {
          expect(values(evaluate(after, inputs)[0])).toEqual(values(evaluate(program, inputs)[0]).map((v) => v + 0));
        }),
        { numRuns: 10 },
      );
    }
  });
});

/** What is left of a loop's carries. */
const carries = (program: Program): unknown => verify(sumsLeaveLoops(program)).equations.find(isLoop)?.params.carry;

describe('what stays', () => {
  const xs = full([4, 3], 1);
  const h = full([3], 0);
  const w = full([3, 3], 2);
  const square = (x: Tensor): Tensor => contract('i,j->ij', x, x);
  test.each<[string, number, (s: { t: Tensor; h: Tensor }, x: Tensor) => { t: Tensor; h: Tensor }]>([
    ['a total that steps read', 2, ({ t, h }, x) => ({ t: add(t, x), h: tanh(add(h, t)) })],
    ['a total that is doubled', 2, ({ t, h }, x) => ({ t: add(t, t), h: tanh(add(h, x)) })],
    ['a total that goes through a map', 2, ({ t, h }, x) => ({ t: tanh(add(t, x)), h: tanh(h) })],
    ['a difference from a term', 2, ({ t, h }, x) => ({ t: sub(x, t), h: tanh(h) })],
    ['a total of what is no product', 2, ({ t, h }, x) => ({ t: add(x, t), h: tanh(add(h, x)) })],
    ['a total of products with a constant', 2, ({ t, h }, x) => ({ t: add(contract('i,ij->j', x, w), t), h: tanh(h) })],
    ['nothing: a total of products leaves', 1, ({ t, h }, x) => ({ t: add(contract('i,i->i', x, h), t), h: tanh(h) })],
  ])('%s', (_, count, step) => {
    const program = trace(
      (start: Tensor) =>
        scan((s: { t: Tensor; h: Tensor }, x: Tensor) => ({ carry: step(s, x), y: null }), { t: start, h }, xs).carry,
      h,
    );
    expect(carries(program)).toBe(count);
  });

  test('products of what is larger than all that the loop handles', () => {
    const outer = (x: Tensor): Tensor => mul(reshape(x, [3, 1]), reshape(x, [1, 3]));
    const of = (term: (x: Tensor) => Tensor): Program =>
      trace(
        (start: Tensor, seq: Tensor) =>
          scan((t: Tensor, x: Tensor) => ({ carry: add(t, term(x)), y: null }), start, seq).carry,
        full([3], 0),
        xs,
      );
    expect(carries(of((x) => contract('ij,i->j', outer(x), x)))).toBe(1);
    expect(carries(of((x) => contract('i,i->i', x, x)))).toBeUndefined(); // with the loop
  });

  test('loops under a schedule', () => {
    const run = (options: object) => (seq: Tensor) =>
      scan((t: Tensor, x: Tensor) => ({ carry: add(t, square(x)), y: null }), w, seq, options).carry;
    expect(carries(trace(run({ checkpoint: 'sqrt' }), xs))).toBe(1);
    expect(carries(trace(run({}), xs))).toBeUndefined();
  });
});

test('what a sum starts from is added, unless it is zero', () => {
  const run = (start: Tensor, seq: Tensor) =>
    scan((t: Tensor, x: Tensor) => ({ carry: add(t, contract('i,i->i', x, x)), y: null }), start, seq).carry;
  const from = (start: Tensor) => sumsLeaveLoops(trace((seq: Tensor) => run(start, seq), full([4, 3], 0)));
  const kinds = (program: Program) =>
    program.equations.filter((e) => !isLoop(e)).map(({ primitive }) => primitive.semantics.kind);
  expect(kinds(from(full([3], 0)))).toEqual(['contract']);
  expect(kinds(from(full([3], 2)))).toEqual(['contract', 'map']);
});

test('sums of sums: axes from the end, and three in a row', () => {
  const program = trace((x: Tensor) => sum(sum(sum(x, [-2]), [1]), [0]), full([2, 3, 4], 0));
  const after = verify(mergeSums(program));
  expect(after.equations.map(({ params }) => params.axes)).toEqual([[0, 1, 2]]);
  const x = tensor(
    Array.from({ length: 24 }, (_, i) => i),
    { shape: [2, 3, 4] },
  );
  expect(firstDifference(evaluate(after, [x])[0] as Tensor, evaluate(program, [x])[0] as Tensor)).toBeNull(); // one output
});

test('a sum that is read elsewhere stays', () => {
  const both = (x: Tensor): readonly Tensor[] => {
    const rows = sum(x, [0]);
    return [rows, sum(rows, [0])];
  };
  const program = trace(both, full([2, 3], 0));
  expect(mergeSums(program)).toBe(program);
});

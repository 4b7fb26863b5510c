import {
  add,
  cast,
  checkpoint,
  concat,
  contract,
  customVjp,
  div,
  evaluate,
  gather,
  mul,
  neg,
  type Program,
  scan,
  sin,
  stopGradient,
  sub,
  sum,
  tanh,
  trace,
  where,
} from '@throughline/autograd';
import { known, record, verify } from '@throughline/autograd/back-end';
import { print } from '@throughline/autograd/symbolic';
import { full, type Tensor, tensor, zeros } from '@throughline/tensor';
import { firstDifference } from '@throughline/tensor/testing';
import { expect, test } from 'vitest';
import { addZero } from './add-zero.ts';
import { commonSubexpressions } from './common-subexpressions.ts';
import { foldConstants } from './fold-constants.ts';
import { inlineCalls } from './inline-calls.ts';
import { everywhere } from './pass.ts';

const lines = (program: Program): string[] =>
  print(program)
    .split('\n')
    .slice(1, -2)
    .map((line) => line.trim());

const x = tensor([1, -0, Number.NaN]);
const c = tensor([true, false, true]);

/** What is left of a function's equations when constants are folded. */
const folded = (f: (x: Tensor, c: Tensor) => Tensor): string[] => lines(foldConstants(trace(f, x, c)));

test.each<[string, (x: Tensor, c: Tensor) => Tensor]>([
  ['x · 1', (a) => mul(a, 1)],
  ['1 · x', (a) => mul(1, a)],
  ['x / 1', (a) => div(a, 1)],
  ['x − 0', (a) => sub(a, 0)],
  ['x + −0', (a) => add(a, -0)],
  ['−0 + x', (a) => add(-0, a)],
  ['−(−x)', (a) => neg(neg(a))],
  ['where(c, x, x)', (a, b) => where(b, a, a)],
  ['stopGradient', (a) => stopGradient(a)],
  ['all in one', (a) => sub(mul(div(neg(neg(a)), 1), add(0.25, 0.75)), sin(0))],
])('%s is x, whatever x is', (_, f) => {
  expect(folded(f)).toEqual([]);
  expect(firstDifference(f(x, c), x)).toBe(null);
});

test.each<[string, (x: Tensor, c: Tensor) => Tensor]>([
  ['x + 0', (a) => add(a, 0)],
  ['x − −0', (a) => sub(a, -0)],
  ['0 − x', (a) => sub(0, a)],
  ['x · 0', (a) => mul(a, 0)],
  ['x − x', (a) => sub(a, a)],
])('%s is not simpler for every x, and stays', (_, f) => {
  const program = trace(f, x, c);
  expect(foldConstants(program)).toBe(program);
});

test('integers add 0 as they like', () => {
  const program = trace((k) => add(k, 0), tensor([1, 2], { dtype: 'int32' }));
  expect(lines(foldConstants(program))).toEqual([]);
});

test('a cast to its own dtype, which only a file has, goes', () => {
  const { program } = record([x], ([a]) => [cast(cast(a as Tensor, 'float32'), 'float64')]); // one input
  const [first, second] = program.equations as [Program['equations'][0], Program['equations'][0]]; // two casts
  const same = {
    ...program,
    equations: [
      { ...first, params: { dtype: 'float32' } },
      { ...second, inputs: first.outputs, params: { dtype: 'float32' } },
    ],
    types: program.types.map((type, i) => (i === 0 ? type : { ...type, dtype: 'float32' as const })),
  };
  verify(same);
  expect(foldConstants(same).equations).toHaveLength(1);
});

test('where a constant chooses, the other side goes', () => {
  const yes = full([], 1, 'bool');
  const program = trace((a) => where(yes, tanh(a), sin(a)), x);
  expect(lines(foldConstants(program))).toEqual(['b: f64[3] = tanh(a)']);
});

test('what constants give is computed beforehand; a number that is repeated stays one', () => {
  const w = tensor([
    [1, 2],
    [3, 4],
  ]);
  const outside = trace((a) => {
    const { program } = record([w, w], ([p, q]) => [contract('ij,jk->ik', p as Tensor, q as Tensor)]); // two inputs
    return [a, ...[program].map(() => a)];
  }, w);
  verify(outside);
  const { program } = record([w], ([a]) => [add(a as Tensor, mul(add(0.5, 0.25), 2))]); // one input
  expect(lines(foldConstants(program)).filter((line) => line.includes('add') || line.includes('mul'))).toHaveLength(1);
  const held: Program = {
    inputs: [],
    constants: new Map(
      [[0, w]].map(([id, value]) => [id as number, value as typeof w] as const),
    ) as unknown as Program['constants'], // w is concrete
    equations: [
      { primitive: known.contract, inputs: [0, 0], params: { a: [0, 1], b: [1, 2], out: [0, 2] }, outputs: [1] },
    ],
    outputs: [1],
    types: [w, w].map(({ dtype, shape }) => ({ dtype, shape })),
  };
  const after = foldConstants(held);
  expect(after.equations).toEqual([]);
  expect(firstDifference(evaluate(after, [])[0] as Tensor, contract('ij,jk->ik', w, w))).toBe(null); // one output
});

test('an error of a constant is left for the run', () => {
  const table = tensor([1, 2]) as unknown as NonNullable<ReturnType<Program['constants']['get']>>; // constructed: concrete
  const at = tensor([5], { dtype: 'int32' }) as unknown as typeof table; // as above
  const { program } = record([table, at], ([t, i]) => [gather(t as Tensor, i as Tensor)]); // two inputs
  const held: Program = {
    ...program,
    inputs: [],
    constants: new Map([
      [program.inputs[0] as number, table],
      [program.inputs[1] as number, at],
    ]),
  }; // two inputs
  expect(foldConstants(held)).toBe(held);
  expect(() => evaluate(held, [])).toThrow('gather');
});

test('equal equations become one: in any order where that does not matter, with equal bodies, equal constants', () => {
  const step = (h: Tensor, v: Tensor) => ({ carry: tanh(add(h, v)), y: mul(h, v) });
  const program = trace(
    (a, b) => {
      const [p, q] = [scan(step, sum(a), a), scan(step, sum(a), a)];
      return [add(a, b), add(b, a), sub(a, b), sub(b, a), p.ys, q.ys, p.carry, concat([a, b]), concat([a, b], 0)];
    },
    x,
    x,
  );
  const after = commonSubexpressions(program);
  verify(after);
  expect(after.equations.map(({ primitive }) => primitive.name)).toEqual([
    'sum',
    'scan',
    'add',
    'sub',
    'sub',
    'concat',
  ]);
  const twice = trace((a) => [mul(a, tensor([1, -0, 3])), mul(a, tensor([1, -0, 3])), mul(a, tensor([1, 0, 3]))], x);
  expect(commonSubexpressions(twice).equations).toHaveLength(2);
});

test('products are equal whatever their labels are called', () => {
  const w = zeros([3, 3]);
  const program = trace(
    (a, b) => [contract('ij,jk->ik', a, b), contract('pq,qr->pr', a, b), contract('ij,jk->ki', a, b)],
    w,
    w,
  );
  const renamed = {
    ...program,
    equations: program.equations.map((equation, n) =>
      n === 1 ? { ...equation, params: { a: [7, 4], b: [4, 9], out: [7, 9] } } : equation,
    ),
  };
  verify(renamed);
  expect(commonSubexpressions(renamed).equations).toHaveLength(2);
});

test('functions with a rule of their own stand in their place; those that save memory stay calls', () => {
  const clipped = customVjp(
    (z: Tensor) => tanh(mul(z, 2)),
    (ct) => [ct],
  );
  const program = trace((a) => clipped(clipped(a)), x);
  const after = inlineCalls(program);
  verify(after);
  expect(after.equations.map(({ primitive }) => primitive.name)).toEqual([
    'broadcastTo',
    'mul',
    'tanh',
    'broadcastTo',
    'mul',
    'tanh',
  ]);
  expect(firstDifference(evaluate(after, [x])[0] as Tensor, clipped(clipped(x)))).toBe(null); // one output
  const nested = trace(
    (a) => scan((h: Tensor, v: Tensor) => ({ carry: clipped(add(h, v)), y: [] }), sum(a), a).carry,
    x,
  );
  expect(lines(everywhere(inlineCalls)(nested)).filter((line) => line.includes('customVjp'))).toEqual([]);
  const saving = trace((a) => checkpoint((z: Tensor) => tanh(sin(z)))(a), x);
  expect(inlineCalls(saving)).toBe(saving);
});

test('x + 0 is x when sums may be taken otherwise: all bits but those of −0', () => {
  const program = trace((a) => add(0, add(a, 0)), x);
  expect(lines(addZero(program))).toEqual([]);
  expect(addZero(trace((a) => mul(a, 0), x)).equations.map(({ primitive }) => primitive.name)).toEqual([
    'broadcastTo',
    'mul',
  ]);
});

/** @file Sequences of several lengths, stacks, noise and attention: compiled = interpreted, bit for bit, gradients included. */
import { evaluate, flatten, key, mul, normal, sum, trace, unstack, valueAndGrad } from '@throughline/autograd';
import { gru, lstm, unroll } from '@throughline/rnn';
import {
  encoderDecoder,
  overWindows,
  recurrentDropout,
  stacked,
  stream,
  variationalDropout,
  zoneout,
} from '@throughline/rnn/sequences';
import { type Tensor, tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { compile } from './index.ts';

const i32 = (values: unknown): Tensor => tensor(values as number[][], { dtype: 'int32' });
const dims = { I: 2, H: 3 };
const xs = normal(key(2), [5, 3, 2]);
const lengths = i32([3, 0, 5]);
const leaves = (tree: unknown): readonly Tensor[] => flatten('test', tree).leaves;

/** Compares a function's compiled form with the interpreter on the Program that it is traced to. */
function expectSame<A extends readonly unknown[]>(f: (...args: A) => unknown, ...args: A): void {
  const interpreted = evaluate(trace(f as never, ...(args as never)), leaves(args)).map((leaf) => leaf.toArray());
  const compiled = leaves(compile(f as (...all: A) => unknown, { reassociate: false })(...args)).map((leaf) =>
    leaf.toArray(),
  );
  expect(compiled).toEqual(interpreted);
  expect(compiled.flat(9).some((x) => x !== 0)).toBe(true);
}

/** The loss and its gradient with respect to the first argument. */
const learning = <P, A extends readonly unknown[]>(f: (params: P, ...args: A) => Tensor) =>
  valueAndGrad((params: P, ...args: A) => {
    const out = f(params, ...args);
    return sum(mul(out, out));
  }) as unknown as (params: P, ...args: A) => unknown;

test('rows that end and restart', () => {
  const resetAt = tensor([...Array(15).keys()].map((k) => k % 4 === 1)).reshape([5, 3]);
  for (const reverse of [false, true]) {
    const f = learning(
      (p: ReturnType<typeof lstm.init>, x: Tensor, n: Tensor, r: Tensor) =>
        unroll(lstm, p, x, { lengths: n, resetAt: r, reverse }).out,
    );
    expectSame(f, lstm.init(key(1), dims), xs, lengths, resetAt);
  }
});

test('a stack that reads both ways, of several lengths, with dropout between', () => {
  const model = stacked(gru, dims, { layers: 2, bidirectional: true, dropout: 0.3, learnedStart: true });
  const f = learning(
    (p: ReturnType<typeof model.init>, x: Tensor, n: Tensor, at: Tensor) =>
      model.apply(p, x, { lengths: n, key: at }).out,
  );
  expectSame(f, model.init(key(1)), xs, lengths, key(5));
});

test.each([
  ['zoneout', (at: Tensor) => zoneout(lstm, { rates: { h: 0.2, c: 0.4 }, key: at })],
  ['recurrent dropout', (at: Tensor) => recurrentDropout(lstm, { tap: 'g', rate: 0.4, key: at })],
  ['variational dropout', (at: Tensor) => variationalDropout(lstm, { inputs: 0.2, states: { h: 0.4 }, key: at })],
] as const)('%s, the key an argument', (_, make) => {
  const f = learning(
    (p: ReturnType<typeof lstm.init>, x: Tensor, at: Tensor) => unroll(make(at) as typeof lstm, p, x).out,
  );
  expectSame(f, lstm.init(key(1), dims), xs, key(5));
});

test('an encoder–decoder with attention', () => {
  const model = encoderDecoder({ encoder: gru, decoder: gru, sourceSymbols: 4, targetSymbols: 3, E: 2, H: 3 });
  const f = learning(
    (p: ReturnType<typeof model.init>, source: Tensor, inputs: Tensor, n: Tensor) =>
      model.apply(p, { source, inputs, lengths: n }).logits,
  );
  expectSame(
    f,
    model.init(key(1)),
    i32([
      [0, 1, 2],
      [3, 2, 0],
      [1, 1, 0],
    ]),
    i32([
      [0, 1, 2],
      [2, 0, 1],
    ]),
    i32([3, 2, 0]),
  );
});

test('a compiled stream is the eager one: cell and stack', () => {
  const strict = <A extends readonly unknown[], R>(f: (...args: A) => R) => compile(f, { reassociate: false });
  const params = lstm.init(key(1), dims);
  const [fast, slow] = [stream(lstm, params, { batch: 3, compile: strict }), stream(lstm, params, { batch: 3 })];
  const model = stacked(gru, dims, { layers: 2 });
  const own = model.init(key(2));
  const [fastStack, slowStack] = [stream(model, own, { batch: 3, compile: strict }), stream(model, own, { batch: 3 })];
  const resetAt = tensor([true, false, true]);
  for (const [t, x] of unstack(xs).entries()) {
    const options = t === 3 ? { resetAt } : {};
    expect(fast.push(x, options).toArray()).toEqual(slow.push(x, options).toArray());
    expect(fastStack.push(x, options).toArray()).toEqual(slowStack.push(x, options).toArray());
  }
  expect(leaves(fastStack.state).map((leaf) => leaf.toArray())).toEqual(
    leaves(slowStack.state).map((leaf) => leaf.toArray()),
  );
});

test('windows through a compiler give what they give without', () => {
  const params = lstm.init(key(1), dims);
  const loss = (p: typeof params, x: Tensor, from?: { h: Tensor; c: Tensor }) => {
    const { out, last } = unroll(lstm, p, x, from === undefined ? {} : { from });
    return { loss: sum(mul(out, out)), last };
  };
  const results = (how: object) => [...overWindows(loss, { over: xs, window: 2, params: () => params, ...how })];
  const [compiled, eager] = [results({ compile }), results({})];
  expect(compiled.map(({ first, end }) => [first, end])).toEqual([
    [0, 2],
    [2, 4],
    [4, 5],
  ]);
  const apart = (a: unknown, b: unknown): number =>
    Math.max(
      ...leaves(a).flatMap((leaf, i) => [...leaf.data].map((x, k) => Math.abs(x - (leaves(b)[i]?.data[k] as number)))),
    );
  for (const [n, { gradients, loss: value, last }] of compiled.entries()) {
    expect(
      apart(
        { gradients, value, last },
        { gradients: eager[n]?.gradients, value: eager[n]?.loss, last: eager[n]?.last },
      ),
    ).toBeLessThan(1e-12);
  }
});

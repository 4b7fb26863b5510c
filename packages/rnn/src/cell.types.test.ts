import { sigmoid, tanh } from '@throughline/autograd';
import { full, type Tensor, tensor } from '@throughline/tensor';
import { expect, expectTypeOf, test } from 'vitest';
import { type AnyCell, affine, defineCell, gate, lstm, param, rnn, slot, unroll } from './index.ts';

const key = tensor([0, 1], { dtype: 'int32' });
const xs = full([3, 2, 4], 0.5);
const dims = { I: 4, H: 5 };

/** Each function holds a mistake that the type checker must find; none is run. */
const mistakes = [
  () =>
    defineCell({
      name: 'wrong',
      params: { f: gate() },
      state: ['h', 'c'],
      step(p, { h, c }, x) {
        // @ts-expect-error there is no gate g
        const g = tanh(affine(p.g, x, h));
        return { state: { h: g, c }, out: g };
      },
    }),
  () =>
    defineCell({
      name: 'wrong',
      params: { f: gate() },
      state: ['h', 'c'],
      // @ts-expect-error the state c is missing
      step(p, { h }, x) {
        const f = sigmoid(affine(p.f, x, h));
        return { state: { h: f }, out: f };
      },
    }),
  () =>
    defineCell({
      name: 'wrong',
      params: { f: gate() },
      state: ['h'],
      step(p, { h }, x) {
        const f = sigmoid(affine(p.f, x, h));
        return { state: { h: f }, out: f, taps: { f } };
      },
      // @ts-expect-error there is no tap z
      belt: { state: 'h', keep: 'z', holding: [] },
    }),
  () =>
    defineCell({
      name: 'wrong',
      params: { f: gate() },
      state: ['h'],
      step(p, { h }, x) {
        const f = sigmoid(affine(p.f, x, h));
        return { state: { h: f }, out: f, taps: { f } };
      },
      // @ts-expect-error there is no state c
      belt: { state: 'c', keep: 'f', holding: [] },
    }),
  // @ts-expect-error the run of an lstm has no line z
  () => unroll(lstm, lstm.init(key, dims), xs).lines.z,
  // @ts-expect-error an rnn has no taps
  () => unroll(rnn, rnn.init(key, dims), xs).lines.f,
  // @ts-expect-error there is no tap z
  () => unroll(lstm, lstm.init(key, dims), xs, { taps: ['z'] }),
  // @ts-expect-error i was not asked for
  () => unroll(lstm, lstm.init(key, dims), xs, { taps: ['f'] }).taps.i,
  // @ts-expect-error a state to start from has h too
  () => unroll(lstm, lstm.init(key, dims), xs, { from: { c: full([2, 5], 0) } }),
  // @ts-expect-error there is no gate q
  () => lstm.with({ q: { b: 1 } }),
  // @ts-expect-error H is missing
  () => lstm.init(key, { I: 4 }),
];

test('the names of gates, states and taps are inferred', () => {
  const cell = defineCell({
    name: 'nested',
    params: { read: { W: param('IH'), scale: param('') }, f: gate({ biases: 2 }) },
    state: { h: slot('BH'), memory: { slots: slot('BKH'), count: slot('B', { dtype: 'int32' }) } },
    step(p, { h, memory }, x) {
      expectTypeOf(p.read.scale).toEqualTypeOf<Tensor>();
      expectTypeOf(p.f.b2).toEqualTypeOf<Tensor>();
      const f = sigmoid(affine(p.f, x, h));
      return { state: { h: f, memory }, out: f, taps: { f } };
    },
    belt: { state: 'memory.slots', keep: 'f', holding: ['h', 'f', 'x'] },
  });
  expect(cell.stateNames).toEqual(['h', 'memory.slots', 'memory.count']);
  expect(cell.gates).toEqual(['f']);
  expectTypeOf(cell.init).returns.toHaveProperty('read');
});

test('a cell of any kind is a Cell', () => {
  const cells: AnyCell[] = [lstm, rnn];
  for (const cell of cells) {
    const run = unroll(cell, cell.init(key, dims), xs, { taps: true });
    expect(run.out.shape).toEqual([3, 2, 5]);
  }
  expect(mistakes.length).toBe(11);
});

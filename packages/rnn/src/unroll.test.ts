import {
  add,
  cast,
  evaluate,
  flatten,
  grad,
  key,
  mul,
  normal,
  type Schedule,
  stack,
  sum,
  tanh,
  trace,
  transpose,
  unstack,
} from '@throughline/autograd';
import { ArgumentError, full, ShapeError, type Tensor, zeros } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { affine, defineCell, gate, gru, lstm, param, rnn, slot, unroll } from './index.ts';

const [T, B, I, H] = [5, 3, 4, 2];
const params = lstm.init(key(7), { I, H });
const xs = normal(key(8), [T, B, I]);
const message = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};
const largest = (a: Tensor, b: Tensor): number =>
  Math.max(...a.toTypedArray().map((value, i) => Math.abs(value - (b.toTypedArray()[i] as number))));

test('under a checkpoint schedule the gradients are the same, to every parameter and to xs', () => {
  const loss = (checkpoint?: Schedule) =>
    grad(({ p, x }: { p: typeof params; x: Tensor }) => {
      const run = unroll(lstm, p, x, { taps: ['f'], ...(checkpoint && { checkpoint }) });
      return add(sum(mul(run.out, run.taps.f)), sum(run.last.c));
    })({ p: params, x: xs });
  const plain = flatten('test', loss()).leaves;
  for (const schedule of ['sqrt', { every: 2 }, { snapshots: 1, block: 1 }] as const) {
    const leaves = flatten('test', loss(schedule)).leaves;
    expect(leaves.every((leaf, i) => largest(leaf, plain[i] as Tensor) < 1e-12)).toBe(true);
  }
  expect(() => unroll(lstm, params, xs, { checkpoint: { every: 0 } })).toThrow('scan: checkpoint is {"every":0}. Give');
});

test('two runs, one from the other’s last state, are one run', () => {
  const whole = unroll(lstm, params, xs);
  const parts = unstack(xs);
  const first = unroll(lstm, params, stack(parts.slice(0, 2)));
  const second = unroll(lstm, params, stack(parts.slice(2)), { from: first.last });
  expect(second.last.c.toArray()).toEqual(whole.last.c.toArray());
  expect(stack([...unstack(first.out), ...unstack(second.out)]).toArray()).toEqual(whole.out.toArray());
});

test('batch-first inputs give batch-first results', () => {
  const timeFirst = unroll(gru, gru.init(key(1), { I, H }), xs, { taps: true });
  const batchFirst = unroll(gru, gru.init(key(1), { I, H }), transpose(xs, [1, 0, 2]), {
    batchFirst: true,
    taps: ['z'],
  });
  expect(batchFirst.out.toArray()).toEqual(transpose(timeFirst.out, [1, 0, 2]).toArray());
  expect(batchFirst.taps.z.toArray()).toEqual(transpose(timeFirst.taps.z, [1, 0, 2]).toArray());
  expect(batchFirst.last.h.toArray()).toEqual(timeFirst.last.h.toArray());
});

test('reverse runs from the last input; results keep their places', () => {
  const backwards = unroll(lstm, params, xs, { reverse: true });
  const flipped = unroll(lstm, params, stack(unstack(xs).reverse()));
  expect(
    unstack(backwards.out)
      .reverse()
      .map((out) => out.toArray()),
  ).toEqual(unstack(flipped.out).map((out) => out.toArray()));
  expect(backwards.lines.h.at(1).toArray()).toEqual(flipped.lines.h.at(1).toArray());
  expect(backwards.lines.x.at(1).toArray()).toEqual(flipped.lines.x.at(1).toArray());
});

test('traced, it is one scan, with the eager run’s bits', () => {
  const program = trace((p: typeof params, x: Tensor) => unroll(lstm, p, x).out, params, xs);
  expect(program.equations.filter(({ primitive }) => primitive.name === 'scan').length).toBe(1);
  const [out] = evaluate(program, [...flatten('test', params).leaves, xs]);
  expect(out?.toArray()).toEqual(unroll(lstm, params, xs).out.toArray());
});

test('taps that nobody asked for are not in a traced run', () => {
  const without = trace((x: Tensor) => unroll(lstm, params, x).out, xs);
  const asked = trace((x: Tensor) => unroll(lstm, params, x, { taps: ['f'] }).taps.f, xs);
  expect(without.outputs.length).toBe(1);
  expect(asked.outputs.length).toBe(1);
  expect(Object.keys(unroll(lstm, params, xs).taps)).toEqual([]);
  expect(Object.keys(unroll(lstm, params, xs, { taps: true }).taps)).toEqual(['f', 'i', 'o', 'g']);
});

test('untying the weights into T copies: their gradients add up to the tied one', () => {
  const tied = grad((p: typeof params) => sum(mul(unroll(lstm, p, xs).out, 0.3)))(params);
  const untied = grad((copies: (typeof params)[]) => {
    let state = lstm.initialState({ I, H }, B);
    let loss: Tensor = full([], 0);
    unstack(xs).forEach((x, t) => {
      const { state: next, out } = lstm.step(copies[t] as typeof params, state, x);
      state = next;
      loss = add(loss, sum(mul(out, 0.3)));
    });
    return loss;
  })(Array.from({ length: T }, () => params));
  for (const name of ['f', 'i', 'o', 'g'] as const) {
    for (const part of ['W', 'U', 'b'] as const) {
      const added = untied.map((copy) => copy[name][part]).reduce((a, b) => add(a, b));
      expect(largest(added, tied[name][part])).toBeLessThanOrEqual(1e-12);
    }
  }
});

describe('a cell never seen before', () => {
  const cell = defineCell({
    name: 'peephole',
    params: { f: { ...gate(), V: param('H') }, write: gate(), mix: { scale: param('') } },
    state: { h: slot('BH'), memory: { c: slot('BH'), steps: slot('', { dtype: 'int32' }) } },
    step(p, { h, memory }, x) {
      const f = tanh(add(affine(p.f, x, h), mul(p.f.V, memory.c)));
      const c = add(mul(f, memory.c), mul(p.mix.scale, tanh(affine(p.write, x, h))));
      const steps = add(memory.steps, 1);
      const out = mul(tanh(c), cast(steps, 'float64'));
      return { state: { h: tanh(c), memory: { c, steps } }, out, taps: { f } };
    },
  });
  const own = cell.init(key(3), { I, H });

  test('runs, counts, and has its lines', () => {
    const run = unroll(cell, own, xs);
    expect(run.last.memory.steps.item()).toBe(T);
    expect(run.last.memory.steps.dtype).toBe('int32');
    expect(run.lines.memory.steps.at(2).item()).toBe(2);
    expect(run.lines.memory.c.at(T).toArray()).toEqual(run.last.memory.c.toArray());
  });

  test('has gradients, traced as eager', () => {
    const loss = (p: typeof own): Tensor => sum(unroll(cell, p, xs).out);
    const eager = grad(loss)(own);
    const program = trace((p: typeof own) => grad(loss)(p), own);
    const results = evaluate(program, flatten('test', own).leaves);
    for (const [i, leaf] of flatten('test', eager).leaves.entries()) {
      expect(largest(leaf, results[i] as Tensor)).toBeLessThanOrEqual(1e-12);
    }
    const by = 1e-5;
    const moved = (amount: number): number => loss({ ...own, mix: { scale: add(own.mix.scale, amount) } }).item();
    const slope = (8 * (moved(by) - moved(-by)) - (moved(2 * by) - moved(-2 * by))) / (12 * by);
    expect(Math.abs(eager.mix.scale.item() - slope)).toBeLessThan(1e-8 * (1 + Math.abs(slope)));
  });
});

test('float32 is asked for once', () => {
  const run = unroll(gru, gru.init(key(1), { I, H, dtype: 'float32' }), cast(xs, 'float32'));
  expect([run.out.dtype, run.last.h.dtype]).toEqual(['float32', 'float32']);
});

test('an empty batch gives empty results', () => {
  expect(unroll(lstm, params, zeros([T, 0, I])).out.shape).toEqual([T, 0, H]);
});

describe('errors name cell, gate, axis, what was expected and what was given', () => {
  test.each([
    [
      () => unroll(lstm, params, zeros([T, B, 5])),
      'lstm.f: x is f64[3,5], W is f64[4,2]: axis 1 of x is 5, W takes I = 4.',
    ],
    [
      () => unroll(lstm, params, zeros([0, B, I])),
      'unroll: xs is f64[0,3,4]: a sequence of length 0 has no steps. Give lstm at least one.',
    ],
    [
      () => unroll(lstm, params, zeros([T, I])),
      'unroll: xs is f64[5,4]; lstm runs over [T, B, I]. For one sequence use reshape(xs, [5, 1, 4]).',
    ],
    [() => unroll(lstm, params, zeros([T])), 'unroll: xs is f64[5]; lstm runs over [T, B, I].'],
    [
      () => unroll(lstm, params, zeros([T, B, I], 'float32')),
      "lstm.f: x is f32[3,4], W is f64[4,2]: dtypes differ. Convert with cast(x, 'float64').",
    ],
    [
      () => unroll(lstm, params, xs, { from: { h: zeros([B, H]), c: zeros([B, 9]) } }),
      'unroll: from.c is f64[3,9]; with these parameters and inputs lstm takes f64[3,2].',
    ],
    [
      () => unroll(lstm, { ...params, f: { ...params.f, U: zeros([H, 9]) } }, xs),
      'lstm.f.U: is f64[2,9], and f.W is f64[4,2]: axis 1 is H = 9, there H = 2.',
    ],
    [
      () => unroll(lstm, { ...params, i: { ...params.i, b: zeros([1, H]) } }, xs),
      'lstm.i.b: is f64[1,2], declared with axes [H].',
    ],
    [
      () => unroll(lstm, rnn.init(key(1), { I, H }) as never, xs),
      'lstm: the parameters have no f.W. Make them with lstm.init(key, { I, H }).',
    ],
    [() => unroll(lstm, params, xs, { taps: ['z' as 'f'] }), 'unroll: lstm has no tap z; it has f, i, o, g.'],
    [
      () => unroll({} as typeof lstm, params, xs),
      'unroll: the first argument is object, not a cell. Make one with defineCell.',
    ],
  ])('%#', (f, text) => {
    expect(message(f)).toBe(text);
  });

  test('their classes', () => {
    expect(() => unroll(lstm, params, zeros([0, B, I]))).toThrow(ShapeError);
    expect(() => unroll(lstm, params, xs, { taps: ['z' as 'f'] })).toThrow(ArgumentError);
  });
});

import { add, flatten, grad, key, mul, normal, slice, stack, sum, unstack } from '@throughline/autograd';
import { full, type Tensor, tensor, zeros } from '@throughline/tensor';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { truncatedBptt } from '../analysis/index.ts';
import { type AnyCell, gru, gruResetBefore, lstm, rnn, rnnRelu, unroll } from '../index.ts';
import { embedding, layer, linear, sequence } from '../layers/index.ts';
import { bidirectional, loadState, overWindows, saveState, stacked, stream, zoneout } from './index.ts';

const dims = { I: 2, H: 3 };
const xs = normal(key(2), [6, 2, 2]);
const leaves = (tree: unknown): readonly Tensor[] => flatten('test', tree).leaves;
const far = (a: unknown, b: unknown): number => {
  const [left, right] = [leaves(a), leaves(b)];
  return Math.max(
    0,
    ...left.flatMap((leaf, i) => [...leaf.toTypedArray()].map((x, k) => Math.abs(x - (right[i]?.data[k] as number)))),
  );
};
const message = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

describe('a stream', () => {
  test.each(
    (
      [
        rnn,
        rnnRelu,
        lstm,
        gru,
        gruResetBefore,
        zoneout(lstm, { rates: { h: 0.1, c: 0.3 }, key: key(8) }),
      ] as readonly AnyCell[]
    ).map((cell) => [cell.name, cell] as const),
  )('of %s is the whole run, bit for bit, whatever the extents', (_, cell) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 3 }), fc.nat(99), (T, batch, seed) => {
        const params = cell.init(key(seed), dims);
        const x = normal(key(seed + 1), [T, batch, 2]);
        const one = stream(cell as typeof lstm, params as never, { batch });
        const outs = unstack(x).map((row) => one.push(row));
        const whole = unroll(cell as typeof lstm, params as never, x);
        expect(stack(outs).toArray()).toEqual(whole.out.toArray());
        expect(leaves(one.state).map((leaf) => leaf.toArray())).toEqual(
          leaves(whole.last).map((leaf) => leaf.toArray()),
        );
        expect(one.steps).toBe(T);
      }),
      { numRuns: 10 },
    );
  });

  test('of a stack, and of a model from indices to logits, is the whole run as well', () => {
    const model = sequence(
      embedding({ V: 5, E: 2 }),
      stacked(lstm, dims, { layers: 3, learnedStart: true }),
      linear({ I: 3, O: 5 }),
    );
    const drawn = model.init(key(1));
    const params = {
      ...drawn,
      lstm: { ...drawn.lstm, layer1: { ...drawn.lstm.layer1, start: { h: full([3], 0.3), c: full([3], -1) } } },
    };
    const ids = tensor(
      [
        [0, 1],
        [2, 3],
        [4, 4],
      ],
      { dtype: 'int32' },
    );
    const one = stream(model, params, { batch: 2 });
    expect(one.state).toBeUndefined();
    const outs = unstack(ids).map((id) => one.push(id));
    expect(stack(outs).toArray()).toEqual(model.apply(params, ids).out.toArray());
    const again = stream(model, params, { batch: 2 });
    again.push(ids.at(0));
    again.push(ids.at(1), { resetAt: tensor([true, false]) });
    again.push(ids.at(2));
    const reset = tensor([
      [false, false],
      [true, false],
      [false, false],
    ]);
    expect(far(again.state, model.apply(params, ids, { resetAt: reset }).last)).toBe(0);
  });

  test('resets some rows, or all; keeps its state as plain data', () => {
    const params = lstm.init(key(1), dims);
    const one = stream(lstm, params, { batch: 2 });
    expectTypeOf(one.state.c).toEqualTypeOf<Tensor>();
    one.push(xs.at(0));
    const saved = JSON.stringify(one.save());
    const [a, b] = [one.push(xs.at(1)), one.push(xs.at(2), { resetAt: tensor([false, true]) })];
    const alone = unroll(lstm, params, slice(xs, [2, 1, 0], [3, 2, 2]));
    expect(far(slice(b, [1, 0], [2, 3]), alone.out.at(0))).toBe(0);
    const other = stream(lstm, params, { batch: 2 });
    other.load(JSON.parse(saved));
    expect(far(other.push(xs.at(1)), a)).toBe(0);
    one.reset();
    expect([one.steps, leaves(one.state).every((leaf) => leaf.toTypedArray().every((x) => x === 0))]).toEqual([
      0,
      true,
    ]);
    const from = { h: full([1, 3], 0.5), c: full([1, 3], 0.5) };
    const started = stream(lstm, params, { from });
    started.push(slice(xs, [0, 0, 0], [1, 1, 2]).at(0));
    started.reset();
    expect(far(started.state, from)).toBe(0);
  });

  test('runs what a compiler makes of its step', () => {
    const params = gru.init(key(1), dims);
    let calls = 0;
    const compile = <A extends readonly unknown[], R>(f: (...args: A) => R) => {
      return (...args: A): R => {
        calls++;
        return f(...args);
      };
    };
    const one = stream(gru, params, { batch: 2, compile });
    expect(stack(unstack(xs).map((x) => one.push(x))).toArray()).toEqual(unroll(gru, params, xs).out.toArray());
    expect(calls).toBe(6);
  });

  test.each([
    [
      () => stream(lstm, lstm.init(key(1), dims)).push(xs.at(0)),
      'stream: x is f64[2,2]; it takes one step of 1 row, [1, …].',
    ],
    [
      () => stream(lstm, lstm.init(key(1), dims), { batch: 2 }).push(xs.at(0), { resetAt: tensor([true]) }),
      'stream: resetAt is bool[1]; it takes bool[2].',
    ],
    [
      () => stream(sequence(bidirectional(lstm, dims)), {} as never),
      'stream: lstm reads both ways, so its first output waits for the last input. Use apply, or one way.',
    ],
    [
      () => stream(stacked(gru, dims, { bidirectional: true }), {} as never),
      'stream: gru reads both ways, so its first output waits for the last input. Use apply, or one way.',
    ],
    [
      () => stream(lstm, lstm.init(key(1), dims)).load({ h: { dtype: 'float64', shape: [1, 3], data: [0, 0, 0] } }),
      'loadState: state.c is missing. Pass what saveState gave, of the same model.',
    ],
    [
      () => stream(gru, gru.init(key(1), dims)).load({ h: { dtype: 'float64', shape: [1, 2], data: [0, 0] } }),
      'loadState: state.h is f64[1,2], not f64[1,3]. Pass what saveState gave, of the same model.',
    ],
    [
      () => loadState({ h: { dtype: 'float64', shape: [1, 1e9], data: [0] } }),
      'loadState: state.h has 1 numbers, its shape [1,1000000000] takes 1000000000. Pass what saveState gave, of the same model.',
    ],
    [
      () => loadState({ h: { dtype: 'float16', shape: [], data: [0] } }),
      'loadState: state.h has dtype float16. Pass what saveState gave, of the same model.',
    ],
    [
      () => loadState({ h: { dtype: 'float64', shape: [1], data: ['one'] } }),
      'loadState: state.h holds "one", not a number. Pass what saveState gave, of the same model.',
    ],
    [
      () => loadState(null),
      'loadState: state is null, not a saved state. Pass what saveState gave, of the same model.',
    ],
  ])('errors %#', (f, text) => expect(message(f)).toBe(text));
});

test('a state comes back to the last bit, with all that JSON has no number for', () => {
  const state = {
    a: { x: tensor([Number.NaN, Number.POSITIVE_INFINITY, -0, 5e-324, 0.1]) },
    n: full([], 7, 'int32'),
    on: tensor([true, false]),
    f: full([2], 0.1, 'float32'),
  };
  const back = loadState(JSON.parse(JSON.stringify(saveState(state))), state);
  expect(leaves(back).map(({ dtype, shape }) => [dtype, shape])).toEqual(
    leaves(state).map(({ dtype, shape }) => [dtype, shape]),
  );
  expect(saveState(back)).toEqual(saveState(state));
  expect([...back.a.x.data]).toEqual([...state.a.x.data]);
  expect(Object.is(back.a.x.data[2], -0)).toBe(true);
});

describe('windows over a long stream', () => {
  const params = lstm.init(key(1), dims);
  const targets = normal(key(3), [6, 2, 3]);
  const model = layer(lstm, dims);
  type State = ReturnType<typeof model.apply>['last'];
  const loss = (p: typeof params, part: { xs: Tensor; targets: Tensor }, from?: State) => {
    const { out, last } = model.apply(p, part.xs, { from });
    const off = add(out, mul(part.targets, -1));
    return { loss: sum(mul(off, off)), last };
  };
  const squares = (out: Tensor, target: Tensor): Tensor => {
    const off = add(out, mul(target, -1));
    return sum(mul(off, off));
  };

  test.each([1, 2, 4, 6, 50])('of %i steps add up to truncatedBptt', (window) => {
    let total: readonly Tensor[] = leaves(params).map((leaf) => zeros(leaf.shape));
    const ends: number[][] = [];
    for (const { gradients, first, end } of overWindows(loss, {
      over: { xs, targets },
      window,
      params: () => params,
    })) {
      total = total.map((sofar, i) => add(sofar, leaves(gradients)[i] as Tensor));
      ends.push([first, end]);
    }
    const expected = truncatedBptt(lstm, squares, { window })(params, xs, targets).gradients;
    expect(far(total, leaves(expected))).toBeLessThanOrEqual(1e-12);
    expect(ends.at(-1)?.[1]).toBe(6);
    const full = grad((p: typeof params) => loss(p, { xs, targets }).loss)(params);
    const off = far(total, leaves(full));
    expect(window >= 6 ? off <= 1e-12 : off > 1e-3).toBe(true);
  });

  test('each asks for the parameters anew, and starts where the one before ended', () => {
    let [asked, at] = [0, params];
    const now = (): typeof params => {
      asked++;
      return at;
    };
    const lasts: State[] = [];
    for (const { last, gradients } of overWindows(loss, {
      over: { xs, targets },
      window: 3,
      params: now,
    })) {
      lasts.push(last);
      const [flat, slope] = [flatten('test', at), leaves(gradients)];
      at = flat.rebuild(flat.leaves.map((leaf, i) => add(leaf, mul(slope[i] as Tensor, -0.01)))) as typeof params;
    }
    expect(asked).toBe(2);
    const head = unroll(lstm, params, slice(xs, [0, 0, 0], [3, 2, 2])).last;
    expect(far(lasts[0], head)).toBe(0);
    expect(far(lasts[1], unroll(lstm, params, slice(xs, [3, 0, 0], [6, 2, 2]), { from: head }).last)).toBeGreaterThan(
      1e-6,
    );
  });

  test.each([
    [
      () => [...overWindows(loss, { over: { xs, targets }, window: 0, params: () => params })],
      'overWindows: window is 0, not a number of steps. Use an integer ≥ 1.',
    ],
    [
      () => [...overWindows(loss, { over: { xs, targets: zeros([4, 2, 3]) }, window: 2, params: () => params })],
      'overWindows: over.xs has 6 steps, over.targets has 4.',
    ],
  ])('errors %#', (f, text) => expect(message(f)).toBe(text));
});

import {
  cos,
  flatten,
  grad,
  key,
  mul,
  normal,
  scan,
  sin,
  square,
  stopGradient,
  sub,
  sum,
  tanh,
  unstack,
} from '@throughline/autograd';
import { arange, type Tensor, tensor, zeros } from '@throughline/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AnyCell,
  affine,
  defineCell,
  gate,
  gru,
  gruResetBefore,
  lstm,
  param,
  rnn,
  rnnRelu,
  slot,
  unroll,
} from '../../index.ts';
import { bptt, flow, rtrl, truncatedBptt, truncationBias } from '../index.ts';
import { isGradient } from './per-step.ts';

const weight = (t: number): number => (t % 2 === 0 ? 0.25 : 1);
const squares = (out: Tensor, target: Tensor, t: number): Tensor => mul(sum(square(sub(out, target))), weight(t));
const leavesOf = (tree: unknown) => flatten('test', tree, isGradient).leaves;
/** The largest difference of two gradients, in units of the second's largest entry, or of 1. */
function far(a: unknown, b: unknown): number {
  const values = (tree: unknown) => leavesOf(tree).flatMap((leaf) => (leaf === null ? [] : [...leaf.data]));
  const [left, right] = [values(a), values(b)];
  expect(left.length).toBe(right.length);
  const scale = Math.max(1, ...right.map(Math.abs));
  return Math.max(0, ...left.map((value, i) => Math.abs(value - (right[i] as number)) / scale));
}
const message = (ask: () => unknown): string => {
  try {
    ask();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

/** Nested states, one of them a table, one a counter; a parameter used twice; a loop inside the step. */
const nested = defineCell({
  name: 'nested',
  params: { f: gate(), read: { a: param('KH'), scale: param('') } },
  state: { memory: { m: slot('BKH'), h: slot('BH') }, n: slot('B', { dtype: 'int32' }) },
  step(p, { memory, n }, x) {
    const f = tanh(affine(p.f, x, memory.h));
    const m = mul(memory.m, cos(p.read.a)).add(mul(f.reshape([f.shape[0] as number, 1, -1]), p.read.scale));
    const { carry } = scan((c: Tensor, row: Tensor) => ({ carry: sin(c.add(row)), y: c }), f, m.transpose([1, 0, 2]));
    return { state: { memory: { m, h: carry }, n: n.add(1) }, out: mul(carry, p.read.scale) };
  },
});
const cells: readonly AnyCell[] = [rnn, rnnRelu, lstm, gru, gruResetBefore, nested];
const setting = fc.record({
  T: fc.integer({ min: 1, max: 6 }),
  B: fc.integer({ min: 1, max: 3 }),
  I: fc.integer({ min: 1, max: 3 }),
  H: fc.integer({ min: 1, max: 3 }),
  seed: fc.nat(1000),
});
const start = (cell: AnyCell, { T, B, I, H, seed }: { T: number; B: number; I: number; H: number; seed: number }) => ({
  params: cell.init(key(seed), { I, H, K: 2 }),
  xs: normal(key(seed + 1), [T, B, I]),
  targets: normal(key(seed + 2), [T, B, H]),
});

describe.each(cells.map((cell) => [cell.name, cell] as const))('%s', (_, cell) => {
  test('carried forward or pulled back: one gradient, at every step', () => {
    fc.assert(
      fc.property(setting, (at) => {
        const { params, xs, targets } = start(cell, at);
        const whole = bptt(cell, squares)(params, xs, targets);
        const running: { t: number; gradients: unknown; loss: Tensor }[] = [];
        const forward = rtrl(cell, squares)(params, xs, targets, { onStep: (step) => running.push(step) });
        expect(far(forward.gradients, whole.gradients)).toBeLessThanOrEqual(1e-12);
        expect(far(forward.loss, whole.loss)).toBeLessThanOrEqual(1e-13);
        expect(running.map(({ t }) => t)).toEqual(Array.from({ length: at.T }, (_, n) => n + 1));
        const cut = Math.ceil(at.T / 2);
        const first = (x: Tensor): Tensor => x.slice([0, 0, 0], [cut, ...x.shape.slice(1)]);
        const half = bptt(cell, squares)(params, first(xs), first(targets));
        expect(far(running[cut - 1]?.gradients, half.gradients)).toBeLessThanOrEqual(1e-12);
      }),
      { numRuns: 8 },
    );
  });

  test('truncated: each loss pulled back by at most a window, which untied copies of the parameters show', () => {
    const T = 7;
    const { params, xs, targets } = start(cell, { T, B: 2, I: 2, H: 3, seed: 4 });
    const goals = unstack(targets);
    const run = unroll(cell, params, xs);
    for (const [window, stride] of [
      [1, 1],
      [3, 3],
      [3, 1],
      [5, 2],
      [4, 3],
      [T, T],
      [T + 3, T + 3],
    ] as const) {
      const { gradients } = truncatedBptt(cell, squares, { window, stride })(params, xs, targets);
      for (const name of ['h.U', 'f.U', 'n.W', 'read.scale'].filter((path) =>
        flatten('test', params).paths.includes(path),
      )) {
        const expected = new Float64Array(10);
        for (let t = 1; t <= T; t++) {
          const end = Math.ceil(t / stride) * stride;
          const shares = flow(run, (lines) =>
            squares((lines as { out: { at(t: number): Tensor } }).out.at(t), goals[t - 1] as Tensor, t),
          ).byStep(name);
          for (let from = Math.max(1, end - window + 1); from <= t; from++) {
            [...(shares.cotangent(from) as Tensor).data].forEach((value, i) => {
              expected[i] = (expected[i] as number) + value;
            });
          }
        }
        const actual = name
          .split('.')
          .reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], gradients) as Tensor;
        const size = actual.size;
        expect(far(actual.reshape([size]), tensor([...expected.slice(0, size)]))).toBeLessThanOrEqual(1e-12);
      }
    }
  });
});

describe('truncation', () => {
  const { params, xs, targets } = start(lstm, { T: 12, B: 2, I: 2, H: 3, seed: 9 });
  test('one sweep over the whole run with stopGradient between windows gives the same', () => {
    const goals = unstack(targets);
    const detached = grad((p: typeof params) => {
      let state = lstm.initialState({ I: 2, H: 3 }, 2);
      let loss: Tensor = tensor(0);
      for (const [n, x] of unstack(xs).entries()) {
        if (n % 5 === 0) state = { h: stopGradient(state.h), c: stopGradient(state.c) };
        const step = lstm.step(p as Parameters<typeof lstm.step>[0], state, x);
        loss = loss.add(squares(step.out, goals[n] as Tensor, n + 1));
        state = step.state;
      }
      return loss;
    })(params);
    expect(
      far(truncatedBptt(lstm as AnyCell, squares, { window: 5 })(params, xs, targets).gradients, detached),
    ).toBeLessThanOrEqual(1e-13);
  });
  test('its bias: none with a window of T; else measured, and every window with stride 1 is nearer than the one before here', () => {
    const biases = truncationBias(lstm as AnyCell, squares, { windows: [1, 2, 4, 8, 12, 40], stride: 1 })(
      params,
      xs,
      targets,
    );
    expect(biases.map(({ window }) => window)).toEqual([1, 2, 4, 8, 12, 40]);
    expect(Object.keys(biases[0]?.params ?? {})).toEqual([
      'f.W',
      'f.U',
      'f.b',
      'i.W',
      'i.U',
      'i.b',
      'o.W',
      'o.U',
      'o.b',
      'g.W',
      'g.U',
      'g.b',
    ]);
    const relative = biases.map((bias) => bias.relative);
    expect(relative[0]).toBeGreaterThan(0.1);
    for (let i = 1; i < 4; i++) expect(relative[i]).toBeLessThan(relative[i - 1] as number);
    expect(relative[4]).toBeLessThanOrEqual(1e-13);
    expect(biases[5]?.relative).toBeLessThanOrEqual(1e-13);
    for (const { cosine, relative: r } of biases) expect(1 - cosine).toBeLessThanOrEqual(r);
    // By hand, for one parameter.
    const full = [...bptt(lstm, squares)(params as never, xs, targets).gradients.f.U.data];
    const short = truncatedBptt(lstm, squares, { window: 1 })(
      params as never,
      xs,
      targets,
    ).gradients.f.U.toTypedArray();
    const length = (v: Iterable<number>): number => Math.hypot(...v);
    const off = length(full.map((value, i) => (short[i] as number) - value)) / length(full);
    const dot = full.reduce((total, value, i) => total + value * (short[i] as number), 0);
    expect(Math.abs((biases[0]?.params['f.U']?.relative ?? 0) - off)).toBeLessThanOrEqual(1e-14);
    expect(Math.abs((biases[0]?.params['f.U']?.cosine ?? 0) - dot / length(full) / length(short))).toBeLessThanOrEqual(
      1e-14,
    );
  });
  test('a gradient of 0, by an estimate of 0: no bias, and no angle', () => {
    const zero = truncationBias(rnn, (out: Tensor) => sum(mul(out, 0)), { windows: [1] })(
      rnn.init(key(1), { I: 1, H: 2 }),
      zeros([3, 1, 1]),
      {},
    );
    expect([zero[0]?.relative, zero[0]?.cosine]).toEqual([0, Number.NaN]);
  });
});

const params = rnn.init(key(1), { I: 1, H: 2 });
const xs = zeros([3, 1, 1]);
test.each([
  [
    () => bptt(rnn, (out: Tensor) => out)(params, xs, {}),
    'bptt: the loss at t = 1 is f64[1,2], not a scalar tensor. Use sum or mean.',
  ],
  [
    () => rtrl(rnn, () => 3 as never)(params, xs, {}),
    'rtrl: the loss at t = 1 is number, not a scalar tensor. Use sum or mean.',
  ],
  [
    () => truncatedBptt(rnn, (out: Tensor, _, t) => (t < 3 ? sum(out) : out), { window: 2 })(params, xs, {}),
    'truncatedBptt: the loss at t = 3 is f64[1,2], not a scalar tensor. Use sum or mean.',
  ],
  [
    () => bptt(rnn, (out: Tensor) => sum(out))(params, xs, { y: arange(2) } as never),
    'bptt: targets.y is f64[2], xs has 3 steps: axis 0 must be 3.',
  ],
  [
    () => rtrl(rnn, (out: Tensor) => sum(out))(params, xs, tensor(1) as never),
    'rtrl: targets is f64[], xs has 3 steps: axis 0 must be 3.',
  ],
  [() => rtrl(rnn, (out: Tensor) => sum(out))(params, tensor(1), {}), 'rtrl: xs is f64[], not [T, B, I].'],
  [
    () => rtrl(rnn, (out: Tensor) => sum(out))(params, zeros([0, 1, 1]), {}),
    'rtrl: xs is f64[0,1,1]: a sequence of length 0 has no steps.',
  ],
  [() => bptt(rnn, (out: Tensor) => sum(out))(params, 3 as never, {}), 'bptt: xs is number, not a tensor [T, B, I].'],
  [
    () => truncatedBptt(rnn, (out: Tensor) => sum(out), { window: 0 }),
    'truncatedBptt: window is 0, not a number of steps. Use an integer ≥ 1.',
  ],
  [
    () => truncatedBptt(rnn, (out: Tensor) => sum(out), {} as never),
    'truncatedBptt: window is undefined, not a number of steps. Use an integer ≥ 1.',
  ],
  [
    () => truncatedBptt(rnn, (out: Tensor) => sum(out), { window: 2, stride: 3 }),
    'truncatedBptt: stride is 3; it is an integer from 1 to the window, 2.',
  ],
  [
    () => truncationBias(rnn, (out: Tensor) => sum(out), {} as never),
    'truncationBias: windows is not a list. Pass { windows: [1, 5, 20] }.',
  ],
])('errors %#', (ask, text) => expect(message(ask)).toBe(text));

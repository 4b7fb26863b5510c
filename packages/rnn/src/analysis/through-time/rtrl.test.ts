import {
  evaluate,
  flatten,
  greater,
  key,
  matmul,
  normal,
  scan,
  square,
  sub,
  sum,
  tanh,
  trace,
  where,
} from '@throughline/autograd';
import { full, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { type AnyCell, affine, defineCell, gate, gru, param, rnn } from '../../index.ts';
import { bptt, onlineRtrl, rtrl, truncatedBptt } from '../index.ts';
import { isGradient } from './per-step.ts';

const squares = (out: Tensor, target: Tensor): Tensor => sum(square(sub(out, target)));
const leavesOf = (tree: unknown) => flatten('test', tree, isGradient).leaves;
/** The largest difference of two gradients, in units of the second's largest entry, or of 1. */
function far(a: unknown, b: unknown): number {
  const values = (tree: unknown) => leavesOf(tree).flatMap((leaf) => (leaf === null ? [] : [...leaf.data]));
  const [left, right] = [values(a), values(b)];
  expect(left.length).toBe(right.length);
  const scale = Math.max(1, ...right.map(Math.abs));
  return Math.max(0, ...left.map((value, i) => Math.abs(value - (right[i] as number)) / scale));
}
const start = (cell: AnyCell, { T, B, I, H, seed }: { T: number; B: number; I: number; H: number; seed: number }) => ({
  params: cell.init(key(seed), { I, H }),
  xs: normal(key(seed + 1), [T, B, I]),
  targets: normal(key(seed + 2), [T, B, H]),
});

describe('in real time', () => {
  const cell = indexedElman();
  test('numbers in memory do not grow with the run', () => {
    const params = rnn.init(key(3), { I: 1, H: 2 });
    const online = onlineRtrl(rnn, (out: Tensor) => sum(out));
    let carry = online.start(params, 2);
    const held = (): number => leavesOf(carry).reduce((total, leaf) => total + (leaf?.size ?? 0), 0);
    const before = held();
    expect(before).toBe(2 * 2 + (2 + 4 + 2) * 2 * 2);
    for (let t = 1; t <= 50; t++) carry = online.step(params, carry, full([2, 1], 0.1), {}, t).carry;
    expect(held()).toBe(before);
    expect(leavesOf(carry).every((leaf) => leaf?.constructor.name === 'Concrete')).toBe(true); // nothing hangs on to a tape
  });
  test('it is the step of a scan, traced or not', () => {
    const { params, xs, targets } = start(gru, { T: 4, B: 2, I: 2, H: 2, seed: 8 });
    const online = onlineRtrl(gru as AnyCell, (out: Tensor, target: Tensor) => sum(square(sub(out, target))));
    const carried = (p: typeof params, inputs: Tensor, goals: Tensor) =>
      scan(
        (carry: ReturnType<typeof online.start>, { x, target }: { x: Tensor; target: Tensor }) => {
          const step = online.step(p, carry, x, target, 0);
          return { carry: step.carry, y: step.gradients };
        },
        online.start(p, 2),
        { x: inputs, target: goals },
      ).ys;
    const eager = leavesOf(carried(params, xs, targets));
    const program = trace(carried, params, xs, targets);
    const traced = evaluate(program, [...leavesOf(params), xs, targets] as Tensor[]);
    expect(far(traced, eager)).toBeLessThanOrEqual(1e-12);
    const long = start(gru, { T: 9, B: 2, I: 2, H: 2, seed: 8 });
    expect(trace(carried, long.params, long.xs, long.targets).equations.length).toBe(program.equations.length);
    const whole = bptt(gru as AnyCell, (out: Tensor, target: Tensor) => sum(square(sub(out, target))))(
      params,
      xs,
      targets,
    );
    expect(
      far(
        eager.map((leaf) => sum(leaf as Tensor, 0)),
        leavesOf(whole.gradients),
      ),
    ).toBeLessThanOrEqual(1e-12);
  });
  test('integer parameters have no gradient; a state to start from; float32', () => {
    const params = { h: rnn.init(key(1), { I: 1, H: 2 }).h, n: tensor([3, 4], { dtype: 'int32' }) };
    const [xs, from] = [normal(key(2), [4, 2, 1]), { h: full([2, 2], 0.5) }];
    const loss = (out: Tensor): Tensor => sum(square(out));
    const [a, b] = [rtrl(cell, loss)(params, xs, {}, { from }), bptt(cell, loss)(params, xs, {}, { from })];
    expect([
      a.gradients.n,
      b.gradients.n,
      truncatedBptt(cell, loss, { window: 2 })(params, xs, {}, { from }).gradients.n,
    ]).toEqual([null, null, null]);
    expect(far(a.gradients, b.gradients)).toBeLessThanOrEqual(1e-13);
    const single = rnn.init(key(1), { I: 1, H: 2, dtype: 'float32' });
    const xs32 = normal(key(2), [4, 2, 1], { dtype: 'float32' });
    const [c, d] = [rtrl(rnn, loss)(single, xs32, {}), bptt(rnn, loss)(single, xs32, {})];
    expect(c.gradients.h.U.dtype).toBe('float32');
    expect(far(c.gradients, d.gradients)).toBeLessThanOrEqual(1e-5);
  });
  test('more parameters than directions that are pushed at once', () => {
    const wide = start(rnn, { T: 3, B: 2, I: 1, H: 17, seed: 2 }); // U has 289 elements
    const [a, b] = [rtrl(rnn as AnyCell, squares), bptt(rnn as AnyCell, squares)].map((f) =>
      f(wide.params, wide.xs, wide.targets),
    );
    expect(far(a?.gradients, b?.gradients)).toBeLessThanOrEqual(1e-12);
  });
  test('a cell that reads values takes its branches', () => {
    const branching = defineCell({
      name: 'branching',
      params: { h: gate() },
      state: ['h'],
      step(p, { h }, x) {
        const next = (x.data[0] as number) > 0 ? tanh(affine(p.h, x, h)) : where(greater(h, 0), h, matmul(h, p.h.U));
        return { state: { h: next }, out: next };
      },
    });
    const [params, xs] = [branching.init(key(1), { I: 1, H: 2 }), tensor([1, -1, 2, -2, 1], { shape: [5, 1, 1] })];
    const loss = (out: Tensor): Tensor => sum(square(out));
    expect(
      far(rtrl(branching, loss)(params, xs, {}).gradients, bptt(branching, loss)(params, xs, {}).gradients),
    ).toBeLessThanOrEqual(1e-13);
  });
});

/** An Elman net with indices among its parameters. */
function indexedElman() {
  return defineCell({
    name: 'indexed',
    params: { h: gate(), n: param('H') },
    state: ['h'],
    step(p, { h }, x) {
      const next = tanh(affine(p.h, x, h));
      return { state: { h: next }, out: next };
    },
  });
}

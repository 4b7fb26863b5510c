import { evaluate, flatten, grad, key, mul, normal, stack, sum, trace, unstack } from '@throughline/autograd';
import { checkGrads } from '@throughline/autograd/testing';
import type { Tensor } from '@throughline/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partial, total } from '../analysis/index.ts';
import { type AnyCell, gru, gruResetBefore, type Line, lstm, rnn, rnnRelu, unroll } from '../index.ts';

const cells: readonly AnyCell[] = [rnn, rnnRelu, lstm, gru, gruResetBefore];

/** Small runs of awkward extents. */
const settings = fc.record({
  T: fc.integer({ min: 1, max: 7 }),
  B: fc.integer({ min: 1, max: 3 }),
  I: fc.integer({ min: 1, max: 5 }),
  H: fc.integer({ min: 1, max: 5 }),
  seed: fc.nat(1000),
});
const start = (cell: AnyCell, { T, B, I, H, seed }: { T: number; B: number; I: number; H: number; seed: number }) => ({
  params: cell.init(key(seed), { I, H }),
  xs: normal(key(seed + 1), [T, B, I]),
});
const far = (a: Tensor, b: Tensor): number => {
  const right = b.toTypedArray();
  return Math.max(0, ...a.toTypedArray().map((value, i) => Math.abs(value - (right[i] as number))));
};
const lineOf = (lines: object, name: string): Line => (lines as Record<string, Line>)[name] as Line;

describe.each(cells.map((cell) => [cell.name, cell] as const))('%s', (_, cell) => {
  test('traced is eager: outputs bit for bit, gradients to 1e-12', () => {
    fc.assert(
      fc.property(settings, (setting) => {
        const { params, xs } = start(cell, setting);
        const out = (p: typeof params, x: Tensor): Tensor => unroll(cell, p, x).out;
        const slope = (p: typeof params, x: Tensor) => grad((q: typeof params) => sum(out(q, x)))(p);
        const leaves = flatten('test', params).leaves;
        expect(evaluate(trace(out, params, xs), [...leaves, xs])[0]?.toArray()).toEqual(out(params, xs).toArray());
        const traced = evaluate(trace(slope, params, xs), [...leaves, xs]);
        const eager = flatten('test', slope(params, xs)).leaves;
        expect(Math.max(...eager.map((leaf, i) => far(leaf, traced[i] as Tensor)))).toBeLessThanOrEqual(1e-12);
      }),
      { numRuns: 10 },
    );
  });

  test('a sequence cut in two, the state handed on, is one run', () => {
    fc.assert(
      fc.property(settings, fc.nat(6), (setting, at) => {
        fc.pre(at > 0 && at < setting.T);
        const { params, xs } = start(cell, setting);
        const steps = unstack(xs);
        const head = unroll(cell, params, stack(steps.slice(0, at)));
        const tail = unroll(cell, params, stack(steps.slice(at)), { from: head.last });
        const whole = unroll(cell, params, xs);
        expect([...unstack(head.out), ...unstack(tail.out)].map(String)).toEqual(unstack(whole.out).map(String));
      }),
      { numRuns: 20 },
    );
  });

  test.runIf(cell.belt !== undefined)('the held path is the belt, for every row and step', () => {
    const belt = cell.belt as NonNullable<typeof cell.belt>;
    fc.assert(
      fc.property(settings, (setting) => {
        const { params, xs } = start(cell, setting);
        const { lines } = unroll(cell, params, xs);
        const state = lineOf(lines, belt.state);
        const holding = belt.holding.map((name) => lineOf(lines, name));
        for (let t = 1; t <= setting.T; t++) {
          const held = partial(state.at(t), state.at(t - 1), { holding });
          expect(held.versus(lineOf(lines, belt.keep).at(t)).max).toBeLessThanOrEqual(1e-14);
        }
      }),
      { numRuns: 15 },
    );
  });

  test('the chain rule: one step, then the rest, over all states with the others of that step held', () => {
    fc.assert(
      fc.property(settings, (setting) => {
        fc.pre(setting.T > 1);
        const { params, xs } = start(cell, setting);
        const { lines } = unroll(cell, params, xs);
        const states = cell.stateNames.map((name) => lineOf(lines, name));
        const [first] = states as [Line, ...Line[]];
        const ct = normal(key(setting.seed + 2), [setting.B, setting.H]);
        const cut = setting.T - 1;
        const whole = [...total(first.at(setting.T), first.at(0)).vjp(ct).toTypedArray()];
        const parts = states.map((line) => {
          // h[t] is made of c[t]: held apart, each path is counted once.
          const holding = states.filter((other) => other !== line).map((other) => other.at(cut));
          const late = partial(first.at(setting.T), line.at(cut), { holding }).vjp(ct);
          return total(line.at(cut), first.at(0)).vjp(late).toTypedArray();
        });
        whole.forEach((value, i) => {
          const added = parts.reduce((sum, part) => sum + (part[i] as number), 0);
          expect(Math.abs(value - added)).toBeLessThanOrEqual(1e-12);
        });
      }),
      { numRuns: 10 },
    );
  });
});

test.each([rnn, lstm, gru, gruResetBefore].map((cell: AnyCell) => [cell.name, cell] as const))(
  '%s: gradients, and gradients of gradients, agree with differences',
  (_, cell) => {
    const { params, xs } = start(cell, { T: 5, B: 2, I: 2, H: 3, seed: 11 });
    const loss = (at: { params: typeof params; xs: Tensor }): Tensor => {
      const { out } = unroll(cell, at.params, at.xs);
      return sum(mul(out, out));
    };
    const { verdict, message } = checkGrads(loss, [{ params, xs }], { order: 2 });
    expect(verdict, message).toBe('right');
  },
);

import { key, normal } from '@throughline/autograd';
import fc from 'fast-check';
import { expect, test } from 'vitest';
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
const lineOf = (lines: object, name: string): Line => (lines as Record<string, Line>)[name] as Line;

test.each(cells.map((cell) => [cell.name, cell] as const))(
  '%s: one step, then the rest, over all states with the others of that step held, is the whole',
  (_, cell) => {
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
  },
);

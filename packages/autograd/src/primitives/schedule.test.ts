import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstKept, levelOf, planOf, reach, type Schedule, stride } from './schedule.ts';

/** Steps that are run before their own reversal, when blocks are single steps: what the sweep of `scan` does. */
function runs(n: number, keep: number, choose = stride): { steps: number; most: number } {
  const stack = [0];
  let steps = 0;
  let most = 0;
  for (let last = n - 1; last >= 0; last--) {
    let top = stack.at(-1) as number; // the first step's is taken last
    for (let free = keep - (stack.length - 1); top < last && free > 0; free--) {
      const at = top + choose(last + 1 - top, free);
      steps += at - top;
      top = at;
      stack.push(at);
      most = Math.max(most, stack.length - 1);
    }
    steps += last - top;
    if (top === last) stack.pop();
  }
  return { steps, most };
}

/** The least number of such runs, by trying every place of the next kept carry. */
const least = new Map<string, number>();
function optimum(n: number, s: number): number {
  if (n === 1) return 0;
  if (s === 1) return (n * (n - 1)) / 2;
  const key = `${n} ${s}`;
  const known = least.get(key);
  if (known !== undefined) return known;
  let best = Number.POSITIVE_INFINITY;
  for (let m = 1; m < n; m++) best = Math.min(best, m + optimum(m, s) + optimum(n - m, s - 1));
  least.set(key, best);
  return best;
}

describe('binomial checkpointing', () => {
  test('makes the fewest runs of any schedule, by trying all', () => {
    for (let n = 1; n <= 40; n++)
      for (let keep = 1; keep <= 7; keep++) {
        expect(runs(n, keep), `${n} steps, ${keep} kept`).toMatchObject({ steps: optimum(n, keep + 1) });
      }
  });
  test('that is the formula of Griewank and Walther: r n − (s + r)! / ((s + 1)! (r − 1)!)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 3000 }), fc.integer({ min: 1, max: 30 }), (n, keep) => {
        const s = keep + 1;
        let r = 1;
        while (reach(s, r) < n) r++;
        const { steps, most } = runs(n, keep);
        return steps === r * n - reach(s + 1, r - 1) && most <= keep;
      }),
    );
  });
  test('a planted wrong place is caught', () => {
    const wrong = runs(40, 3, (n, free) => Math.min(n - 1, stride(n, free) + 9));
    expect(wrong.steps).toBeGreaterThan(optimum(40, 4));
  });
  test('what the forward run keeps is what the sweep would keep first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 12 }), (T, snapshots) => {
        const plan = planOf({ snapshots, block: 1 }, T);
        const kept = firstKept(plan);
        return (
          kept.length <= plan.keep &&
          kept.every((at, i) => at < plan.blocks && at > (kept[i - 1] ?? 0)) &&
          (T <= snapshots + 1 ? kept.length === T - 1 : kept.length === snapshots)
        );
      }),
    );
  });
});

test('plans', () => {
  const plans: [Schedule, number, number, number, number][] = [
    ['all', 7, 7, 1, 0],
    ['sqrt', 100, 10, 10, 9],
    ['sqrt', 101, 11, 10, 9],
    [{ every: 3 }, 7, 3, 3, 2],
    [{ every: 9 }, 7, 9, 1, 0],
    [{ snapshots: 2 }, 100, 16, 7, 2],
    [{ snapshots: 50, block: 1 }, 10, 1, 10, 9],
  ];
  for (const [schedule, T, block, blocks, keep] of plans) expect(planOf(schedule, T)).toEqual({ block, blocks, keep });
});

test('levels of a Program keep no more than was asked for, and end', () => {
  for (const T of [2, 17, 100, 4097, 1_000_000])
    for (const snapshots of [2, 3, 5, 20, 40]) {
      let schedule: Schedule = { snapshots };
      let length = T;
      let kept = 0;
      for (let level = 0; schedule !== 'all' && level < 100; level++) {
        const next = levelOf(schedule, length);
        kept += Math.ceil(length / next.block);
        [length, schedule] = [next.block, next.inner];
      }
      expect(schedule).toBe('all');
      expect(kept, `${T} steps, ${snapshots} snapshots`).toBeLessThanOrEqual(snapshots);
    }
});

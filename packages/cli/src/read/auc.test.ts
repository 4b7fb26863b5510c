import { key, uniform } from '@throughline/autograd';
import { expect, it } from 'vitest';
import { auc, ranksOf, scoreable, stretchesOf } from './auc.ts';

const draws = (seed: number, n: number): number[] => [...uniform(key(seed), [n]).data].map(Number);

/** By its meaning: every pair of one inside and one outside. */
function byPairs(values: number[], labels: Uint8Array): number {
  let [won, pairs] = [0, 0];
  values.forEach((x, i) => {
    values.forEach((y, k) => {
      if (labels[i] !== 1 || labels[k] === 1) return;
      won += x > y ? 1 : x === y ? 0.5 : 0;
      pairs += 1;
    });
  });
  return won / pairs;
}

it('is the share of pairs that are won, ties counting half, whatever the labels are turned by', () => {
  for (const seed of [1, 2, 3]) {
    const values = draws(seed, 60).map((x) => Math.round(x * 20) / 20); // with ties
    const labels = Uint8Array.from(draws(seed + 10, 60), (x, i) => (x > 0.4 && i % 7 > 1 ? 1 : 0));
    const sums = scoreable(values);
    for (const shift of [0, 1, 17, 59]) {
      const turned = labels.map((_, i) => labels[(i - shift + 60) % 60] ?? 0);
      expect(auc(sums, stretchesOf(labels), shift)).toBeCloseTo(byPairs(values, turned), 12);
    }
    expect(auc(sums, stretchesOf(labels))).not.toBeCloseTo(
      byPairs(
        values.map((x) => -x),
        labels,
      ),
      3,
    );
  }
});

it('knows stretches, ranks, and when there is nothing to compare', () => {
  expect(stretchesOf(Uint8Array.of(1, 1, 0, 1, 0, 0, 1))).toEqual([
    [0, 2],
    [3, 4],
    [6, 7],
  ]);
  expect([...ranksOf([3, 1, 3, 2])]).toEqual([3.5, 1, 3.5, 2]);
  expect(auc(scoreable([1, 2]), [])).toBeNaN();
  expect(auc(scoreable([1, 2]), [[0, 2]])).toBeNaN();
});

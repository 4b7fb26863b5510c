import { type FloatType, valueAndGrad } from 'throughline';
import { expect, test } from 'vitest';
import { naive } from '../workloads/nets.ts';
import { type Size, sizes } from '../workloads/sizes.ts';
import { dataOf, lossOf } from '../workloads/steps.ts';
import { yardstick } from './index.ts';

const norm = (x: ArrayLike<number>): number => Math.sqrt(Array.from(x, (v) => v * v).reduce((a, b) => a + b, 0));

const cases: readonly (readonly [string, Size, FloatType, number])[] = [
  ['odd extents', { B: 5, T: 4, I: 3, H: 20 }, 'float32', 1e-5],
  ['odd extents', { B: 5, T: 4, I: 3, H: 20 }, 'float64', 1e-13],
  ['one step of one row', { B: 1, T: 1, I: 1, H: 4 }, 'float64', 1e-13],
  ['S', sizes.S, 'float32', 1e-4],
];
test.each(cases)('%s, %o, %s: gradients are those of the framework', (_, size, dtype, tolerance) => {
  const stick = yardstick(size, { fast: false, threads: 1, dtype });
  if (stick === null) throw new Error('a size that the yardstick has');
  stick.run();
  stick.run(); // nothing is left over from one run to the next
  const { value, grad } = valueAndGrad(lossOf(naive))(...dataOf(naive, size, dtype));
  expect(Math.abs(stick.loss - value.item()) / value.item()).toBeLessThan(tolerance);
  for (const gate of ['i', 'f', 'g', 'o'] as const) {
    const mine = stick.gradient(gate);
    for (const part of ['W', 'U', 'b'] as const) {
      const theirs = grad[gate][part]?.toTypedArray() ?? [];
      expect(mine[part].length).toBe(theirs.length);
      const differences = Array.from(theirs, (x, n) => Number(x) - (mine[part][n] ?? Number.NaN));
      expect(norm(differences)).toBeLessThanOrEqual(tolerance * norm(Array.from(theirs, Number)));
    }
  }
});

test('the comparison can fail: the gradient of another gate is not this one', () => {
  const stick = yardstick(sizes.S, { fast: false, threads: 1 });
  stick?.run();
  const [f, o] = [stick?.gradient('f').U, stick?.gradient('o').U];
  expect(norm(Array.from(f ?? [], (x, n) => x - (o?.[n] ?? 0)))).toBeGreaterThan(0.1 * norm(f ?? []));
});

test('there is none for states of a width that is no multiple of 4', () => {
  expect(yardstick({ B: 2, T: 2, I: 2, H: 6 }, { fast: false, threads: 1 })).toBe(null);
});

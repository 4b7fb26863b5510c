import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Concrete, kernels, tensor } from '../index.ts';
import { anyTensors, bitEqual } from '../testing/index.ts';

/** The definition, element by element, on plain numbers. */
function definition(a: Concrete, b: Concrete, from: Concrete | undefined, reverse: boolean): number[] {
  const round = b.dtype === 'float32' ? Math.fround : (x: number): number => x;
  const length = b.shape[0] ?? 0;
  const width = length === 0 ? 0 : b.size / length;
  const y = new Array<number>(b.size);
  for (let i = 0; i < width; i++) {
    let last = from?.storage[i];
    for (let n = 0; n < length; n++) {
      const at = (reverse ? length - 1 - n : n) * width + i;
      const [p, q] = [a.storage[at] as number, b.storage[at] as number]; // within
      last = last === undefined ? q : round(round(p * last) + q);
      y[at] = last;
    }
  }
  return y;
}

test('y_t = a_t y_{t−1} + b_t, rounded twice, in both directions and dtypes, bit for bit', () => {
  const calls = fc
    .record({
      dtype: fc.constantFrom('float64' as const, 'float32' as const),
      length: fc.constantFrom(0, 1, 2, 3, 7),
      rest: fc.constantFrom([], [1], [3], [2, 5], [0]),
      started: fc.boolean(),
      reverse: fc.boolean(),
    })
    .chain(({ dtype, length, rest, started, reverse }) => {
      const shape = [length, ...rest];
      return fc.record({
        a: anyTensors({ dtype, shape }),
        b: anyTensors({ dtype, shape }),
        from: started ? anyTensors({ dtype, shape: rest }) : fc.constant(undefined),
        reverse: fc.constant(reverse),
      });
    });
  fc.assert(
    fc.property(calls, ({ a, b, from, reverse }) => {
      const y = kernels.linearRecurrence(a, b, from, reverse);
      expect([y.dtype, y.shape]).toEqual([b.dtype, b.shape]);
      expect(bitEqual(y, definition(a, b, from, reverse))).toBe(true);
    }),
    { seed: 3, numRuns: 300 },
  );
});

test('float32 rounds the product before the sum', () => {
  // (1 + 2⁻²³)(1 − 2⁻²³) − 1 is −2⁻⁴⁶, and 0 when the product is rounded to float32 first
  const f32 = (x: number): Concrete => tensor([x], { dtype: 'float32' }).concrete('test');
  const e = 2 ** -23;
  const from = tensor(1 - e, { dtype: 'float32' }).concrete('test');
  expect(kernels.linearRecurrence(f32(1 + e), f32(-1), from, false).item()).toBe(0);
});

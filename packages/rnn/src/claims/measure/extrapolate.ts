/** Steps 2⁻⁵ … 2⁻¹¹, both ways: powers of two, so that they are exact. */
const widths = [1 / 32, 1 / 64, 1 / 128, 1 / 256, 1 / 512, 1 / 1024, 1 / 2048] as const;

/** By how much a value is moved: `extrapolate` takes the function's values in this order. */
export const moves: readonly number[] = widths.flatMap((h) => [h, -h]);

/**
 * The derivative from values at ±h, ±h/2, …: central differences have an error in even powers of h, which Neville's scheme
 * removes one by one. Of all estimates the one that its neighbours agree with best is taken; what they differ by is its
 * error. Beside a kink the wide ones disagree, and the narrow ones are right.
 * Source: Ridders, "Accurate computation of F′(x) and F′(x) F″(x)", 1982.
 */
export function extrapolate(values: readonly number[]): { readonly value: number; readonly error: number } {
  let before: number[] = [];
  let best = { value: Number.NaN, error: Number.POSITIVE_INFINITY };
  widths.forEach((h, k) => {
    const [up = Number.NaN, down = Number.NaN] = values.slice(2 * k, 2 * k + 2);
    const rounding = (Number.EPSILON * Math.max(Math.abs(up), Math.abs(down), 2.3e-3)) / h;
    const row = [(up - down) / (2 * h)];
    let factor = 1;
    for (const [j, above] of before.entries()) {
      factor *= 4;
      const current = row[j] ?? Number.NaN;
      const next = current + (current - above) / (factor - 1);
      const error = Math.max(Math.abs(next - current), Math.abs(next - above), rounding);
      if (error < best.error) best = { value: next, error };
      row.push(next);
    }
    before = row;
  });
  return best;
}

import type { Concrete } from '../tensor.ts';
import { rounded, widen } from './numbers.ts';

/** Which triangle of a matrix is meant, and how. */
export interface Triangle {
  /** The lower one; else the upper one. */
  readonly lower: boolean;
  /** Solve with its transpose. */
  readonly transposed: boolean;
  /** Its diagonal is 1, whatever stands there. */
  readonly unitDiagonal: boolean;
}

/**
 * The y [n,m] with t y = b, where t is a triangle of a [n,n] or its transpose: rows in order of dependence, from each the
 * known ones subtracted by ascending distance from the start, then divided as IEEE has it: a 0 on the diagonal gives ±∞ or
 * NaN. The other triangle is not read.
 */
export function solveTriangular(a: Concrete, b: Concrete, { lower, transposed, unitDiagonal }: Triangle): Concrete {
  const [n, count] = b.shape;
  const y = widen(b);
  const [along, down] = transposed ? [n, 1] : [1, n];
  const forwards = lower !== transposed;
  for (let step = 0; step < n; step++) {
    const i = forwards ? step : n - 1 - step;
    for (let before = 0; before < step; before++) {
      const k = forwards ? before : n - 1 - before;
      const factor = a.storage[i * down + k * along];
      for (let c = 0; c < count; c++) y[i * count + c] -= factor * y[k * count + c];
    }
    if (unitDiagonal) continue;
    for (let c = 0; c < count; c++) y[i * count + c] /= a.storage[i * n + i];
  }
  return rounded(y, b, b.shape);
}

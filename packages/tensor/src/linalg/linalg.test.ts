import { describe, expect, test } from 'vitest';
import { contract } from '../kernels/contract.ts';
import { cast } from '../kernels/elementwise.ts';
import { transpose } from '../kernels/layout.ts';
import { qr } from '../kernels/linalg.ts';
import { keyFromSeed, normal } from '../kernels/random.ts';
import { Concrete } from '../tensor.ts';
import { maxDeviation } from '../testing/close.ts';
import { cholesky, cofactor, det, eigh, expm, leastSquares, lu, slogdet, solve, solveTriangular } from './index.ts';

const f64 = (shape: number[], ...values: number[]) => new Concrete(Float64Array.from(values), 'float64', shape);
const square = (...values: number[]) => f64([Math.sqrt(values.length), Math.sqrt(values.length)], ...values);
const random = (seed: number, ...shape: number[]) => normal(keyFromSeed(seed), shape, 'float64');
const matmul = (a: Concrete, b: Concrete) => contract(a, b, { a: [0, 1], b: [1, 2], out: [0, 2] });
const t = (x: Concrete) => transpose(x, [1, 0]);
const identity = (n: number) => Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
const map = (x: Concrete, f: (value: number, row: number, column: number) => number) => {
  const n = x.shape[1] ?? 1;
  return new Concrete(
    x.storage.map((value, i) => f(value, Math.floor(i / n), i % n)),
    x.dtype,
    x.shape,
  );
};
const norm = (x: Concrete) => Math.sqrt(Array.from(x.storage).reduce((sum, value) => sum + value * value, 0));
const hilbert = (n: number) => map(f64([n, n], ...new Array(n * n).fill(0)), (_, i, j) => 1 / (i + j + 1));
const orthogonal = (seed: number, n: number) => qr(random(seed, n, n)).q;
const diagonal = (...values: number[]) =>
  map(square(...identity(values.length)), (one, i) => (one === 1 ? (values[i] ?? 0) : 0));
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const sizes = [0, 1, 2, 3, 5, 12];
const isNaNThroughout = (x: Concrete) => expect(x.storage.every(Number.isNaN)).toBe(true);

/** By minors along the first row: an oracle that shares nothing with elimination. */
function leibniz(rows: readonly (readonly number[])[]): number {
  const [first, ...rest] = rows;
  if (first === undefined) return 1;
  return first.reduce(
    (sum, value, j) => sum + (j % 2 === 0 ? 1 : -1) * value * leibniz(rest.map((row) => row.toSpliced(j, 1))),
    0,
  );
}
const rowsOf = (x: Concrete) => x.toArray() as number[][];
const minorOf = (x: Concrete, i: number, j: number) =>
  ((i + j) % 2 === 0 ? 1 : -1) *
  leibniz(
    rowsOf(x)
      .toSpliced(i, 1)
      .map((row) => row.toSpliced(j, 1)),
  );

describe('lu and solve', () => {
  test.each(sizes)('of order %i: l u are the rows in order; |l| ≤ 1; residuals to rounding, both ways', (n) => {
    const x = random(n, n, n);
    const { l, u, order } = lu(x);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
    const rows = map(x, (_, i, j) => x.storage[(order[i] ?? 0) * n + j] ?? 0);
    expect(maxDeviation(matmul(l, u), rows)).toBeLessThan(4e-15);
    for (const [i, row] of rowsOf(l).entries())
      row.forEach((value, j) => {
        if (j >= i) expect(value).toBe(i === j ? 1 : 0);
        expect(Math.abs(value)).toBeLessThanOrEqual(1);
        if (j < i) expect(u.storage[i * n + j]).toBe(0);
      });
    const b = random(50 + n, n, 2);
    for (const [transposed, matrix] of [
      [false, x],
      [true, t(x)],
    ] as const) {
      const y = solve(x, b, transposed);
      expect(maxDeviation(matmul(matrix, y), b)).toBeLessThan(1e-15 * (1 + norm(x) * norm(y)));
    }
  });
  test('ill-conditioned: Hilbert 10 has a small residual; badly scaled and permuted rows', () => {
    const b = random(1, 10, 1);
    const y = solve(hilbert(10), b, false);
    expect(maxDeviation(matmul(hilbert(10), y), b)).toBeLessThan(1e-15 * norm(hilbert(10)) * norm(y));
    expect(solve(square(0, 1, 1e-300, 0), f64([2, 1], 3, 2e-300), false).toArray()).toEqual([[2], [3]]);
    expect(solve(square(1e-20, 1, 1, 1), f64([2, 1], 1, 2), false).toArray()).toEqual([[1], [1]]);
  });
  test('NaN throughout where singular or not finite', () => {
    for (const x of [square(1, 2, 2, 4), square(0, 0, 0, 1), square(1, nan, 0, 1), square(inf, 0, 0, 1)])
      isNaNThroughout(solve(x, f64([2, 1], 1, 2), false));
    isNaNThroughout(lu(square(1, nan, 0, 1)).u);
  });
});

describe('det, slogdet and cofactor', () => {
  test.each([0, 1, 2, 3, 5])('of order %i are those by minors', (n) => {
    const x = random(10 + n, n, n);
    const expected = leibniz(rowsOf(x));
    expect(Math.abs(det(x).item() - expected)).toBeLessThan(1e-14 * (1 + Math.abs(expected)));
    const { sign, logabsdet } = slogdet(x);
    expect(sign.item()).toBe(Math.sign(expected));
    expect(logabsdet.item()).toBeCloseTo(Math.log(Math.abs(expected)), 13);
    const minors = map(x, (_, i, j) => minorOf(x, i, j));
    expect(maxDeviation(cofactor(x), minors)).toBeLessThan(2e-14);
  });
  test.each([
    [3, 2],
    [4, 3],
    [4, 2],
    [5, 4],
    [4, 0],
  ])('cofactors of order %i and rank %i are those by minors', (n, rank) => {
    const x = map(matmul(random(1, n, rank), random(2, rank, n)), (value) => value);
    const minors = map(x, (_, i, j) => minorOf(x, i, j));
    expect(maxDeviation(cofactor(x), minors)).toBeLessThan(1e-13);
    if (rank === n - 1) expect(norm(minors)).toBeGreaterThan(0.1);
  });
  test('exact at integers: singular, permuted, empty', () => {
    expect(det(square(1, 2, 2, 4)).item()).toBe(0);
    expect(slogdet(square(1, 2, 2, 4)).sign.item()).toBe(0);
    expect(slogdet(square(1, 2, 2, 4)).logabsdet.item()).toBe(-inf);
    expect(cofactor(square(1, 2, 2, 4)).toArray()).toEqual([
      [4, -2],
      [-2, 1],
    ]);
    expect(det(square(0, 1, 0, 0, 0, 1, 1, 0, 0)).item()).toBe(1);
    expect(det(square(0, 1, 1, 0)).item()).toBe(-1);
    expect(det(f64([0, 0])).item()).toBe(1);
    expect(cofactor(f64([1, 1], 7)).toArray()).toEqual([[1]]);
    expect(slogdet(diagonal(1e-200, -1e-200, 1e-300)).logabsdet.item()).toBeCloseTo(-700 * Math.log(10), 10);
    for (const x of [square(1, nan, 0, 1), square(inf, 0, 0, 1)]) {
      expect([det(x).item(), slogdet(x).sign.item(), slogdet(x).logabsdet.item()]).toEqual([nan, nan, nan]);
      isNaNThroughout(cofactor(x));
    }
  });
});

describe('solveTriangular', () => {
  test.each(sizes)('of order %i: each triangle, its transpose, with and without its diagonal', (n) => {
    const a = map(random(n, n, n), (value, i, j) => (i === j ? value + 4 * Math.sign(value) : value));
    const b = random(90 + n, n, 3);
    for (const lower of [false, true])
      for (const transposed of [false, true])
        for (const unitDiagonal of [false, true]) {
          const triangle = map(a, (value, i, j) =>
            i === j && unitDiagonal ? 1 : (lower ? j <= i : j >= i) ? value : 0,
          );
          const y = solveTriangular(a, b, { lower, transposed, unitDiagonal });
          const back = matmul(transposed ? t(triangle) : triangle, y);
          expect(maxDeviation(back, b)).toBeLessThan(1e-15 * (1 + norm(triangle) * norm(y)));
        }
  });
  test('does not read the other triangle, and divides by 0 as IEEE has it', () => {
    const upper = { lower: false, transposed: false, unitDiagonal: false };
    expect(solveTriangular(square(2, 1, nan, 4), f64([2, 1], 4, 8), upper).toArray()).toEqual([[1], [2]]);
    expect(solveTriangular(square(2, 1, 0, 0), f64([2, 1], 4, 8), upper).toArray()).toEqual([[-inf], [inf]]);
  });
});

describe('cholesky', () => {
  test.each(sizes)('of order %i: l lᵀ is x, l a lower triangle with a positive diagonal', (n) => {
    const root = random(20 + n, n, n + 1);
    const x = matmul(root, t(root));
    const l = cholesky(x);
    expect(maxDeviation(matmul(l, t(l)), x)).toBeLessThan(1e-14);
    for (const [i, row] of rowsOf(l).entries()) {
      expect(row[i]).toBeGreaterThan(0);
      expect(row.slice(i + 1).every((value) => value === 0)).toBe(true);
    }
  });
  test('takes the symmetric part; NaN throughout where not positive definite or not finite', () => {
    expect(cholesky(square(4, 1, 3, 5)).toArray()).toEqual([
      [2, 0],
      [1, 2],
    ]);
    expect(cholesky(hilbert(9)).storage.every(Number.isFinite)).toBe(true);
    for (const x of [square(1, 2, 2, 1), square(0, 0, 0, 1), square(1, nan, 0, 1), square(inf, 0, 0, 1)])
      isNaNThroughout(cholesky(x));
  });
});

describe('eigh', () => {
  test.each(sizes)(
    'of order %i: reconstructs the symmetric part; orthonormal; ascending; the largest element > 0',
    (n) => {
      const x = random(30 + n, n, n);
      const symmetric = map(x, (value, i, j) => (value + (x.storage[j * n + i] ?? 0)) / 2);
      const { values, vectors } = eigh(x);
      const scaled = map(vectors, (value, _, j) => value * (values.storage[j] ?? 0));
      expect(maxDeviation(matmul(scaled, t(vectors)), symmetric)).toBeLessThan(1e-14);
      expect(maxDeviation(matmul(t(vectors), vectors), identity(n))).toBeLessThan(1e-14);
      expect([...values.storage]).toEqual([...values.storage].sort((a, b) => a - b));
      for (const column of rowsOf(t(vectors)))
        expect(column.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0)).toBeGreaterThan(0);
    },
  );
  test('finds the values a matrix was made from: repeated, zero, of all sizes', () => {
    for (const values of [
      [-2, -2, 1, 1, 1],
      [0, 0, 0, 5, 5],
      [-1e6, -1, 1e-6, 1, 1e6],
    ]) {
      const q = orthogonal(7, 5);
      const found = eigh(matmul(matmul(q, diagonal(...values)), t(q))).values;
      expect(maxDeviation(found, values)).toBeLessThan(3e-15 * Math.max(...values.map(Math.abs)));
    }
    expect(eigh(square(1, 0, 0, 0, 1, 0, 0, 0, 1)).vectors.storage).toEqual(Float64Array.from(identity(3)));
    expect(eigh(square(0, 1e308, 1e308, 0)).values.toArray()).toEqual([-1e308, 1e308]);
    expect(eigh(square(0, 4e-320, 4e-320, 0)).values.toArray()).toEqual([-4e-320, 4e-320]);
  });
  test('NaN throughout where not finite', () => {
    for (const x of [square(1, nan, 0, 1), square(inf, 0, 0, 1)]) {
      isNaNThroughout(eigh(x).values);
      isNaNThroughout(eigh(x).vectors);
    }
  });
});

describe('leastSquares', () => {
  test.each([
    [3, 3, 3],
    [6, 3, 3],
    [3, 6, 3],
    [5, 4, 2],
    [4, 5, 1],
    [3, 0, 0],
    [0, 3, 0],
  ])('of [%i,%i] and rank %i: the four equations of Penrose', (m, n, rank) => {
    const a = matmul(random(1, m, rank), random(2, rank, n));
    const p = leastSquares(a, square(...identity(m)), 1e-12);
    expect(p.shape).toEqual([n, m]);
    const [ap, pa] = [matmul(a, p), matmul(p, a)];
    expect(maxDeviation(matmul(ap, a), a)).toBeLessThan(1e-13);
    expect(maxDeviation(matmul(pa, p), p)).toBeLessThan(1e-12);
    expect(maxDeviation(ap, t(ap))).toBeLessThan(1e-13);
    expect(maxDeviation(pa, t(pa))).toBeLessThan(1e-13);
  });
  test('NaN throughout where not finite', () => {
    isNaNThroughout(leastSquares(square(1, nan, 0, 1), square(1, 0, 0, 1), 0));
  });
});

describe('expm', () => {
  test.each([1, 2, 3, 5, 7])('the largest numbers there are, %d by %d, come to an end', (n) => {
    const huge = f64([n, n], ...new Array(n * n).fill(Number.MAX_VALUE));
    expect([...expm(huge, []).storage].some(Number.isFinite)).toBe(false);
  });
  /** Terms of the series, of a matrix so small that they end soon: exp(x) = exp(x / 2ᵏ) squared k times. */
  const series = (x: Concrete, k: number): Concrete => {
    if (k > 0) {
      const half = series(
        map(x, (value) => value / 2),
        k - 1,
      );
      return matmul(half, half);
    }
    const n = x.shape[0] ?? 0;
    let [sum, term]: [Concrete, Concrete] = [square(...identity(n)), square(...identity(n))];
    for (let i = 1; i < 30; i++) {
      term = map(matmul(term, x), (value) => value / i);
      const last = term;
      sum = map(sum, (value, row, column) => value + (last.storage[row * n + column] ?? 0));
    }
    return sum;
  };
  test.each([0, 1, 2, 3, 5])('of order %i agrees with the series', (n) => {
    for (const size of [1e-8, 1, 8]) {
      const x = map(random(40 + n, n, n), (value) => size * value);
      const expected = series(x, 5);
      expect(maxDeviation(expm(x, []), expected)).toBeLessThan(2e-13 * (1 + norm(expected)));
    }
  });
  test('closed forms: a rotation, a Jordan block, a projection', () => {
    const [c, s] = [Math.cos(20), Math.sin(20)];
    expect(maxDeviation(expm(square(0, -20, 20, 0), []), [c, -s, s, c])).toBeLessThan(1e-13);
    const jordan = expm(square(-3, 1e5, 0, -3), []).storage;
    expect(jordan[0] ?? 0).toBeCloseTo(Math.exp(-3), 12); // scaled down for the sake of 1e5
    expect((jordan[1] ?? 0) / (1e5 * Math.exp(-3))).toBeCloseTo(1, 10);
    expect(
      maxDeviation(
        expm(square(0.5, 0.5, 0.5, 0.5), []),
        [0, 1, 1, 0].map((off) => 1 - off + (Math.E - 1) / 2),
      ),
    ).toBeLessThan(1e-15);
  });
  test('derivatives along one and two directions agree with differences of the exponential', () => {
    const [x, e, f] = [random(1, 3, 3), random(2, 3, 3), random(3, 3, 3)];
    const at = (p: number, q: number) =>
      expm(
        map(x, (value, i, j) => value + p * (e.storage[3 * i + j] ?? 0) + q * (f.storage[3 * i + j] ?? 0)),
        [],
      );
    const h = 1e-4;
    const first = map(at(h, 0), (value, i, j) => (value - (at(-h, 0).storage[3 * i + j] ?? 0)) / (2 * h));
    expect(maxDeviation(expm(x, [e]), first)).toBeLessThan(1e-6);
    const mixed = map(at(h, h), (value, i, j) => {
      const of = (p: number, q: number) => at(p, q).storage[3 * i + j] ?? 0;
      return (value - of(h, -h) - of(-h, h) + of(-h, -h)) / (4 * h * h);
    });
    expect(maxDeviation(expm(x, [e, f]), mixed)).toBeLessThan(1e-5);
    expect(maxDeviation(expm(x, [f, e]), expm(x, [e, f]))).toBeLessThan(1e-13);
  });
  test('does not hang at huge numbers; NaN throughout where not finite', () => {
    expect(expm(f64([1, 1], -1e308), []).item()).toBe(0);
    expect(expm(f64([1, 1], 1e308), []).item()).toBe(inf);
    for (const x of [square(1, nan, 0, 1), square(inf, 0, 0, 1)]) isNaNThroughout(expm(x, []));
    isNaNThroughout(expm(square(1, 0, 0, 1), [square(1, nan, 0, 1)]));
  });
});

test('float32 is the rounded float64', () => {
  const narrow = cast(matmul(random(1, 4, 5), t(random(1, 4, 5))), 'float32');
  const wide = cast(narrow, 'float64');
  for (const f of [
    cholesky,
    cofactor,
    det,
    (x: Concrete) => eigh(x).vectors,
    (x: Concrete) => expm(x, []),
    (x: Concrete) => solve(x, x, true),
  ]) {
    expect(f(narrow).dtype).toBe('float32');
    expect(f(narrow).storage).toEqual(cast(f(wide), 'float32').storage);
  }
});

import { eye, type Tensor, tensor, zeros } from '@throughline/tensor';
import { maxDeviation } from '@throughline/tensor/testing';
import { describe, expect, it, test } from 'vitest';
import {
  at,
  concat,
  grad,
  hessian,
  jvp,
  key,
  matmul,
  mul,
  normal,
  stack,
  sub,
  sum,
  transpose,
  vjp,
  vmap,
} from '../index.ts';
import { checkGrads } from '../testing/gradients/index.ts';
import {
  cholesky,
  choSolve,
  cofactor,
  det,
  eigh,
  eigvalsh,
  expm,
  inv,
  lstsq,
  lu,
  matrixPower,
  matrixRank,
  pinv,
  qr,
  singularValues,
  slogdet,
  solve,
  solveTriangular,
  spectralRadius,
  svd,
} from './index.ts';

const random = (seed: number, ...shape: number[]): Tensor => normal(key(seed), shape);
const largest = (x: Tensor): number => Math.max(0, ...[...x.data].map(Math.abs));
const off = (x: Tensor, y: Tensor): number => {
  expect(x.shape).toEqual(y.shape);
  return largest(sub(x, y));
};
const regular = (seed: number, n: number): Tensor => random(seed, n, n).add(eye(n).mul(4));
const definite = (seed: number, n: number): Tensor => {
  const x = random(seed, n, n);
  return matmul(x, transpose(x)).add(eye(n));
};
const isNaNThroughout = (x: Tensor): boolean => [...x.data].every(Number.isNaN);
const right = (f: (...xs: readonly Tensor[]) => Tensor | readonly Tensor[], ...xs: Tensor[]): void =>
  expect(checkGrads(f, xs, { order: 1, tolerance: 1e-8 })).toMatchObject({ verdict: 'right' });

describe('composites have right derivatives in both modes', () => {
  it.each([1, 2, 3])('of order %i', (n) => {
    const x = regular(n, n);
    const b = random(9, n, 2);
    right((a = x) => inv(a), x);
    right((l = x, c = b) => choSolve(l, c), x, b);
    right((l = x, c = b) => choSolve(l, c, { upper: true }), x, b);
    right((a = x) => [matrixPower(a, 3), matrixPower(a, -2)], x.div(4));
    right((a = x) => choSolve(cholesky(a), b), definite(n, n));
    right((a = x) => eigvalsh(a), x);
    right((a = x) => singularValues(a), x);
  });
  it.each([
    [3, 2],
    [2, 3],
    [4, 1],
  ])('of [%i,%i]', (m, n) => {
    const x = random(m + n, m, n);
    right((a = x) => pinv(a), x);
    right((a = x, b = x) => lstsq(a, b), x, random(5, m));
    right((a = x) => Object.values(qr(a, 'complete')), x);
  });
});

describe('meaning', () => {
  test('inv, solve, choSolve, matrixPower and pinv agree with each other', () => {
    const [x, b] = [regular(1, 4), random(2, 4, 3)];
    expect(off(matmul(inv(x), x), eye(4))).toBeLessThan(1e-15);
    expect(off(solve(x, b), matmul(inv(x), b))).toBeLessThan(1e-15);
    expect(off(solve(x, at(b, 0, 1)), at(solve(x, b), 0, 1))).toBeLessThan(1e-15);
    expect(off(pinv(x), inv(x))).toBeLessThan(1e-15);
    expect(off(matrixPower(x, -3), matmul(inv(x), matmul(inv(x), inv(x))))).toBeLessThan(1e-15);
    const d = definite(3, 4);
    expect(off(choSolve(cholesky(d), b), solve(d, b))).toBeLessThan(1e-13);
    expect(off(choSolve(cholesky(d, { upper: true }), b, { upper: true }), solve(d, b))).toBeLessThan(1e-13);
    expect(matrixPower(x, 0).toArray()).toEqual(eye(4).toArray());
  });

  test('matrixRank counts, with a tolerance of its own or the one given', () => {
    const x = stack([eye(3), matmul(random(1, 3, 2), random(2, 2, 3)), zeros([3, 3])]);
    expect(matrixRank(x).toArray()).toEqual([3, 2, 0]);
    expect(
      matrixRank(
        tensor([
          [1, 0],
          [0, 1e-3],
        ]),
        { tolerance: 0.01 },
      ).item(),
    ).toBe(1);
    expect(matrixRank(zeros([2, 0, 3])).toArray()).toEqual([0, 0]);
    expect(matrixRank(tensor([[1, Number.NaN]])).item()).toBe(0);
  });

  test('lstsq is the shortest of the best', () => {
    const a = tensor([
      [1, 0, 0],
      [2, 0, 0],
      [0, 0, 0],
    ]);
    expect(maxDeviation(lstsq(a, tensor([1, 3, 7])), [1.4, 0, 0])).toBeLessThan(1e-15);
    expect(lstsq(zeros([2, 0]), tensor([1, 2])).shape).toEqual([0]);
    expect(lstsq(zeros([0, 2]), zeros([0])).toArray()).toEqual([0, 0]);
  });

  it.each([
    [4, 2],
    [3, 3],
    [2, 4],
    [3, 0],
  ])("qr of [%i,%i] in mode 'complete' has a square orthogonal q", (m, n) => {
    const x = random(m, m, n);
    const { q, r } = qr(x, 'complete');
    expect([q.shape, r.shape]).toEqual([
      [m, m],
      [m, n],
    ]);
    expect(off(matmul(q, r), x)).toBeLessThan(1e-14);
    expect(off(matmul(transpose(q), q), eye(m))).toBeLessThan(1e-14);
    const reduced = qr(x);
    for (let j = 0; j < Math.min(m, n); j++) expect(off(at(q, j, 1), at(reduced.q, j, 1))).toBeLessThan(1e-15);
  });
});

const operations: readonly (readonly [string, (x: Tensor) => readonly Tensor[]])[] = [
  ['svd', (x) => Object.values(svd(x))],
  ['qr', (x) => Object.values(qr(x))],
  ['eigh', (x) => Object.values(eigh(x))],
  ['lu', (x) => Object.values(lu(x))],
  ['slogdet', (x) => Object.values(slogdet(x))],
  ['cholesky', (x) => [cholesky(x)]],
  ['det', (x) => [det(x)]],
  ['cofactor', (x) => [cofactor(x)]],
  ['inv', (x) => [inv(x)]],
  ['pinv', (x) => [pinv(x)]],
  ['expm', (x) => [expm(x)]],
  ['spectralRadius', (x) => [spectralRadius(x)]],
  ['solve', (x) => [solve(x, x)]],
  ['solveTriangular', (x) => [solveTriangular(x, x)]],
];

describe('stacks are matrices one by one, bit for bit', () => {
  const list = [definite(1, 3), definite(2, 3), definite(3, 3), definite(4, 3)];
  it.each(operations)('%s', (_, f) => {
    const pair = (i: number): Tensor => stack([list[i] as Tensor, list[i + 1] as Tensor]); // i + 1 < 4
    const stacked = f(stack([pair(0), pair(2)]));
    const mapped = vmap((x: Tensor) => f(x))(stack(list));
    stacked.forEach((y, k) => {
      const one = list.map((x) => f(x)[k] as Tensor); // as many results
      expect([...y.data]).toEqual(one.flatMap((part) => [...part.data]));
      expect(y.shape).toEqual([2, 2, ...(one[0]?.shape ?? [])]);
      expect([...(mapped[k]?.data ?? [])]).toEqual([...y.data]);
    });
  });
  it.each(operations)('%s of none, and of order 0', (_, f) => {
    for (const y of f(zeros([0, 2, 2]))) expect(y.size).toBe(0);
    for (const y of f(zeros([3, 0, 0]))) expect(y.shape[0]).toBe(3);
  });
  it.each([
    ['solve', (x: Tensor) => solve(x, x)],
    ['qr', (x: Tensor) => qr(x).q],
    ['eigh', (x: Tensor) => eigh(x).eigenvectors],
    ['det', det],
  ] as const)('the gradient of %s of none', (_, f) => {
    for (const shape of [
      [0, 2, 2],
      [2, 0, 0],
    ])
      expect(grad((x: Tensor) => sum(f(x)))(zeros(shape)).shape).toEqual(shape);
  });
  test('batches of both sides broadcast', () => {
    const [a, b] = [stack([regular(1, 3), regular(2, 3)]), random(3, 4, 1, 3, 2)];
    const y = solve(a, b);
    expect(y.shape).toEqual([4, 2, 3, 2]);
    expect(off(at(at(y, 3), 1), solve(at(a, 1), at(at(b, 3), 0)))).toBe(0);
    expect(solve(a, tensor([1, 2, 3])).shape).toEqual([2, 3]);
    right((p = a, q = b) => solve(p, q), a, random(3, 1, 3, 1));
  });
});

describe('where there is no derivative, or not one', () => {
  const ones = (f: (x: Tensor) => Tensor) => grad((x: Tensor) => sum(f(x)));
  const singular = tensor([
    [1, 2],
    [2, 4],
  ]);

  test('det of rank n − 1 and less: the cofactors; its second order NaN for n > 2 and right for n = 2', () => {
    expect(grad(det)(singular).toArray()).toEqual([
      [4, -2],
      [-2, 1],
    ]);
    const rank1 = tensor([
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ]);
    expect(largest(grad(det)(rank1))).toBe(0);
    expect(hessian(det)(singular).toArray()).toEqual(hessian(det)(eye(2)).toArray());
    expect(isNaNThroughout(grad((x: Tensor) => sum(grad(det)(x)))(rank1))).toBe(true);
  });

  test('slogdet and inv of a singular matrix: −∞ and NaN, gradients NaN', () => {
    expect([slogdet(singular).sign.item(), slogdet(singular).logabsdet.item()]).toEqual([0, Number.NEGATIVE_INFINITY]);
    expect(isNaNThroughout(grad((x: Tensor) => slogdet(x).logabsdet)(singular))).toBe(true);
    for (const f of [inv, (x: Tensor) => solve(x, tensor([1, 2]))]) {
      expect(isNaNThroughout(f(singular))).toBe(true);
      expect(isNaNThroughout(ones(f)(singular))).toBe(true);
    }
    expect(grad((x: Tensor) => slogdet(x).sign)(eye(2)).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  test('cholesky of what is not positive definite: NaN, gradient too', () => {
    expect(isNaNThroughout(cholesky(singular))).toBe(true);
    expect(isNaNThroughout(ones(cholesky)(singular))).toBe(true);
  });

  test('eigenvalues that are equal: their gradient stays, that of the vectors is not finite', () => {
    expect(ones(eigvalsh)(eye(3)).toArray()).toEqual(eye(3).toArray());
    const weights = random(1, 2, 2);
    const through = grad((x: Tensor) => sum(mul(eigh(x).eigenvectors, weights)))(eye(2));
    expect([...through.data].some(Number.isFinite)).toBe(false);
    expect(off(ones(eigvalsh)(random(1, 3, 3)), eye(3))).toBeLessThan(1e-14);
  });

  test('pinv and lstsq where singular values are equal, or 0: right along changes that keep the rank', () => {
    right((x = singular) => pinv(x), eye(3));
    const [x, direction] = [matmul(random(1, 3, 2), random(2, 2, 3)), random(3, 3, 3)];
    const along = (t: number): Tensor => {
      const turn = expm(mul(sub(direction, transpose(direction)), t));
      return matmul(turn, x);
    };
    const h = 1e-4;
    const difference = sub(pinv(along(h)), pinv(along(-h))).div(2 * h);
    const { tangent } = jvp(
      (t: Tensor) => pinv(matmul(expm(mul(sub(direction, transpose(direction)), t)), x)),
      tensor(0),
      tensor(1),
    );
    expect(off(tangent, difference)).toBeLessThan(1e-5);
  });

  test('qr of columns that depend on each other: not finite; spectralRadius says that it has none', () => {
    expect(
      [
        ...ones((x) => qr(x).q)(
          tensor([
            [1, 1],
            [1, 1],
          ]),
        ).data,
      ].every(Number.isFinite),
    ).toBe(false);
    expect(() => grad((x: Tensor) => spectralRadius(x))(eye(2))).toThrow('spectralRadius: has no derivative');
  });

  it.each(operations)('%s of NaN or ∞ is NaN', (_, f) => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY])
      for (const y of f(concat([eye(2), tensor([[bad, 1]])]).slice([1], [3])))
        if (y.dtype !== 'int32') expect([...y.data].some(Number.isNaN)).toBe(true);
  });
});

describe('errors', () => {
  const cases: readonly (readonly [() => unknown, string])[] = [
    [() => inv(zeros([2, 3])), 'inv: f64[2,3] is not square (2 ≠ 3). Use pinv.'],
    [() => det(zeros([2, 3])), 'det: f64[2,3] is not square (2 ≠ 3). Use svd(x).s, whose product is the volume.'],
    [() => slogdet(zeros([2, 3])), 'slogdet: f64[2,3] is not square (2 ≠ 3). Use log of svd(x).s.'],
    [() => cofactor(zeros([2, 3])), 'cofactor: f64[2,3] is not square (2 ≠ 3). Use slice to cut a square.'],
    [() => lu(zeros([2, 3])), 'lu: f64[2,3] is not square (2 ≠ 3). Use qr.'],
    [() => eigh(zeros([2, 3])), 'eigh: f64[2,3] is not square (2 ≠ 3). Use svd.'],
    [() => eigvalsh(zeros([2, 3])), 'eigvalsh: f64[2,3] is not square (2 ≠ 3). Use singularValues.'],
    [
      () => cholesky(zeros([2, 3])),
      'cholesky: f64[2,3] is not square (2 ≠ 3). Use matmul(transpose(x), x) for a Gram matrix.',
    ],
    [() => expm(zeros([2, 3])), 'expm: f64[2,3] is not square (2 ≠ 3). Use exp for each element.'],
    [() => matrixPower(zeros([2, 3]), 2), 'matrixPower: f64[2,3] is not square (2 ≠ 3). Use matmul.'],
    [() => matrixPower(eye(2), 0.5), 'matrixPower: the exponent 0.5 is not an integer.'],
    [() => solve(zeros([2, 3]), zeros([2])), 'solve: f64[2,3] is not square (2 ≠ 3). Use lstsq.'],
    [() => solve(eye(2), zeros([3])), 'solve: the rows of f64[2,2] and f64[3] differ (2 ≠ 3).'],
    [() => solve(eye(2), zeros([])), 'solve: the right side f64[] is a scalar. Use a vector or a matrix.'],
    [
      () => solve(zeros([2, 3, 3]), zeros([4, 3, 1])),
      'solve: the batches of f64[2,3,3] and f64[4,3,1] differ (2 ≠ 4).',
    ],
    [
      () => solve(eye(2), eye(2, 'float32')),
      "solve: cannot mix f64[2,2] with f32[2,2]. Convert one with cast(x, 'float64').",
    ],
    [
      () => solveTriangular(eye(2), zeros([3, 1])),
      'solveTriangular: the rows of f64[2,2] and f64[3,1] differ (2 ≠ 3).',
    ],
    [() => choSolve(zeros([2, 3]), zeros([2])), 'choSolve: f64[2,3] is not square (2 ≠ 3). Use lstsq.'],
    [() => lstsq(eye(2), zeros([3])), 'lstsq: the rows of f64[2,2] and f64[3] differ (2 ≠ 3).'],
    [() => lstsq(eye(2), zeros([2]), { tolerance: -1 }), 'lstsq: the tolerance -1 is not a number ≥ 0.'],
    [() => pinv(eye(2), { tolerance: Number.NaN }), 'pinv: the tolerance NaN is not a number ≥ 0.'],
    [() => pinv(zeros([2])), 'pinv: f64[2] is not a matrix. Use reshape(x, [m, n]).'],
    [() => matrixRank(eye(2), { tolerance: -1 }), 'matrixRank: the tolerance -1 is not a number ≥ 0.'],
    [() => eigh(eye(2, 'int32')), "eigh: takes float64 or float32, got i32[2,2]. Convert with cast(x, 'float64')."],
    [() => qr(eye(2), 'full' as 'complete'), "qr: there is no mode 'full'. Use 'reduced' or 'complete'."], // what JavaScript may pass
  ];
  it.each(cases)('%s', (call, message) => {
    expect(call).toThrow(message);
  });
});

test('the gradient of a stack is that of each matrix', () => {
  const xs = stack([definite(1, 3), definite(2, 3)]);
  const weights = random(4, 2, 3, 3);
  for (const f of [cholesky, inv, expm, (x: Tensor) => qr(x).q, (x: Tensor) => eigh(x).eigenvectors]) {
    const [whole] = [vjp(f, xs).pullback(weights)];
    for (const n of [0, 1]) expect(off(at(whole, n), vjp(f, at(xs, n)).pullback(at(weights, n)))).toBe(0);
  }
});

import { key, matmul, normal, transpose, uniform } from '@throughline/autograd';
import { qr } from '@throughline/autograd/linalg';
import { full, type Tensor, tensor, zeros } from '@throughline/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { affine, defineCell, elman, gate, lstm, rnn, rnnRelu, slot, unroll } from '../../index.ts';
import { lyapunov, stepJacobians } from '../index.ts';

const linear = elman({ name: 'linear', activation: (x) => x });
/** A linear net with the matrix U, over T steps of noise. */
const linearRun = (U: Tensor, T: number) => {
  const [H] = U.shape as [number];
  return unroll(linear, { h: { W: normal(key(1), [1, H]), U, b: zeros([H]) } }, normal(key(2), [T, 2, 1]));
};
const far = (a: readonly number[], b: readonly number[]): number => {
  expect(a.length).toBe(b.length);
  return Math.max(0, ...a.map((value, i) => (value === b[i] ? 0 : Math.abs(value - (b[i] as number)))));
};
const orthogonal = (n: number, seed: number): Tensor => qr(normal(key(seed), [n, n])).q;
const message = (ask: () => unknown): string => {
  try {
    ask();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

/** Blocks [modulus, angle] (angle 0: one real eigenvalue) on the diagonal, turned by a basis that is far from orthogonal. */
function withEigenvalues(
  blocks: readonly (readonly [number, number])[],
  seed: number,
): { U: Tensor; moduli: number[] } {
  const moduli = blocks.flatMap(([modulus, angle]) => (angle === 0 ? [modulus] : [modulus, modulus]));
  const n = moduli.length;
  const rows = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  let at = 0;
  for (const [modulus, angle] of blocks) {
    const put = (i: number, j: number, value: number): void => {
      (rows[at + i] as number[])[at + j] = value;
    };
    put(0, 0, modulus * Math.cos(angle));
    if (angle !== 0) {
      put(0, 1, -modulus * Math.sin(angle));
      put(1, 0, modulus * Math.sin(angle));
      put(1, 1, modulus * Math.cos(angle));
    }
    at += angle === 0 ? 1 : 2;
  }
  // P = Q₁ diag(1…3) Q₂, so that its inverse is known.
  const scales = Array.from({ length: n }, (_, i) => 1 + (2 * i) / Math.max(1, n - 1));
  const diagonal = (values: number[]): Tensor => tensor(values.map((v, i) => values.map((_, j) => (i === j ? v : 0))));
  const [left, right] = [orthogonal(n, seed), orthogonal(n, seed + 1)];
  const P = matmul(matmul(left, diagonal(scales)), right);
  const inverse = matmul(matmul(transpose(right), diagonal(scales.map((v) => 1 / v))), transpose(left));
  return { U: matmul(matmul(P, tensor(rows)), inverse), moduli };
}

describe('linear nets', () => {
  test.each([
    [
      'real',
      [
        [0.9, 0],
        [-0.7, 0],
        [0.4, 0],
      ],
    ],
    [
      'a pair',
      [
        [0.9, 1.1],
        [0.6, 0],
      ],
    ],
    [
      'two pairs and two real',
      [
        [1.05, 0.3],
        [0.8, 2.4],
        [0.5, 0],
        [0.2, 0],
      ],
    ],
    [
      'growing',
      [
        [1.3, 0],
        [1.1, 0.8],
      ],
    ],
    ['one', [[0.5, 0]]],
  ] as const)('%s: the exponents are ln|λ| to 1e-10', (_, blocks) => {
    const { U, moduli } = withEigenvalues(blocks, 3);
    const { exponents, drift } = lyapunov(linearRun(U, 1000));
    const expected = moduli.map((v) => Math.log(Math.abs(v))).sort((a, b) => b - a);
    expect(far(exponents, expected)).toBeLessThanOrEqual(1e-10);
    expect(Math.max(...drift)).toBeLessThanOrEqual(1e-6);
  });
  test('random eigenvalues, moduli apart', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ gap: fc.integer({ min: 20, max: 60 }), angle: fc.constantFrom(0, 0, 0.4, 1, 1.9, 2.7) }), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.nat(1000),
        (list, seed) => {
          let modulus = 1.2;
          const { U, moduli } = withEigenvalues(
            list.map(({ gap, angle }) => {
              modulus *= 1 - gap / 100;
              return [modulus, angle] as const;
            }),
            seed,
          );
          const { exponents } = lyapunov(linearRun(U, 1000));
          expect(far(exponents, moduli.map(Math.log))).toBeLessThanOrEqual(1e-10);
        },
      ),
      { numRuns: 12 },
    );
  });
  test('the plain mean is Benettin’s: its sum is the mean of ln|det|, and a pair is off by about 1/T', () => {
    const { U, moduli } = withEigenvalues(
      [
        [0.9, 1.1],
        [0.6, 0],
      ],
      3,
    );
    const { exponents } = lyapunov(linearRun(U, 300), { average: 'plain' });
    const added = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
    expect(Math.abs(added(exponents) - added(moduli.map(Math.log)))).toBeLessThanOrEqual(1e-12);
    const off = far(exponents, moduli.map(Math.log));
    expect(off).toBeGreaterThan(1e-7);
    expect(off).toBeLessThan(1e-2);
  });
  test('orthogonal: zero to 1e-10, by either mean, from the first step on', () => {
    for (const [n, seed] of [
      [1, 1],
      [2, 2],
      [5, 3],
      [8, 4],
    ] as const) {
      for (const average of ['smooth', 'plain'] as const) {
        for (const T of [1, 50]) {
          const { exponents } = lyapunov(linearRun(orthogonal(n, seed), T), { average, spinUp: 0 });
          expect(far(exponents, new Array<number>(n).fill(0))).toBeLessThanOrEqual(1e-10);
        }
      }
    }
  });
  test('a zero eigenvalue gives −∞, and leaves the others', () => {
    const { U } = withEigenvalues(
      [
        [0.9, 0],
        [0.5, 0],
        [0, 0],
        [0, 0],
      ],
      5,
    );
    const { exponents } = lyapunov(linearRun(U, 1000));
    expect(far(exponents.slice(0, 2), [Math.log(0.9), Math.log(0.5)])).toBeLessThanOrEqual(1e-10);
    expect(exponents.slice(2)).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    const nilpotent = tensor([
      [0, 1],
      [0, 0],
    ]);
    expect(lyapunov(linearRun(nilpotent, 20)).exponents).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect(lyapunov(linearRun(zeros([2, 2]), 1)).drift).toEqual([0, 0]);
    expect(
      lyapunov(
        linearRun(
          tensor([
            [0, 0],
            [0, 2],
          ]),
          50,
        ),
      ).exponents,
    ).toEqual([Math.log(2), Number.NEGATIVE_INFINITY]);
  });
  test('a defective eigenvalue converges, slowly', () => {
    const jordan = tensor([
      [0.9, 1],
      [0, 0.9],
    ]);
    const off = (T: number): number => far(lyapunov(linearRun(jordan, T)).exponents, [Math.log(0.9), Math.log(0.9)]);
    expect(off(400)).toBeLessThan(0.01);
    expect(off(1600)).toBeLessThan(off(400) / 2);
  });
  test('the largest ones alone are the largest ones', () => {
    const { U } = withEigenvalues(
      [
        [0.9, 1.1],
        [0.6, 0],
        [0.3, 0],
      ],
      8,
    );
    const all = lyapunov(linearRun(U, 800)).exponents;
    const two = lyapunov(linearRun(U, 800), { count: 3 }).exponents;
    expect(far(two, all.slice(0, 3))).toBeLessThanOrEqual(1e-9);
  });
});

describe('nets', () => {
  test('one unit: the mean of ln|u (1 − h²)|', () => {
    const params = { h: { W: tensor([[0.4]]), U: tensor([[0.8]]), b: tensor([0.1]) } };
    const run = unroll(rnn, params, normal(key(3), [40, 2, 1]));
    for (const row of [0, 1]) {
      const rates = Array.from({ length: 40 }, (_, n) => {
        const h = run.out.data[n * 2 + row] as number;
        return Math.log(0.8 * (1 - h * h));
      });
      const [plain] = lyapunov(run, { row, average: 'plain' }).exponents;
      expect(Math.abs((plain as number) - rates.reduce((a, b) => a + b, 0) / 40)).toBeLessThanOrEqual(1e-14);
    }
    expect(lyapunov(run, { row: 0 }).exponents).not.toEqual(lyapunov(run, { row: 1 }).exponents);
  });
  test('the sum is the mean of ln|det| of the steps: an LSTM’s states, one of them nested away', () => {
    const run = unroll(lstm, lstm.init(key(5), { I: 2, H: 2 }), normal(key(6), [30, 1, 2]));
    const steps = stepJacobians(run).toArray() as number[][][];
    const determinant = (a: number[][]): number =>
      a.length === 1
        ? (a[0]?.[0] as number)
        : (a[0] as number[]).reduce(
            (sum, v, j) =>
              sum + (j % 2 === 0 ? 1 : -1) * v * determinant(a.slice(1).map((r) => r.filter((_, k) => k !== j))),
            0,
          );
    const expected = steps.reduce((sum, step) => sum + Math.log(Math.abs(determinant(step))), 0) / 30;
    const { exponents } = lyapunov(run, { average: 'plain' });
    expect(Math.abs(exponents.reduce((a, b) => a + b, 0) - expected)).toBeLessThanOrEqual(1e-10);
    expect(exponents.length).toBe(4);
  });
  test('chaos: a large random net grows, and differences of two runs grow at that rate', () => {
    const H = 24;
    const big = {
      h: {
        W: zeros([1, H]),
        U: normal(key(4), [H, H]).mul(2.5 / Math.sqrt(H)),
        b: zeros([H]),
      },
    };
    const xs = zeros([400, 1, 1]);
    const from = { h: uniform(key(7), [1, H]).sub(0.5) };
    const [largest] = lyapunov(unroll(rnn, big, xs, { from }), { count: 1 }).exponents as [number];
    expect(largest).toBeGreaterThan(0.05);
    // Two runs that start 1e-12 apart.
    const start = unroll(rnn, big, zeros([100, 1, 1]), { from }).last.h;
    const apart = (T: number): number => {
      const a = unroll(rnn, big, zeros([T, 1, 1]), { from: { h: start } }).last.h.toTypedArray();
      const b = unroll(rnn, big, zeros([T, 1, 1]), { from: { h: start.add(1e-12) } }).last.h.toTypedArray();
      return Math.hypot(...a.map((v, i) => v - (b[i] as number)));
    };
    const measured = Math.log(apart(70) / apart(10)) / 60;
    expect(Math.abs(measured - largest)).toBeLessThan(0.1);
  });
  test('relu units that are off lose their direction; when all are, everything is lost', () => {
    const params = {
      h: {
        W: tensor([[1, -1]]),
        U: tensor([
          [0.5, 0],
          [0, 0.5],
        ]),
        b: zeros([2]),
      },
    };
    const run = unroll(rnnRelu, params, full([5, 1, 1], 1));
    expect(far(lyapunov(run).exponents, [Math.log(0.5), Number.NEGATIVE_INFINITY])).toBeLessThanOrEqual(1e-15);
    expect(lyapunov(unroll(rnnRelu, params, full([5, 1, 1], 0))).exponents).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]);
  });
  test('NaN stays NaN; float32; counters are no directions', () => {
    const broken = { h: { W: tensor([[Number.NaN]]), U: tensor([[0.5]]), b: zeros([1]) } };
    expect(lyapunov(unroll(rnn, broken, full([3, 1, 1], 1))).exponents).toEqual([Number.NaN]);
    const single = rnn.init(key(1), { I: 1, H: 3, dtype: 'float32' });
    const xs = normal(key(2), [50, 1, 1], { dtype: 'float32' });
    const double = {
      h: { W: single.h.W.cast('float64'), U: single.h.U.cast('float64'), b: single.h.b.cast('float64') },
    };
    const [a, b] = [
      lyapunov(unroll(rnn, single, xs)).exponents,
      lyapunov(unroll(rnn, double, xs.cast('float64'))).exponents,
    ];
    expect(far(a, b)).toBeLessThanOrEqual(1e-4);
    const counting = defineCell({
      name: 'counting',
      params: { f: gate() },
      state: { n: slot('B', { dtype: 'int32' }), deep: { h: slot('BH') } },
      step: (p, { n, deep }, x) => {
        const h = affine(p.f, x, deep.h);
        return { state: { n: n.add(1), deep: { h } }, out: h };
      },
    });
    const U = tensor([
      [0.5, 0],
      [0, 0.25],
    ]);
    const run = unroll(counting, { f: { W: zeros([1, 2]), U, b: zeros([2]) } }, zeros([60, 1, 1]));
    expect(far(lyapunov(run).exponents, [Math.log(0.5), Math.log(0.25)])).toBeLessThanOrEqual(1e-10);
  });
});

const run = linearRun(tensor([[0.5]]), 3);
test.each([
  [() => lyapunov(run, { row: 2 }), 'lyapunov: there is no row 2: the batch has rows 0…1.'],
  [
    () => lyapunov(unroll(linear, run.origin.params, zeros([3, 0, 1]))),
    'lyapunov: there is no row 0: the batch is empty.',
  ],
  [() => lyapunov(run, { count: 2 }), 'lyapunov: count is 2, not an integer from 1 to 1.'],
  [() => lyapunov(run, { spinUp: -1 }), 'lyapunov: spinUp is -1, not an integer ≥ 0.'],
  [() => lyapunov(run, { average: 'fine' as 'plain' }), "lyapunov: average is \"fine\", neither 'smooth' nor 'plain'."],
])('errors %#', (ask, text) => expect(message(ask)).toBe(text));

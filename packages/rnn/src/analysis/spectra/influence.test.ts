import { key, mul, normal, sum, tanh } from '@throughline/autograd';
import { singularValues } from '@throughline/autograd/linalg';
import { full, type Tensor, tensor, zeros } from '@throughline/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AnyCell,
  affine,
  defineCell,
  elman,
  gate,
  gru,
  gruResetBefore,
  type Line,
  lstm,
  param,
  rnn,
  rnnRelu,
  slot,
  unroll,
} from '../../index.ts';
import { influence, memoryTime, powerIteration, stepJacobians, total } from '../index.ts';

const far = (a: Tensor, b: Tensor): number => {
  expect(a.shape).toEqual(b.shape);
  const right = b.toTypedArray();
  return Math.max(0, ...a.toTypedArray().map((value, i) => Math.abs(value - (right[i] as number))));
};
const message = (ask: () => unknown): string => {
  try {
    ask();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

/** A table of states, made of the next h; a delayed h; a counter. */
const nested = defineCell({
  name: 'nested',
  params: { f: gate(), keep: param('KH') },
  state: { deep: { m: slot('BKH'), h: slot('BH') }, old: slot('BH'), n: slot('B', { dtype: 'int32' }) },
  step(p, { deep, old, n }, x) {
    const h = tanh(affine(p.f, x, deep.h).add(old));
    const m = mul(deep.m, p.keep).add(h.reshape([h.shape[0] as number, 1, h.shape[1] as number]));
    return { state: { deep: { m, h: h.add(sum(m, 1)) }, old: deep.h, n: n.add(1) }, out: h };
  },
});
const cells: readonly AnyCell[] = [rnn, rnnRelu, lstm, gru, gruResetBefore, nested];
const setting = fc.record({
  T: fc.integer({ min: 1, max: 6 }),
  B: fc.integer({ min: 1, max: 2 }),
  I: fc.integer({ min: 1, max: 3 }),
  H: fc.integer({ min: 1, max: 3 }),
  seed: fc.nat(1000),
});

describe.each(cells.map((cell) => [cell.name, cell] as const))('%s', (_, cell) => {
  test('products of the steps are the total derivatives, for every pair of states and times', () => {
    fc.assert(
      fc.property(setting, (at) => {
        const { T, B, I, H, seed } = at;
        const run = unroll(cell, cell.init(key(seed), { I, H, K: 2 }), normal(key(seed + 1), [T, B, I]));
        const names = cell.stateNames.filter((name) => name !== 'n');
        const lineOf = (name: string): Line =>
          name.split('.').reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], run.lines) as Line;
        const row = seed % B;
        for (const of of names) {
          for (const on of names) {
            const found = influence(run, { of, on, row });
            for (let t = 0; t <= T; t++) {
              for (let k = 0; k <= t; k++) {
                const expected = total(lineOf(of).at(t), lineOf(on).at(k)).matrix(row);
                expect(far(found.matrix(t, k), expected)).toBeLessThanOrEqual(1e-12);
              }
            }
            const norms = found.to(T);
            expect(norms.length).toBe(T + 1);
            norms.forEach((norm, k) => {
              expect(Math.abs(norm - (found.singularValues(T, k).data[0] as number))).toBeLessThanOrEqual(1e-12);
              expect(Math.abs(norm - (found.from(k).at(-1) as number))).toBeLessThanOrEqual(1e-12);
            });
          }
        }
      }),
      { numRuns: 4 },
    );
  });
});

test('by distance, over all pairs', () => {
  const run = unroll(rnn, rnn.init(key(1), { I: 1, H: 3 }), normal(key(2), [5, 1, 1]));
  const found = influence(run);
  const table = found.byDistance();
  expect(table.map(({ distance, pairs }) => [distance, pairs])).toEqual([0, 1, 2, 3, 4, 5].map((d) => [d, 6 - d]));
  expect(table[0]).toEqual({ distance: 0, pairs: 6, smallest: 1, median: 1, largest: 1 });
  const twos = [2, 3, 4, 5]
    .map((t) => total(run.lines.h.at(t), run.lines.h.at(t - 2)).norm(2))
    .sort((a, b) => a - b) as [number, number, number, number];
  expect(Math.abs((table[2]?.smallest as number) - twos[0])).toBeLessThan(1e-14);
  expect(Math.abs((table[2]?.median as number) - (twos[1] + twos[2]) / 2)).toBeLessThan(1e-14);
  expect(Math.abs((table[2]?.largest as number) - twos[3])).toBeLessThan(1e-14);
  expect(far(found.matrix(1, 4), zeros([3, 3]))).toBe(0);
});

test('the steps’ Jacobians: of an Elman net, diag(1 − h²) Uᵀ', () => {
  const params = rnn.init(key(1), { I: 2, H: 3 });
  const run = unroll(rnn, params, normal(key(2), [4, 2, 2]));
  const all = stepJacobians(run, { row: 1 }).toArray() as number[][][];
  all.forEach((matrix, n) => {
    matrix.forEach((line, i) => {
      line.forEach((value, j) => {
        const h = run.out.data[n * 6 + 3 + i] as number;
        expect(Math.abs(value - (1 - h * h) * (params.h.U.data[j * 3 + i] as number))).toBeLessThanOrEqual(1e-15);
      });
    });
  });
});

describe('memory time', () => {
  const linear = elman({ name: 'linear', activation: (x) => x });
  const scaled = (r: number, T: number) =>
    unroll(
      linear,
      {
        h: {
          W: zeros([1, 2]),
          U: tensor([
            [0, r],
            [-r, 0],
          ]),
          b: zeros([2]),
        },
      },
      zeros([T, 1, 1]),
    );
  test('of a scaled rotation: −1/ln r, and the next integer', () => {
    const { byExponent, byNorm, norms } = memoryTime(scaled(0.9, 60));
    expect(Math.abs(byExponent - -1 / Math.log(0.9))).toBeLessThanOrEqual(1e-9);
    expect(byNorm).toBe(10); // 0.9⁹ = 0.387, 0.9¹⁰ = 0.349
    norms.forEach((norm, k) => {
      expect(Math.abs(norm - 0.9 ** k)).toBeLessThanOrEqual(1e-14);
    });
  });
  test('nothing forgotten, or not yet, or everything at once', () => {
    expect(memoryTime(scaled(1, 20))).toMatchObject({
      byExponent: Number.POSITIVE_INFINITY,
      byNorm: Number.POSITIVE_INFINITY,
    });
    expect(memoryTime(scaled(1.1, 20)).byExponent).toBe(Number.POSITIVE_INFINITY);
    expect(memoryTime(scaled(0.99, 20)).byNorm).toBe(Number.POSITIVE_INFINITY);
    expect(memoryTime(scaled(0, 20))).toMatchObject({ byExponent: 0, byNorm: 1 });
    expect(memoryTime(scaled(Number.NaN, 3)).byExponent).toBeNaN();
  });
  test('an LSTM whose gates keep more remembers longer; the line is the belt’s unless it is said', () => {
    const run = (bias: number) =>
      unroll(lstm, lstm.with({ f: { b: bias } }).init(key(2), { I: 2, H: 4 }), normal(key(3), [40, 1, 2]));
    const [short, long] = [memoryTime(run(-1)), memoryTime(run(3))];
    expect(short.byNorm).toBeLessThan(long.byNorm);
    expect(short.byExponent).toBeLessThan(long.byExponent);
    expect(short.norms[0]).toBe(1);
    expect(memoryTime(run(1), { line: 'h' }).norms).not.toEqual(memoryTime(run(1)).norms);
    expect(memoryTime(run(1), { line: 'c' }).norms).toEqual(memoryTime(run(1)).norms);
  });
});

describe('power iteration', () => {
  test('the largest singular value, and its vectors, without the matrix', () => {
    fc.assert(
      fc.property(setting, fc.constantFrom(...cells.slice(0, 5)), (at, cell) => {
        const { T, B, I, H, seed } = at;
        const run = unroll(cell, cell.init(key(seed), { I, H }), normal(key(seed + 1), [T, B, I]));
        const { h } = run.lines as unknown as { h: Line };
        const row = seed % B;
        const J = total(h.at(T), h.at(0));
        const exact = singularValues(total(h.at(T), h.at(0)).matrix(row)).data[0] as number;
        const found = powerIteration(J, { row, maxIterations: 5000 });
        expect(found.value).toBeLessThanOrEqual(exact * (1 + 1e-12));
        if (found.converged) expect(exact - found.value).toBeLessThanOrEqual(1e-5 * exact);
        const [pushed, left] = [J.jvp(found.right), found.left.mul(found.value)];
        for (let i = 0; i < H; i++) {
          const n = row * H + i;
          expect(Math.abs((pushed.data[n] as number) - (left.data[n] as number))).toBeLessThanOrEqual(1e-12);
        }
      }),
      { numRuns: 40 },
    );
  });
  test('a large state: the matrix is never made', () => {
    const H = 200;
    const run = unroll(rnn, rnn.init(key(1), { I: 1, H }), normal(key(2), [3, 1, 1]));
    const { h } = run.lines;
    const found = powerIteration(total(h.at(3), h.at(0)), { tolerance: 1e-8 });
    expect(found.converged).toBe(true);
    expect(found.residual).toBeLessThanOrEqual(1e-8);
    expect(found.iterations).toBeLessThan(1000);
    expect(Math.abs(found.value / total(h.at(3), h.at(0)).norm(2) - 1)).toBeLessThanOrEqual(1e-6);
  });
  test('too few iterations are reported; a zero Jacobian is found at once; NaN is no convergence; tiny is not zero', () => {
    const params = {
      h: {
        W: zeros([1, 2]),
        U: tensor([
          [1, 0.3],
          [0, 0.9],
        ]),
        b: zeros([2]),
      },
    };
    const { h } = unroll(rnn, params, zeros([3, 1, 1])).lines;
    const few = powerIteration(total(h.at(3), h.at(0)), { maxIterations: 2 });
    expect([few.converged, few.iterations]).toEqual([false, 2]);
    expect(few.residual).toBeGreaterThan(1e-10);
    expect(powerIteration(total(h.at(1), h.at(2)))).toMatchObject({
      value: 0,
      residual: 0,
      converged: true,
      iterations: 1,
    });
    const broken = unroll(rnn, { h: { ...params.h, U: full([2, 2], Number.NaN) } }, zeros([3, 1, 1])).lines;
    expect(powerIteration(total(broken.h.at(2), broken.h.at(1)))).toMatchObject({
      value: Number.NaN,
      converged: false,
    });
    const tiny = unroll(
      rnn,
      {
        h: {
          ...params.h,
          U: tensor([
            [1e-200, 0],
            [0, 1e-201],
          ]),
        },
      },
      zeros([3, 1, 1]),
    ).lines;
    expect(Math.abs(powerIteration(total(tiny.h.at(2), tiny.h.at(1))).value / 1e-200 - 1)).toBeLessThanOrEqual(1e-12);
  });
  test('the spectral radius of a square Jacobian', () => {
    const params = {
      h: {
        W: zeros([1, 2]),
        U: tensor([
          [0, 0.5],
          [-0.5, 0],
        ]),
        b: zeros([2]),
      },
    };
    const { h, x } = unroll(rnn, params, zeros([3, 1, 1])).lines;
    expect(Math.abs(total(h.at(3), h.at(1)).spectralRadius() - 0.25)).toBeLessThanOrEqual(1e-15);
    expect(message(() => total(h.at(3), x.at(1)).spectralRadius())).toBe(
      'spectralRadius: f64[2,1] is not square (2 ≠ 1). Use singularValues.',
    );
  });
});

/** ‖∂h[T]/∂h[t]‖ ≤ (σ · max|tanh′|)^(T − t), Pascanu, Mikolov, Bengio 2013. */
describe('Pascanu’s bound', () => {
  const one = (seed: number) => {
    const [H, T] = [1 + (seed % 5), 1 + (seed % 7)];
    const params = rnn.init(key(seed), { I: 2, H });
    const scale = [0.3, 1, 4][seed % 3] as number;
    const U = params.h.U.mul(scale * Math.sqrt(H));
    const run = unroll(rnn, { h: { ...params.h, U } }, normal(key(seed + 1), [T, 1, 2]));
    const t = seed % T;
    const values = singularValues(U).data;
    const norm = total(run.lines.h.at(T), run.lines.h.at(t)).norm(2);
    let slope = 0;
    for (let n = t; n < T; n++)
      for (let i = 0; i < H; i++) slope = Math.max(slope, 1 - (run.out.data[n * H + i] as number) ** 2);
    const bound = (sigma: number) => (sigma * slope) ** (T - t);
    return { norm, bound: bound(values[0] as number), tooSmall: bound((values[0] as number) * 0.7), lag: T - t };
  };
  test('holds in 1,000 random cases, and would not with a σ that is too small', () => {
    const cases = Array.from({ length: 1000 }, (_, seed) => one(seed));
    expect(cases.filter(({ norm, bound }) => !(norm <= bound * (1 + 1e-12)))).toEqual([]);
    expect(cases.filter(({ norm, tooSmall }) => norm > tooSmall).length).toBeGreaterThan(100);
    expect(new Set(cases.map(({ lag }) => lag)).size).toBeGreaterThan(5);
  });
});

const run = unroll(rnn, rnn.init(key(1), { I: 1, H: 2 }), zeros([3, 2, 1]));
const J = total(run.lines.h.at(2), run.lines.h.at(1));
test.each([
  [() => influence(run, { of: 'q' as 'h' }), 'influence: rnn has no float state q; it has h.'],
  [() => influence(run, { row: 5 }), 'influence: there is no row 5: the batch has rows 0…1.'],
  [() => influence(run).matrix(4, 0), 'influence: there is no t = 4: a state has t = 0…3.'],
  [() => influence(run).matrix(2, -1), 'influence: there is no k = -1: a state has t = 0…3.'],
  [() => influence(run).from(9), 'influence: there is no k = 9: a state has t = 0…3.'],
  [() => influence(run).to(0.5), 'influence: there is no t = 0.5: a state has t = 0…3.'],
  [() => memoryTime(run, { line: 'c' as 'h' }), 'influence: rnn has no float state c; it has h.'],
  [() => stepJacobians(run, { row: -1 }), 'stepJacobians: there is no row -1: the batch has rows 0…1.'],
  [() => powerIteration(J, { row: 2 }), 'powerIteration: there is no row 2 in ∂h[2]/∂h[1]: the batch has rows 0…1.'],
  [() => powerIteration(J, { tolerance: -1 }), 'powerIteration: tolerance is -1, not a number ≥ 0.'],
  [() => powerIteration(J, { maxIterations: 0 }), 'powerIteration: maxIterations is 0, not an integer ≥ 1.'],
])('errors %#', (ask, text) => expect(message(ask)).toBe(text));

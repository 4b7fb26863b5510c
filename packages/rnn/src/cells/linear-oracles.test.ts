/** @file The linear recurrences against their equations in plain numbers, dense matrices, and closed forms. */
import { at, cast, contract, exp, grad, key, mapTree, normal, sum } from '@throughline/autograd';
import { expm, spectralRadius } from '@throughline/autograd/linalg';
import { type Tensor, tensor, zeros } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { stepJacobians } from '../analysis/index.ts';
import { unroll } from '../index.ts';
import {
  logSpaceRecurrence,
  lru,
  minGru,
  minLstm,
  rgLru,
  ringPhase,
  ringRadius,
  s4d,
  s4dInv,
  s4dKernel,
  s6,
} from './index.ts';

const sigma = (x: number): number => 1 / (1 + Math.exp(-x));
const g = (x: number): number => (x >= 0 ? x + 0.5 : sigma(x));
const softplus = (x: number): number => Math.log1p(Math.exp(x));
const rows = (x: Tensor): number[][] => x.toArray() as number[][];
const numbers = (x: Tensor): number[] => x.toArray() as number[];
const near = (actual: Tensor, expected: readonly number[], allowed = 1e-13): void => {
  const off = expected.map((b, i) => Math.abs((actual.data[i] as number) - b) / (1 + Math.abs(b)));
  expect(actual.size).toBe(expected.length);
  expect(Math.max(...off)).toBeLessThanOrEqual(allowed);
};
/** x·W + b of one row. */
const dense = ({ W, b }: { readonly W: Tensor; readonly b: Tensor }, x: readonly number[]): number[] =>
  numbers(b).map((bias, j) => x.reduce((total, value, i) => total + value * (rows(W)[i]?.[j] as number), bias));
const message = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

/** One sequence of 6 inputs, as rows of numbers. */
const sequenceOf = (width: number): { xs: Tensor; list: number[][] } => {
  const xs = normal(key(5), [6, 1, width]).mul(2);
  return { xs, list: rows(xs.reshape([6, width])) };
};

test('minGru: h′ = (1 − z) h + z g(…), number by number', () => {
  const p = minGru.init(key(1), { I: 2, H: 3 });
  const { xs, list } = sequenceOf(2);
  let h = [0, 0, 0];
  const outs = list.flatMap((x) => {
    const [z, n] = [dense(p.z, x).map(sigma), dense(p.n, x).map(g)];
    h = h.map((value, i) => (1 - (z[i] as number)) * value + (z[i] as number) * (n[i] as number));
    return h;
  });
  near(unroll(minGru, p, xs).out, outs);
  near(unroll(minGru, p, xs, { parallel: true }).out, outs);
});

test('minLstm: the gates divided by their sum', () => {
  const p = minLstm.init(key(1), { I: 2, H: 3 });
  const { xs, list } = sequenceOf(2);
  let h = [0, 0, 0];
  const outs = list.flatMap((x) => {
    const [f, i, n] = [dense(p.f, x).map(sigma), dense(p.i, x).map(sigma), dense(p.n, x).map(g)];
    h = h.map((value, k) => {
      const [forget, input, candidate] = [f[k] as number, i[k] as number, n[k] as number];
      return (forget * value + input * candidate) / (forget + input);
    });
    return h;
  });
  near(unroll(minLstm, p, xs).out, outs);
  near(unroll(minLstm, p, xs, { parallel: true }).out, outs);
});

test('in log space nothing overflows, and what is nothing stays nothing', () => {
  const T = 2000;
  const logA = tensor(Array.from({ length: T }, (_, t) => (t % 2 === 0 ? -30 : -1e-3)));
  const logB = tensor(Array.from({ length: T }, (_, t) => (t < 3 ? Number.NEGATIVE_INFINITY : -0.5)));
  const [as, bs] = [numbers(logA).map(Math.exp), numbers(logB).map(Math.exp)];
  let h = -2;
  const expected = as.map((a, t) => {
    h = a * h + (bs[t] as number);
    return h;
  });
  near(logSpaceRecurrence(logA, logB, tensor(-2)), expected, 1e-11); // |A| reaches 30 000
});

test('LRU: the state’s Jacobian turns and shrinks by λ; white noise keeps it at variance 1', () => {
  const N = 4;
  const p = lru.init(key(1), { I: 2, H: 3, N });
  const size = numbers(p.nu).map((nu) => Math.exp(-Math.exp(nu)));
  const turn = numbers(p.theta).map((theta) => Math.exp(theta));
  const jacobian = at(stepJacobians(unroll(lru, p, normal(key(2), [3, 1, 2]))), 1);
  const expected = Array.from({ length: 2 * N * 2 * N }, (_, k) => {
    const [i, j] = [Math.floor(k / (2 * N)), k % (2 * N)];
    if (i % N !== j % N) return 0;
    const [r, phase] = [size[i % N] as number, turn[i % N] as number];
    if (i === j) return r * Math.cos(phase);
    return i < j ? -r * Math.sin(phase) : r * Math.sin(phase);
  });
  near(jacobian, expected);
  near(spectralRadius(jacobian), [Math.max(...size)], 1e-12);
  near(
    exp(p.gamma.mul(2)),
    size.map((r) => 1 - r * r),
  );
});

test('LRU: an impulse rings as Re(C λᵗ e^γ B)', () => {
  const p = lru.with({ nu: ringRadius(0.5, 0.99) }).init(key(1), { I: 1, H: 1, N: 3 });
  const impulse = tensor([[[1]], [[0]], [[0]], [[0]]]);
  const part = (x: Tensor): number[] => numbers(x.reshape([3]));
  const ring = [0, 1, 2, 3].map((t) =>
    [0, 1, 2].reduce((total, n) => {
      const [r, phase] = [Math.exp(-Math.exp(part(p.nu)[n] as number)) ** t, Math.exp(part(p.theta)[n] as number) * t];
      const [re, im] = [r * Math.cos(phase), r * Math.sin(phase)];
      const [bRe, bIm] = [part(p.B.re)[n] as number, part(p.B.im)[n] as number];
      const [cRe, cIm] = [part(p.C.re)[n] as number, part(p.C.im)[n] as number];
      const [hRe, hIm] = [re * bRe - im * bIm, re * bIm + im * bRe];
      return total + Math.exp(part(p.gamma)[n] as number) * (cRe * hRe - cIm * hIm);
    }, 0),
  );
  ring[0] = (ring[0] as number) + (p.D.data[0] as number);
  near(unroll(lru, p, impulse).out, ring);
  near(unroll(lru, p, impulse, { parallel: true }).out, ring);
});

test('the ring: within its radii, uniform by area, phases up to the largest', () => {
  const cell = lru.with({ nu: ringRadius(0.6, 0.8), theta: ringPhase(0.3) });
  const p = cell.init(key(3), { I: 1, H: 1, N: 4000 });
  const squares = numbers(exp(exp(p.nu).mul(-2)));
  expect(Math.min(...squares)).toBeGreaterThanOrEqual(0.36);
  expect(Math.max(...squares)).toBeLessThan(0.64);
  expect(squares.reduce((a, b) => a + b) / 4000).toBeCloseTo(0.5, 2);
  const phases = numbers(exp(p.theta));
  expect(Math.max(...phases)).toBeLessThan(0.3);
  expect(phases.reduce((a, b) => a + b) / 4000).toBeCloseTo(0.15, 2);
  expect(message(() => ringRadius(0.9, 0.5))).toBe(
    'ringRadius: the radii are 0.9 and 0.5; they must be 0 ≤ low < high ≤ 1.',
  );
  expect(message(() => ringPhase(7))).toBe('ringPhase: the largest phase is 7; it must be in (0, 2π].');
});

test('S4D is the continuous system held for Δ: its kernel by exponentials of dense matrices', () => {
  const N = 3;
  const p = s4d.init(key(1), { I: 1, H: 1, N });
  const part = (x: Tensor): number[] => numbers(x.reshape([N]));
  const step = Math.exp(p.delta.data[0] as number);
  // h′ = A h + x, real and imaginary parts apart, x held: the exponential of [[A, 1], [0, 0]] Δ
  const size = 2 * N + 1;
  const system = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  const put = (i: number, j: number, value: number): void => {
    (system[i] as number[])[j] = value * step;
  };
  for (let n = 0; n < N; n++) {
    const [decay, turn] = [-Math.exp(part(p.nu)[n] as number), part(p.omega)[n] as number];
    put(n, n, decay);
    put(n + N, n + N, decay);
    put(n, n + N, -turn);
    put(n + N, n, turn);
    put(n, size - 1, 1);
  }
  const held = rows(expm(tensor(system)));
  const A = tensor(held.slice(0, -1).map((row) => row.slice(0, -1)));
  let state = tensor(held.slice(0, -1).map((row) => [row.at(-1) as number]));
  const readout = tensor([...part(p.C.re).map((c) => 2 * c), ...part(p.C.im).map((c) => -2 * c)]);
  const kernel = Array.from({ length: 40 }, () => {
    const y = contract('i,ij->j', readout, state).data[0] as number;
    state = contract('ij,jk->ik', A, state);
    return y;
  });
  near(s4dKernel(p, 40), kernel);
  // and what the cell gives is the explicit sum with that kernel
  const xs = normal(key(4), [40, 1, 1]);
  const [input, skip] = [numbers(xs.reshape([40])), p.D.data[0] as number];
  const sums = input.map((x, t) =>
    input.slice(0, t + 1).reduce((total, value, s) => total + value * (kernel[t - s] as number), skip * x),
  );
  near(unroll(s4d, p, xs).out, sums);
  near(unroll(s4d, p, xs, { parallel: true }).out, sums);
});

test.each([1e-2, 1e-4, 1e-6])('S4D in float32 keeps its digits at a step of %d', (step) => {
  const p = s4d.init(key(1), { I: 1, H: 1, N: 3 });
  const delta = tensor([Math.log(step)]);
  const exact = numbers(s4dKernel({ ...p, delta }, 1).reshape([1]));
  const single = mapTree({ ...p, delta }, (x) => cast(x, 'float32'));
  const own = s4dKernel(single, 1).data[0] as number;
  expect(Math.abs(own / (exact[0] as number) - 1)).toBeLessThan(2e-6);
});

test('S4D’s starts: −1/2 + iπn, and the inverse law', () => {
  const lin = s4d.init(key(1), { I: 1, H: 1, N: 3 });
  near(lin.omega, [0, Math.PI, 2 * Math.PI]);
  near(exp(lin.nu), [0.5, 0.5, 0.5]);
  const inv = s4d.with({ omega: s4dInv }).init(key(1), { I: 1, H: 1, N: 2 });
  near(inv.omega, [(4 / Math.PI) * 3, (4 / Math.PI) * (1 / 3)]);
});

test('S6: number by number', () => {
  const [H, N, R] = [3, 2, 1];
  const p = s6.init(key(1), { I: H, H, N, R });
  const { xs, list } = sequenceOf(H);
  const times = (x: readonly number[], W: Tensor): number[] => dense({ W, b: zeros([W.shape[1] as number]) }, x);
  const h = Array.from({ length: H }, () => new Array<number>(N).fill(0));
  const outs = list.flatMap((x) => {
    const delta = dense(p.delta, times(x, p.V)).map(softplus);
    const [write, readout] = [times(x, p.B), times(x, p.C)];
    return h.map((state, c) => {
      const [step, input] = [delta[c] as number, x[c] as number];
      for (let n = 0; n < N; n++) {
        const a = Math.exp(-Math.exp(rows(p.A)[c]?.[n] as number) * step);
        state[n] = a * (state[n] as number) + step * input * (write[n] as number);
      }
      return state.reduce(
        (total, value, n) => total + value * (readout[n] as number),
        (numbers(p.D)[c] as number) * input,
      );
    });
  });
  near(unroll(s6, p, xs).out, outs);
  near(unroll(s6, p, xs, { parallel: true }).out, outs);
  near(exp(p.A), [1, 2, 1, 2, 1, 2]);
  for (const bias of numbers(s6.init(key(2), { I: 500, H: 500, N, R }).delta.b)) {
    expect(softplus(bias)).toBeGreaterThanOrEqual(0.001 - 1e-15);
    expect(softplus(bias)).toBeLessThan(0.1);
  }
});

test('RG-LRU: number by number', () => {
  const p = rgLru.init(key(1), { I: 3, H: 3 });
  const { xs, list } = sequenceOf(3);
  let h = [0, 0, 0];
  const outs = list.flatMap((x) => {
    const [r, i] = [dense(p.r, x).map(sigma), dense(p.i, x).map(sigma)];
    h = h.map((value, c) => {
      const a = sigma(numbers(p.lambda)[c] as number) ** (8 * (r[c] as number));
      return a * value + Math.sqrt(1 - a * a) * (i[c] as number) * (x[c] as number);
    });
    return h;
  });
  near(unroll(rgLru, p, xs).out, outs);
  near(unroll(rgLru, p, xs, { parallel: true }).out, outs);
  for (const lambda of numbers(rgLru.init(key(2), { I: 300, H: 300 }).lambda)) {
    expect(sigma(lambda) ** 8).toBeGreaterThanOrEqual(0.9 - 1e-12);
    expect(sigma(lambda) ** 8).toBeLessThan(0.999 + 1e-12);
  }
});

test('RG-LRU: a gate that is shut writes nothing, and its slope is the bound, not ∞', () => {
  const p = rgLru.init(key(1), { I: 1, H: 1 });
  const shut = { ...p, r: { W: zeros([1, 1]), b: tensor([-1000]) } };
  const through = grad((b: Tensor) => sum(unroll(rgLru, { ...shut, r: { ...shut.r, b } }, tensor([[[1]]])).out))(
    shut.r.b,
  );
  expect(unroll(rgLru, shut, tensor([[[1]]])).out.item()).toBe(0);
  expect(through.item()).toBe(0); // r′ is 0: with a slope of ∞ this would be NaN
});

test.each([
  [
    () => unroll(rgLru, rgLru.init(key(1), { I: 3, H: 3 }), zeros([2, 1, 2])),
    'rgLru: x is f64[1,2]: the last axis is 2, but rgLru works channel by channel, so it takes I = H = 3. Put a linear layer before it.',
  ],
  [
    () => unroll(s4d, s4d.init(key(1), { I: 3, H: 3, N: 2 }), zeros([2, 1, 2]), { parallel: true }),
    's4d: x is f64[2,1,2]: the last axis is 2, but s4d works channel by channel, so it takes I = H = 3. Put a linear layer before it.',
  ],
  [
    () => unroll(minGru, minGru.init(key(1), { I: 3, H: 3 }), zeros([2, 1, 2])),
    'minGru.z: x is f64[1,2], W is f64[3,3]: the last axis of x is 2, W takes 3.',
  ],
  [
    () => unroll(minGru, minGru.init(key(1), { I: 3, H: 3 }), zeros([2, 1, 3], 'float32'), { parallel: true }),
    "minGru.z: x is f32[2,1,3], W is f64[3,3]: dtypes differ. Convert with cast(x, 'float64').",
  ],
])('errors %#', (f, text) => expect(message(f)).toBe(text));

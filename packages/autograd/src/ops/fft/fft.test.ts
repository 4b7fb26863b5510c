import { type Tensor, tensor, zeros } from '@throughline/tensor';
import { describe, expect, it, test } from 'vitest';
import { cond, whileLoop } from '../../control/index.ts';
import { type Complex, complex, fft, fftConvolve, ifft, irfft, rfft } from '../../fft/index.ts';
import { cast, evaluate, grad, key, less, mul, normal, square, sum, trace, transpose, vjp } from '../../index.ts';

const random = (seed: number, ...shape: number[]): Complex => ({
  re: normal(key(seed), shape),
  im: normal(key(seed + 1000), shape),
});

/** Σ_j x_j e^(−2πi jk/n), term by term, by JavaScript's own sines of reduced angles; sums are compensated. */
function direct({ re, im }: Complex): { re: number; im: number }[] {
  const n = re.size;
  return Array.from({ length: n }, (_, k) => {
    const total = [0, 0, 0, 0]; // sums, and what they lost
    const add = (place: 0 | 1, term: number): void => {
      const before = total[place] ?? 0;
      const after = before + term;
      const lost = Math.abs(before) >= Math.abs(term) ? before - after + term : term - after + before;
      total[place] = after;
      total[place + 2] = (total[place + 2] ?? 0) + lost;
    };
    for (let j = 0; j < n; j++) {
      const angle = (2 * Math.PI * ((j * k) % n)) / n;
      const [a, b, c, s] = [re.data[j] ?? 0, im.data[j] ?? 0, Math.cos(angle), -Math.sin(angle)];
      add(0, a * c);
      add(0, -b * s);
      add(1, a * s);
      add(1, b * c);
    }
    return { re: (total[0] ?? 0) + (total[2] ?? 0), im: (total[1] ?? 0) + (total[3] ?? 0) };
  });
}

/** The largest |ours − expected|, by the root mean square of what is expected. */
function deviation(ours: Complex, expected: readonly { re: number; im: number }[]): number {
  const size = Math.sqrt(expected.reduce((total, z) => total + z.re ** 2 + z.im ** 2, 0) / expected.length);
  const off = expected.map((z, k) =>
    Math.hypot((ours.re.data[k] ?? Number.NaN) - z.re, (ours.im.data[k] ?? Number.NaN) - z.im),
  );
  return Math.max(...off) / size;
}

const lengths = [1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 16, 17, 32, 48, 97, 127, 128, 131, 262, 360, 509, 512, 1000];

describe('fft and its inverse', () => {
  test.each(lengths)('of length %i are within 4e-15 of the sum itself, in float32 within 2e-6', (n) => {
    const x = random(n, n);
    const expected = direct(x);
    expect(deviation(fft(x), expected)).toBeLessThan(4e-15);
    expect(
      deviation(
        ifft(fft(x)),
        Array.from(x.re.data, (re, k) => ({ re, im: x.im.data[k] ?? 0 })),
      ),
    ).toBeLessThan(4e-15);
    const narrow = { re: cast(x.re, 'float32'), im: cast(x.im, 'float32') };
    expect(fft(narrow).re.dtype).toBe('float32');
    expect(deviation(fft(narrow), expected)).toBeLessThan(2e-6);
  });

  test.each(lengths)('of %i real numbers keep half, and come back', (n) => {
    const x = normal(key(n), [n]);
    const [half, all] = [rfft(x), fft(x)];
    expect(half.re.shape).toEqual([Math.floor(n / 2) + 1]);
    half.re.toTypedArray().forEach((re, k) => {
      expect([re, half.im.data[k]]).toEqual([all.re.data[k], all.im.data[k]]);
    });
    const back = irfft(half, n);
    x.toTypedArray().forEach((value, j) => {
      expect(Math.abs((back.data[j] ?? Number.NaN) - value)).toBeLessThan(1e-14);
    });
  });

  it('is exact where the roots are: lengths 2 and 4, and impulses', () => {
    expect(fft({ re: tensor([1, 2, 3, 4]), im: tensor([0, 0, 0, 1]) }).im.toArray()).toEqual([1, 2, -1, -2]);
    expect(fft(tensor([0, 0, 0, 0, 1, 0, 0, 0])).re.toArray()).toEqual([1, -1, 1, -1, 1, -1, 1, -1]);
    for (const im of fft(tensor([0, 0, 0, 0, 1, 0, 0, 0])).im.data) expect(im === 0).toBe(true);
  });

  it('takes any axis, cuts and fills up', () => {
    const x = random(3, 2, 5, 3);
    const y = fft(x, undefined, 1);
    const moved = fft({ re: transpose(x.re, [0, 2, 1]), im: transpose(x.im, [0, 2, 1]) });
    expect(transpose(y.re, [0, 2, 1]).toArray()).toEqual(moved.re.toArray());
    expect(fft(x, undefined, -2).im.toArray()).toEqual(y.im.toArray());
    expect(fft(tensor([1, 2, 3]), 2).re.toArray()).toEqual([3, -1]);
    expect(fft(tensor([1, 2]), 4).re.toArray()).toEqual([3, 1, -1, 1]);
    expect(fft(tensor([]), 2).re.toArray()).toEqual([0, 0]);
    expect(irfft({ re: tensor([4]), im: tensor([0]) }, 4).toArray()).toEqual([1, 1, 1, 1]);
    for (const n of [4, 7, 150]) expect(fft(zeros([0, n])).re.shape).toEqual([0, n]);
  });

  it('is scaled by norm', () => {
    const x = random(5, 8);
    const one = fft(x).re.data[3] ?? 0;
    expect(fft(x, 8, -1, { norm: 'ortho' }).re.data[3]).toBe(one / Math.sqrt(8));
    expect(fft(x, 8, -1, { norm: 'forward' }).re.data[3]).toBe(one / 8);
    const same = (norm: 'ortho' | 'forward'): Tensor => ifft(fft(x, 8, -1, { norm }), 8, -1, { norm }).re;
    for (const norm of ['ortho', 'forward'] as const) {
      same(norm)
        .toTypedArray()
        .forEach((value, j) => {
          expect(value).toBeCloseTo(x.re.data[j] ?? 0, 14);
        });
    }
    const y = ifft({ re: tensor([4, 0, 0, 0]), im: zeros([4]) }, 4, -1, { norm: 'forward' });
    expect(y.re.toArray()).toEqual([4, 4, 4, 4]);
    expect(irfft(rfft(tensor([1, 2]), 2, 0, { norm: 'ortho' }), 2, 0, { norm: 'ortho' }).data[1]).toBeCloseTo(2, 14);
  });

  it('refuses what it cannot transform', () => {
    const x = tensor([1, 2]);
    expect(() => fft(x, 0)).toThrow('fft: n is 0, not an integer ≥ 1. Give a length.');
    expect(() => rfft(x, 1.5)).toThrow('rfft: n is 1.5, not an integer ≥ 1. Give a length.');
    expect(() => irfft({ re: tensor([1]), im: tensor([0]) })).toThrow(
      'irfft: n is 0, not an integer ≥ 1. Give a length.',
    );
    expect(() => fft(tensor([]))).toThrow(
      'fft: axis 0 of f64[0] is empty, and nothing has no fft. Check x.size first.',
    );
    expect(() => ifft(x, 2, 1)).toThrow('ifft: axis 1 is out of range for f64[2]: axes are -1…0.');
    expect(() => fft(tensor(1))).toThrow('fft: axis -1 is out of range for f64[]: a scalar has no axes.');
    expect(() => fft(tensor([1], { dtype: 'int32' }))).toThrow(
      "fft: takes float64 or float32, got i32[1]. Convert with cast(x, 'float64').",
    );
    expect(() => fft({ re: x, im: tensor([1]) })).toThrow('fft: re is f64[2] and im f64[1]: they must be of one type.');
    expect(() => rfft({ re: x, im: x } as unknown as Tensor)).toThrow(
      'rfft: takes real numbers, got a complex record. Use fft.',
    ); // a caller without types
    expect(() => fft([1, 2] as unknown as Tensor)).toThrow('fft: takes a tensor, got an array. Use tensor(…).'); // as above
    expect(() => fft(3 as unknown as Tensor)).toThrow('fft: takes a tensor, got a number. Use tensor(…).'); // as above
    expect(() => irfft(x as unknown as Complex)).toThrow(
      'irfft: takes complex numbers, { re, im }. Use complex.of(x).',
    ); // as above
  });
});

describe('derivatives of transforms', () => {
  const dot = (a: Tensor, b: Tensor): number => sum(mul(a, b)).item();

  test.each([6, 32, 131])('⟨c, F v⟩ = ⟨F* c, v⟩ at length %i, F* being n·ifft', (n) => {
    const [x, c] = [random(1, n), random(2, n)];
    const back = vjp((z: Complex) => fft(z), x).pullback(c);
    const adjoint = ifft(c);
    for (const part of ['re', 'im'] as const) {
      back[part].toTypedArray().forEach((value, j) => {
        expect(value).toBeCloseTo(n * (adjoint[part].data[j] ?? 0), 11);
      });
    }
  });

  it('of irfft leave alone what it does not read', () => {
    const y = random(3, 3);
    const gradient = grad((z: Complex) => sum(square(irfft(z))))(y);
    expect([gradient.im.data[0], gradient.im.data[2]]).toEqual([0, 0]);
    expect(gradient.im.data[1]).not.toBe(0);
    const other = { re: y.re, im: tensor([9, y.im.data[1] ?? 0, 9]) };
    expect(irfft(other).toArray()).toEqual(irfft(y).toArray());
  });

  it('exist in Programs, and constants made in a branch or a loop may be used outside', () => {
    const n = 259; // Bluestein, at a length of which nothing is remembered yet
    const energy = (x: Tensor): Tensor => sum(square(fft(x).re));
    const f = (x: Tensor): Tensor => cond(less(sum(x), 1e9), energy, (z: Tensor) => sum(z), x);
    const x = normal(key(8), [n]);
    const program = trace(grad(f), zeros([n]));
    const [gradient] = evaluate(program, [x.concrete('test')]);
    expect(gradient?.toArray()).toEqual(grad(energy)(x).toArray());
    const doubled = whileLoop(
      (z: Tensor) => less(sum(z), 100),
      (z: Tensor) => fft(z, 7).re,
      tensor([1, 2, 3, 4, 5, 6, 7]),
    );
    expect(doubled.shape).toEqual([7]);
  });

  it('is about the sum of products: Parseval', () => {
    const x = random(9, 24);
    const y = fft(x, 24, 0, { norm: 'ortho' });
    expect(dot(y.re, y.re) + dot(y.im, y.im)).toBeCloseTo(dot(x.re, x.re) + dot(x.im, x.im), 12);
  });
});

describe('fftConvolve', () => {
  const byHand = (a: number[], b: number[]): number[] =>
    Array.from({ length: a.length + b.length - 1 }, (_, t) =>
      b.reduce((total, value, s) => total + value * (a[t - s] ?? 0), 0),
    );

  test.each([
    [5, 3],
    [1, 1],
    [4, 4],
    [3, 8],
    [200, 61],
  ])('of %i and %i elements is the sum of products, in every mode', (m, n) => {
    const [a, b] = [normal(key(m), [m]), normal(key(n + 50), [n])];
    const full = byHand([...a.data], [...b.data]);
    const start = Math.floor((n - 1) / 2);
    const expected = {
      full,
      causal: full.slice(0, m),
      same: full.slice(start, start + m),
      valid: full.slice(n - 1, m),
    };
    for (const mode of ['full', 'causal', 'same', 'valid'] as const) {
      if (mode === 'valid' && m < n) continue;
      const y = fftConvolve(a, b, { mode });
      expect(y.shape).toEqual([expected[mode].length]);
      expected[mode].forEach((value, t) => {
        expect(Math.abs((y.data[t] ?? Number.NaN) - value)).toBeLessThan(1e-13);
      });
    }
  });

  it('broadcasts beside its axis', () => {
    const [a, b] = [normal(key(1), [6, 2, 3]), normal(key(2), [4, 1, 3])];
    const y = fftConvolve(a, b, { axis: 0, mode: 'causal' });
    expect(y.shape).toEqual([6, 2, 3]);
    const line = byHand([...a.at(1, 1).at(2, 1).data], [...b.at(0, 1).at(2, 1).data]);
    y.at(1, 1)
      .at(2, 1)
      .toTypedArray()
      .forEach((value, t) => {
        expect(value).toBeCloseTo(line[t] ?? 0, 13);
      });
  });

  it('refuses what does not fit', () => {
    const a = zeros([2, 3]);
    expect(() => fftConvolve(a, zeros([3]))).toThrow(
      'fftConvolve: f64[2,3] and f64[3] differ in rank. Use expandDims.',
    );
    expect(() => fftConvolve(a, zeros([1, 4]), { mode: 'valid' })).toThrow(
      'fftConvolve: nothing is valid: f64[1,4] is longer than f64[2,3]. Exchange them.',
    );
    expect(() => fftConvolve(a, zeros([2, 0]))).toThrow(
      'fftConvolve: axis 1 of f64[2,0] is empty, and nothing has no fftConvolve. Check x.size first.',
    );
    expect(() => fftConvolve(a, a, { mode: 'all' as 'full' })).toThrow(
      `fftConvolve: the mode is "all". Use 'full', 'same', 'valid' or 'causal'.`,
    ); // a caller without types
    expect(() => fftConvolve(a, cast(a, 'float32'))).toThrow(
      "fftConvolve: cannot mix f64[2,3] with f32[2,3]. Convert one with cast(x, 'float64').",
    );
  });
});

describe('complex', () => {
  const at = (re: number, im: number): Complex => ({ re: tensor(re), im: tensor(im) });
  const values = ({ re, im }: Complex): [number, number] => [re.item(), im.item()];

  it('computes', () => {
    const [z, w] = [at(1, 2), at(3, -5)];
    expect(values(complex.mul(z, w))).toEqual([13, 1]);
    expect(values(complex.sub(complex.add(z, w), w))).toEqual([1, 2]);
    expect(values(complex.div(complex.mul(z, w), w)).map((x) => Math.round(x * 1e12) / 1e12)).toEqual([1, 2]);
    expect(values(complex.scale(complex.conj(z), 3))).toEqual([3, -6]);
    expect(complex.exp(at(0, Math.PI)).re.item()).toBe(-1);
    expect(values(complex.of(tensor(4)))).toEqual([4, 0]);
  });

  it('divides and takes sizes without overflow or underflow', () => {
    expect(values(complex.div(at(1e300, 1e300), at(1e300, 1e300)))).toEqual([1, 0]);
    expect(values(complex.div(at(3e-310, 0), at(0, 3e-310)))).toEqual([0, -1]);
    expect(complex.abs(at(3e300, -4e300)).item()).toBe(5e300);
    expect(complex.abs(at(3e-310, 4e-310)).item() / 5e-310).toBeCloseTo(1, 9);
    expect(complex.abs(at(Number.NEGATIVE_INFINITY, 1)).item()).toBe(Number.POSITIVE_INFINITY);
    expect(complex.abs(at(0, Number.NaN)).item()).toBe(Number.NaN);
  });

  it('has a size whose gradient is 0 at 0, and the direction elsewhere', () => {
    const gradient = (z: Complex): [number, number] => values(grad(complex.abs)(z));
    expect(gradient(at(0, 0))).toEqual([0, 0]);
    expect(gradient(at(0, -0))).toEqual([0, -0]);
    expect(gradient(at(3e200, 4e200)).map((x) => Math.round(x * 1e12) / 1e12)).toEqual([0.6, 0.8]);
  });

  it('refuses parts of two types', () => {
    expect(() => complex.of(tensor([1]), tensor(1))).toThrow(
      'complex.of: re is f64[1] and im f64[]: they must be of one type.',
    );
    expect(() => complex.abs({ re: tensor(1), im: tensor(1, { dtype: 'float32' }) })).toThrow(
      'complex.abs: re is f64[] and im f32[]: they must be of one type.',
    );
  });
});

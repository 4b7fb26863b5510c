/**
 * @file The discrete Fourier transform of rows, as products and sums of tensors, so that its derivatives need no rule.
 *
 * With n = m·2^j, m odd: matrix products for the first factor (at least 16 where n has so many twos), then steps that join
 * two transforms of half the length, all rows and all such pairs at once. If m is above 128, by Bluestein's convolution:
 * jk = (j² + k² − (k − j)²) / 2 makes a convolution with e^(πi j²/n) of the transform, whose length is free.
 */
import type { DType, Tensor } from '@throughline/tensor';
import { concat } from '../../primitives/concat-split.ts';
import { contractLabels } from '../../primitives/contract.ts';
import { add, div, mul, sub } from '../../primitives/maps/arithmetic.ts';
import { reshape } from '../../primitives/reshape.ts';
import { slice } from '../../primitives/slice-pad.ts';
import { pad } from '../pad.ts';
import * as complex from './complex.ts';
import type { Complex } from './record.ts';
import { integers, remembered, roots, tensorsOf, transformed } from './roots.ts';

/** Real rows, or complex ones. */
export interface Rows {
  readonly re: Tensor;
  readonly im: Tensor | null;
}

/** y_k = Σ_j x_j e^(−2πi jk/n) of each row of x [L, n], n ≥ 1. */
export function transform(x: Rows): Complex {
  const n = x.re.shape[1] ?? 0;
  let odd = n;
  while (odd % 2 === 0) odd /= 2;
  if (odd > 128) return bluestein(x, n);
  let first = odd;
  while (first < 16 && first < n) first *= 2;
  let y = byMatrix(x, first, n / first);
  for (let size = first; size < n; size *= 2) y = joined(y, size, n / size / 2);
  return { re: reshape(y.re, x.re.shape), im: reshape(y.im, x.re.shape) };
}

/** The transforms of `count` interleaved parts of each row, [L, size, count]. */
function byMatrix({ re, im }: Rows, size: number, count: number): Complex {
  const m = remembered(`matrix ${size} ${re.dtype}`, () => matrix(size, re.dtype));
  const times = (a: Tensor, x: Tensor): Tensor =>
    contractLabels(a, reshape(x, [x.shape[0] ?? 0, size, count]), { a: [1, 2], b: [0, 2, 3], out: [0, 1, 3] });
  if (im === null) return { re: times(m.re, re), im: times(m.im, re) };
  return {
    re: sub(times(m.re, re), times(m.im, im)),
    im: add(times(m.re, im), times(m.im, re)),
  };
}

function matrix(size: number, dtype: DType): Complex {
  const turns = integers(size * size, (i) => Math.floor(i / size) * (i % size));
  return tensorsOf(roots(turns, size), dtype, [size, size]);
}

/** From the transforms of 2·count interleaved parts, of `size` elements each, those of `count` parts: [L, 2·size, count]. */
function joined({ re, im }: Complex, size: number, count: number): Complex {
  const half = (x: Tensor, from: number): Tensor => slice(x, [0, 0, from], [x.shape[0] ?? 0, size, from + count]);
  const factor = remembered(`roots ${size} ${re.dtype}`, () =>
    tensorsOf(roots(integers(size), 2 * size), re.dtype, [size, 1]),
  );
  const turned = complex.mul(factor, { re: half(re, count), im: half(im, count) });
  const both = (x: Tensor, t: Tensor): Tensor => concat([add(half(x, 0), t), sub(half(x, 0), t)], 1);
  return { re: both(re, turned.re), im: both(im, turned.im) };
}

function bluestein({ re, im }: Rows, n: number): Complex {
  let length = 1;
  while (length < 2 * n - 1) length *= 2;
  const { chirp, other } = remembered(`chirp ${n} ${re.dtype}`, () => chirps(n, length, re.dtype));
  const x = im === null ? { re: mul(re, chirp.re), im: mul(re, chirp.im) } : complex.mul({ re, im }, chirp);
  const wide = (part: Tensor): Tensor => pad(part, [0, 0], [0, length - n]);
  const y = inverse(complex.mul(transform({ re: wide(x.re), im: wide(x.im) }), other));
  const narrow = (part: Tensor): Tensor => slice(part, [0, 0], [part.shape[0] ?? 0, n]);
  return complex.mul({ re: narrow(y.re), im: narrow(y.im) }, chirp);
}

/** e^(−πi j²/n) [1, n], and the transform [1, length] of its conjugate, laid around 0. */
function chirps(n: number, length: number, dtype: DType): { chirp: Complex; other: Complex } {
  const { re, im } = roots(
    integers(n, (k) => k * k),
    2 * n,
  );
  const around = (half: Float64Array, sign: number): Float64Array =>
    integers(length, (k) => sign * (half[Math.min(k, length - k)] ?? 0));
  return {
    chirp: tensorsOf({ re, im }, dtype, [1, n]),
    other: tensorsOf(transformed({ re: around(re, 1), im: around(im, -1) }), dtype, [1, length]),
  };
}

/** x_j = Σ_k y_k e^(2πi jk/n) / n of each row: the transform with the parts exchanged. */
function inverse({ re, im }: Complex): Complex {
  const y = transform({ re: im, im: re });
  const n = re.shape[1] ?? 1;
  return { re: div(y.im, n), im: div(y.re, n) };
}

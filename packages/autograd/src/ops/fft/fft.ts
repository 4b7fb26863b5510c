import { ArgumentError, checkTensor, DTypeError, normalizeAxis, type Tensor } from '@throughline/tensor';
import { checkFloat } from '../../operand.ts';
import { concat } from '../../primitives/concat-split.ts';
import { flip } from '../../primitives/flip.ts';
import { div, neg } from '../../primitives/maps/arithmetic.ts';
import { checkNotEmpty } from '../../primitives/max-min.ts';
import { reshape } from '../../primitives/reshape.ts';
import { slice } from '../../primitives/slice-pad.ts';
import { filled } from '../../primitives/sum-broadcast.ts';
import { moveAxes } from '../../primitives/transpose.ts';
import { pad } from '../pad.ts';
import { type Complex, checkComplex, isComplex } from './record.ts';
import { type Rows, transform } from './transform.ts';

/** How a transform is scaled: the inverse by 1 / n ('backward', as is usual), each by 1 / √n, or the forward one by 1 / n. */
export interface FftOptions {
  readonly norm?: 'backward' | 'ortho' | 'forward';
}

/**
 * The discrete Fourier transform along an axis: y_k = Σ_j x_j e^(−2πi jk/n).
 *
 * Shapes: the axis gets extent n, by zeros at its end or by leaving elements out; without n it stays. Dtypes: floats; real or
 * complex. Any length takes time n log n; error about ε log n, relative to the largest. Gradient: with c the cotangent,
 * x̄ = n · ifft(c), and its real part where x is real.
 * @throws ArgumentError unless n ≥ 1; ShapeError when the axis is empty and n not given; AxisError; DTypeError unless floats.
 * @example fft(tensor([1, 2, 3, 4])).re   // f64[4] [10, -2, -2, -2]
 */
export function fft(x: Tensor | Complex, n?: number, axis = -1, options: FftOptions = {}): Complex {
  const { rows, put } = rowsOf('fft', x, n, axis);
  return put(scaled(transform(rows), rows, options, 'forward'));
}

/**
 * The inverse of fft: x_j = Σ_k y_k e^(2πi jk/n) / n.
 *
 * Shapes, dtypes, errors: as fft. Gradient: with c the cotangent, ȳ = fft(c) / n, and its real part where y is real.
 * @throws ArgumentError unless n ≥ 1; ShapeError when the axis is empty and n not given; AxisError; DTypeError unless floats.
 * @example ifft({ re: tensor([10, -2]), im: tensor([0, 0]) }).re   // f64[2] [4, 6]
 */
export function ifft(y: Tensor | Complex, n?: number, axis = -1, options: FftOptions = {}): Complex {
  const { rows, put } = rowsOf('ifft', y, n, axis);
  return put(scaled(backward(rows), rows, options, 'backward'));
}

/**
 * The transform of real numbers, of which the half up to ⌊n / 2⌋ is kept: the rest is its conjugate, backwards.
 *
 * Shapes: the axis gets extent ⌊n / 2⌋ + 1. Dtypes: floats. Gradient: as that of fft, from what is kept.
 * @throws DTypeError unless x is real; otherwise as fft.
 * @example rfft(tensor([1, 2, 3, 4])).im   // f64[3] [0, 2, 0]
 */
export function rfft(x: Tensor, n?: number, axis = -1, options: FftOptions = {}): Complex {
  if (isComplex(x)) {
    throw new DTypeError('rfft', 'takes real numbers, got a complex record. Use fft.');
  }
  const { rows, put } = rowsOf('rfft', x, n, axis);
  const y = scaled(transform(rows), rows, options, 'forward');
  const half = (part: Tensor): Tensor => slice(part, [0, 0], [part.shape[0] ?? 0, halfOf(part.shape[1] ?? 0)]);
  return put({ re: half(y.re), im: half(y.im) });
}

/**
 * The inverse of rfft: n real numbers, from the half of a transform that it keeps; n is 2·(extent − 1) unless given, so it is
 * needed where it was odd.
 *
 * Shapes: the axis gets extent n, from ⌊n / 2⌋ + 1 elements: fewer are filled up by zeros, more left out. Dtypes: floats. The
 * imaginary parts of elements 0 and n / 2 are not read, since real numbers have none there, and have gradient 0. Gradient:
 * with c the cotangent, that of element k is fft(c) / n at k, doubled where it also stands for n − k.
 * @throws ArgumentError unless n ≥ 1, also when not given; AxisError; ShapeError and DTypeError unless y is a pair of floats.
 * @example irfft(rfft(tensor([1, 2, 3, 4])))   // f64[4] [1, 2, 3, 4]
 */
export function irfft(y: Complex, n?: number, axis = -1, options: FftOptions = {}): Tensor {
  const { re } = checkComplex('irfft', y);
  const length = n ?? 2 * ((re.shape[normalizeAxis('irfft', axis, re)] ?? 0) - 1);
  checkLength('irfft', length);
  const { rows, put } = rowsOf('irfft', y, halfOf(length), axis);
  const x = backward(whole(rows.re, rows.im ?? filled(rows.re, 0), length));
  return put(scaled(x, { re: x.re, im: null }, options, 'backward')).re;
}

const halfOf = (n: number): number => Math.floor(n / 2) + 1;

/** All n elements of a transform of real numbers, from the first half. */
function whole(re: Tensor, im: Tensor, n: number): Rows {
  const rows = re.shape[0] ?? 0;
  const part = (x: Tensor, from: number, to: number): Tensor => slice(x, [0, from], [rows, to]);
  const after = Math.ceil(n / 2); // elements 1 … after − 1 have a conjugate
  const zero = filled({ dtype: im.dtype, shape: [rows, 1] }, 0);
  const inside = part(im, 1, after);
  const middle = n % 2 === 0 ? [zero] : [];
  return {
    re: concat([re, flip(part(re, 1, after), 1)], 1),
    im: concat([zero, inside, ...middle, neg(flip(inside, 1))], 1),
  };
}

/** Σ_k y_k e^(2πi jk/n): the transform with the parts exchanged, before and after. */
function backward({ re, im }: Rows): Complex {
  if (im === null) {
    const y = transform({ re, im });
    return { re: y.re, im: neg(y.im) };
  }
  const y = transform({ re: im, im: re });
  return { re: y.im, im: y.re };
}

function scaled(
  y: Complex,
  { re }: Rows,
  { norm = 'backward' }: FftOptions,
  direction: 'forward' | 'backward',
): Complex {
  const n = re.shape[1] ?? 1;
  const by = norm === 'ortho' ? Math.sqrt(n) : norm === direction ? n : 1;
  return by === 1 ? y : { re: div(y.re, by), im: div(y.im, by) };
}

interface Prepared {
  readonly rows: Rows;
  /** Puts rows of any length back where they came from. */
  put(rows: Complex): Complex;
}

/** A checked call, as rows of n elements. */
function rowsOf(op: string, x: Tensor | Complex, n: number | undefined, axis: number): Prepared {
  const { re, im }: Rows = isComplex(x) ? checkComplex(op, x) : { re: x, im: null };
  checkTensor(op, re);
  checkFloat(op, re);
  const at = normalizeAxis(op, axis, re);
  if (n === undefined) checkNotEmpty(op, re, [at]);
  const length = n ?? re.shape[at] ?? 0;
  checkLength(op, length);
  const last = re.rank - 1;
  const others = re.shape.toSpliced(at, 1);
  const flat = (part: Tensor): Tensor => {
    const moved = resized(moveAxes(part, at, last), length);
    return reshape(moved, [others.reduce((a, b) => a * b, 1), length]);
  };
  const back = (part: Tensor): Tensor => moveAxes(reshape(part, [...others, part.shape[1] ?? 0]), last, at);
  return {
    rows: { re: flat(re), im: im && flat(im) },
    put: (y) => ({ re: back(y.re), im: back(y.im) }),
  };
}

/** x with n elements along its last axis: cut, or filled up by zeros. */
function resized(x: Tensor, n: number): Tensor {
  const extent = x.shape.at(-1) ?? 0;
  if (extent === n) return x;
  const none = x.shape.map(() => 0);
  return extent > n ? slice(x, none, x.shape.with(-1, n)) : pad(x, none, none.with(-1, n - extent));
}

function checkLength(op: string, n: number): void {
  if (Number.isInteger(n) && n >= 1) return;
  throw new ArgumentError(op, `n is ${n}, not an integer ≥ 1. Give a length.`);
}

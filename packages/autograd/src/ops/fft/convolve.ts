import { ArgumentError, formatType, normalizeAxis, ShapeError, type Tensor } from '@throughline/tensor';
import { checkFloat, checkSameDType } from '../../operand.ts';
import { checkNotEmpty } from '../../primitives/max-min.ts';
import { slice } from '../../primitives/slice-pad.ts';
import { mul } from './complex.ts';
import { irfft, rfft } from './fft.ts';

/** Which part of a convolution is wanted, and along which axis. */
export interface ConvolveOptions {
  /** All m + n − 1 elements; the m in the middle; those that no end has a part in; or the first m, which do not look ahead. */
  readonly mode?: 'full' | 'same' | 'valid' | 'causal';
  /** The last by default. */
  readonly axis?: number;
}

/**
 * The convolution y_t = Σ_s b_s a_{t−s} along an axis, by Fourier transforms: for kernels so long that products would be slow.
 *
 * Shapes: a with m elements along the axis and b with n, of one rank, broadcast beside it; m + n − 1 elements come out, or by
 * `mode` m in the middle ('same'), the m − n + 1 that need no zeros ('valid'), the first m ('causal'). Dtypes: floats, equal;
 * errors are about ε Σ|a| max|b| wherever in the result. Gradient: ȳ convolved with the other, turned around.
 * @throws ShapeError when the ranks differ, the shapes do not broadcast, an axis is empty, or b is longer in 'valid'.
 * @example fftConvolve(tensor([1, 2, 3]), tensor([0, 1]), { mode: 'causal' })   // f64[3] [0, 1, 2]
 */
export function fftConvolve(a: Tensor, b: Tensor, options: ConvolveOptions = {}): Tensor {
  const { mode = 'full', axis = -1 } = options;
  checkSameDType('fftConvolve', [a, b]);
  checkFloat('fftConvolve', a);
  const at = normalizeAxis('fftConvolve', axis, a);
  if (a.rank !== b.rank) {
    throw new ShapeError('fftConvolve', `${formatType(a)} and ${formatType(b)} differ in rank. Use expandDims.`);
  }
  checkNotEmpty('fftConvolve', a, [at]);
  checkNotEmpty('fftConvolve', b, [at]);
  const [m, n] = [a.shape[at] ?? 0, b.shape[at] ?? 0];
  const [start, stop] = rangeOf(mode, m, n, a, b);
  const length = goodLength(m + n - 1);
  const y = irfft(mul(rfft(a, length, at), rfft(b, length, at)), length, at);
  const from = y.shape.map((_, k) => (k === at ? start : 0));
  return slice(y, from, y.shape.with(at, stop));
}

function rangeOf(mode: string, m: number, n: number, a: Tensor, b: Tensor): readonly [number, number] {
  if (mode === 'full') return [0, m + n - 1];
  if (mode === 'causal') return [0, m];
  if (mode === 'same') return [Math.floor((n - 1) / 2), Math.floor((n - 1) / 2) + m];
  if (mode !== 'valid') {
    throw new ArgumentError('fftConvolve', `the mode is "${mode}". Use 'full', 'same', 'valid' or 'causal'.`);
  }
  if (m >= n) return [n - 1, m];
  throw new ShapeError(
    'fftConvolve',
    `nothing is valid: ${formatType(b)} is longer than ${formatType(a)}. Exchange them.`,
  );
}

/** The least 2^k, 3·2^k or 5·2^k that is not below n: transforms of these are fast. */
function goodLength(n: number): number {
  const least = (factor: number): number => {
    let length = factor;
    while (length < n) length *= 2;
    return length;
  };
  return Math.min(least(1), least(3), least(5));
}

import type { Tensor } from '@throughline/tensor';
import { tensors } from '@throughline/tensor/testing';
import { type Complex, complex, fft, fftConvolve, ifft, irfft, rfft } from '../../fft/index.ts';
import type { Composite } from '../sample.ts';
import { of } from './of.ts';

const part = tensors({ shape: [2, 3] });
/** Away from 0, where a quotient and |z| have no derivative. */
const away = tensors({ shape: [2, 3], min: 0.5, max: 2 });
const square = tensors({ shape: [2, 2] });

/** A function from complex numbers to complex numbers, by their parts. */
const unary = (f: (z: Complex) => Complex) => (re: Tensor, im: Tensor) => parts(f({ re, im }));
const binary = (f: (z: Complex, w: Complex) => Complex) => (a: Tensor, b: Tensor, c: Tensor, d: Tensor) =>
  parts(f({ re: a, im: b }, { re: c, im: d }));
const parts = ({ re, im }: Complex): readonly Tensor[] => [re, im];

/** Functions over primitives in `fft`. */
export const fftComposites: Readonly<Record<string, Composite>> = {
  fft: of(
    unary((z) => fft(z)),
    [part, part],
  ),
  'fft, length': of(
    unary((z) => fft(z, 34, 0)),
    [part, part],
  ),
  ifft: of(
    unary((z) => ifft(z)),
    [part, part],
  ),
  rfft: of((x) => parts(rfft(x)), [part]),
  irfft: of((re, im) => irfft({ re, im }, 5), [part, part]),
  fftConvolve: of((a, b) => fftConvolve(a, b, { mode: 'causal' }), [part, tensors({ shape: [1, 2] })]),
  'complex.of': of((re, im) => parts(complex.of(re, im)), [part, part]),
  'complex.add': of(binary(complex.add), [part, part, part, part]),
  'complex.sub': of(binary(complex.sub), [part, part, part, part]),
  'complex.mul': of(binary(complex.mul), [part, part, part, part]),
  'complex.matmul': of(binary(complex.matmul), [square, square, square, square]),
  'complex.scale': of((re, im, r) => parts(complex.scale({ re, im }, r)), [part, part, part]),
  'complex.div': of(binary(complex.div), [part, part, away, part]),
  'complex.conj': of(unary(complex.conj), [part, part]),
  'complex.abs': of((re, im) => complex.abs({ re, im }), [away, part]),
  'complex.angle': of((re, im) => complex.angle({ re, im }), [away, part]),
  'complex.exp': of(unary(complex.exp), [part, part]),
  'complex.polar': of((r, angle) => parts(complex.polar(r, angle)), [part, part]),
};

import type { Tensor } from '@throughline/tensor';
import {
  type Complex,
  type ConvolveOptions,
  complex,
  type FftOptions,
  fft,
  fftConvolve,
  ifft,
  irfft,
  rfft,
} from '../fft/index.ts';
import type { Adapter, Run } from './adapter.ts';

interface Params extends FftOptions, Pick<ConvolveOptions, 'mode'> {
  readonly n?: number;
  readonly axis?: number;
}

const parts = ({ re, im }: Complex): readonly Tensor[] => [re, im];
const unary =
  (f: (z: Complex) => Complex): Run<Params> =>
  ([re, im]) =>
    parts(f({ re, im }));
const binary =
  (f: (z: Complex, w: Complex) => Complex): Run<Params> =>
  ([a, b, c, d]) =>
    parts(f({ re: a, im: b }, { re: c, im: d }));

export const adapter: Adapter<Params> = {
  ops: 15,
  exported: {},
  special: {
    fft: ([re, im], p) => parts(fft({ re, im }, p.n, p.axis, p)),
    ifft: ([re, im], p) => parts(ifft({ re, im }, p.n, p.axis, p)),
    rfft: ([x], p) => parts(rfft(x, p.n, p.axis, p)),
    irfft: ([re, im], p) => irfft({ re, im }, p.n, p.axis, p),
    fftConvolve: ([a, b], p) => fftConvolve(a, b, p),
    'complex.add': binary(complex.add),
    'complex.sub': binary(complex.sub),
    'complex.mul': binary(complex.mul),
    'complex.matmul': binary(complex.matmul),
    'complex.div': binary(complex.div),
    'complex.exp': unary(complex.exp),
    'complex.conj': unary(complex.conj),
    'complex.polar': ([r, angle]) => parts(complex.polar(r, angle)),
    'complex.abs': ([re, im]) => complex.abs({ re, im }),
    'complex.angle': ([re, im]) => complex.angle({ re, im }),
  },
};

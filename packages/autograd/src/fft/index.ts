// Fourier transforms

export * as complex from '../ops/fft/complex.ts';
export { type ConvolveOptions, fftConvolve } from '../ops/fft/convolve.ts';
export { type FftOptions, fft, ifft, irfft, rfft } from '../ops/fft/fft.ts';
// complex numbers, as records
export type { Complex } from '../ops/fft/record.ts';

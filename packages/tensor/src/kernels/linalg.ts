export { type QR, qr } from './qr.ts';
export { singularValues } from './singular-values.ts';
export { spectralRadius } from './spectral-radius.ts';

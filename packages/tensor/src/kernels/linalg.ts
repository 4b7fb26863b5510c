export { type QR, qr } from './qr.ts';
export { type SVD, singularValues, svd } from './singular-values.ts';
export { spectralRadius } from './spectral-radius.ts';

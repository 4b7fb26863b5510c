/** @file What tests of tensors need: `@throughline/tensor/testing`. Arbitraries need fast-check, an optional peer. */
export { anyTensors, broadcastablePairs, extents, shapes, type TensorChoice, tensors } from './arbitraries.ts';
export { bitEqual, firstDifference, maxDeviation } from './close.ts';
export { type DirectionalDerivative, directionalDerivative } from './finite-difference.ts';

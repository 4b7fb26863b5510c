/** @file Reference kernels: they define every op. The only index arithmetic here; they trust their arguments. */
// one element → one element

export { type ContractSpec, contract } from './contract.ts';
export * from './elementwise.ts';
export { firstOutOfRange, gather, oneHot, scatterAdd } from './gather.ts';
// the same elements elsewhere
export * from './layout.ts';
// factorisations
export * from './linalg.ts';
// random bits
export * from './random.ts';
// a chain along an axis
export * from './recurrence.ts';
// many → fewer
export * from './reduce.ts';
export { binaryScalars, type ScalarForms, unaryScalars } from './scalar.ts';

/** @file Scalar functions that bring their own steps, beside the elementary ones. Errors: docs/elementary.md. */
export type { ScalarFunction } from '../elementary/scalar-function.ts';
export * from './functions.ts';
export { mapOf } from './map.ts';

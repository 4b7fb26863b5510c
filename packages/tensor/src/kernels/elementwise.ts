/** @file Maps: one element of each operand → one element of the result. Operands have equal shapes. */
export * from './arithmetic.ts';
export * from './compare.ts';
export * from './transcendental.ts';

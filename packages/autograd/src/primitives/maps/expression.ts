import type { ScalarExpression, ScalarOp } from '../../semantics.ts';

/** The operands of a map, and constants, as expressions. */
export const x: ScalarExpression = { input: 0 };
export const y: ScalarExpression = { input: 1 };
export const z: ScalarExpression = { input: 2 };
export const constant = (value: number): ScalarExpression => ({ constant: value });

/** `op` applied to expressions. */
export const apply = (op: ScalarOp, ...args: ScalarExpression[]): ScalarExpression => ({ op, args });

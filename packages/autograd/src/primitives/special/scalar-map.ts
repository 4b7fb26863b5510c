import { mapOf, type ScalarFunction } from '@throughline/tensor/special';
import { type BinaryOp, binary, type UnaryOp, unary } from '../define.ts';
import { x, y } from '../maps/expression.ts';

type Unary = Parameters<typeof unary>[0];
type Binary = Parameters<typeof binary>[0];

/** The map of a function of one float. */
export const unaryMap = (f: ScalarFunction, pullback: NonNullable<Unary['pullback']>): UnaryOp =>
  unary({ name: f.name, expression: { function: f, args: [x] }, kernel: mapOf(f), pullback });

/** The map of a function of two floats. */
export const binaryMap = (f: ScalarFunction, ...pullbacks: NonNullable<Binary['pullbacks']>): BinaryOp =>
  binary({ name: f.name, expression: { function: f, args: [x, y] }, kernel: mapOf(f), pullbacks });

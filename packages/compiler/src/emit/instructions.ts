import type { ScalarOp } from '@throughline/autograd/back-end';
import { type Op, op as opcodes } from '../wasm/opcodes.ts';

/** The instruction that is an operation on vectors, if one is: most have its name. */
export function instructionFor(op: ScalarOp, shape: 'f64x2' | 'f32x4' | 'i32x4'): Op | undefined {
  const isExtreme = op === 'maximum' || op === 'minimum';
  const [first = '', ...others] = isExtreme ? op.slice(0, 3) : op;
  const name = [shape, first.toUpperCase(), ...others, isExtreme && shape === 'i32x4' ? 'S' : ''].join('');
  return name in opcodes ? (name as Op) : undefined; // it is one
}

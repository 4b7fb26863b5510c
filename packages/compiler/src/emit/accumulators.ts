import type { DType } from '@throughline/tensor';
import type { ReduceKernel } from '../plan/ir.ts';
import type { Code, Local } from '../wasm/code.ts';
import type { Op } from '../wasm/opcodes.ts';
import { bytesOf, shapeOf } from './emitter.ts';
import { instructionFor } from './instructions.ts';

/** The blocks and accumulators of a sum, as `sum` of the reference defines them. */
export const BLOCK = 4096;
export const ACCUMULATORS = 16;

export type Combine = Exclude<ReduceKernel['combine'], 'argMaximum'>;

export const combiningOp = (combine: Combine, dtype: DType): Op =>
  instructionFor(combine === 'sum' ? 'add' : combine, shapeOf(dtype)) as Op; // all exist

/** Puts what changes nothing on the stack. */
export function pushNeutral(code: Code, combine: Combine, dtype: DType): void {
  const most = combine === 'sum' ? 0 : combine === 'maximum' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const shape = shapeOf(dtype);
  if (shape !== 'i32x4') code[shape](most);
  else code.i32x4(Math.min(Math.max(most, -2147483648), 2147483647));
}

/** So many vectors that a reduction is gathered in. The first one is next; after `add` it is the last one. */
export function accumulatorsOf(code: Code, combine: Combine, dtype: DType, length: number) {
  const op = combiningOp(combine, dtype);
  const locals: readonly Local[] = code.locals(length, 'v128');
  const [spare, total] = code.locals(2, 'v128');
  const into = (local: Local, value: Local): Code => code.get(local).get(value).op(op);
  const restart = (): void => {
    pushNeutral(code, combine, dtype);
    for (const local of locals) code.tee(local);
    code.op('drop');
  };
  return {
    length,
    total,
    /** All accumulators empty, and the total. */
    clear(): void {
      pushNeutral(code, combine, dtype);
      code.set(total);
      restart();
    },
    /** Begins another block. */
    restart,
    /** The value into one accumulator, all of which stay in place. */
    addTo(at: number, value: Local): void {
      const local = locals[at] as Local; // one of them
      into(local, value).set(local);
    },
    /** The value into the first accumulator, which goes to the end. */
    add(value: Local): void {
      into(locals[0] as Local, value).set(spare); // at least one
      for (const [at, local] of locals.entries()) code.get(locals[at + 1] ?? spare).set(local);
    },
    /** Combines them by halving into the total, after `added` values of this block; `lanes` of each count. */
    flush(added: number, lanes: number): void {
      const order = locals.map((_, at) => locals[(((at - added) % length) + length) % length] as Local); // a rotation
      for (let half = ACCUMULATORS / 2; half >= 1; half /= 2) {
        for (let at = 0; at < half && at + half < length; at++) {
          const [low, high] = [order[at], order[at + half]] as [Local, Local]; // below length
          into(low, high).set(low);
        }
      }
      const [sum] = order as [Local]; // at least one
      for (let half = lanes / 2; half >= 1; half /= 2) {
        const bytes = half * bytesOf(dtype);
        // lane i + half at lane i
        const shifted = Array.from({ length: 16 }, (_, byte) => (byte + bytes) % 16);
        code.get(sum).get(sum).get(sum).shuffle(shifted).op(op).set(sum);
      }
      into(total, sum).set(total);
    },
  };
}

import type { DType } from '@throughline/tensor';
import type { ReduceKernel } from '../plan/ir.ts';
import type { Code, Local } from '../wasm/code.ts';
import type { Op } from '../wasm/opcodes.ts';
import { shapeOf } from './emitter.ts';
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

/** Vectors that a reduction is gathered in. The first one is next; after `add` it is the last one. */
export class Accumulators {
  readonly #code: Code;
  readonly #dtype: DType;
  readonly #op: Op;
  readonly #combine: Combine;
  readonly #locals: readonly Local[];
  readonly #spare: Local;
  readonly #total: Local;

  constructor(code: Code, combine: Combine, dtype: DType, count: number) {
    this.#code = code;
    this.#dtype = dtype;
    this.#combine = combine;
    this.#op = combiningOp(combine, dtype);
    this.#locals = code.locals(count, 'v128');
    this.#spare = code.local('v128');
    this.#total = code.local('v128');
  }

  get length(): number {
    return this.#locals.length;
  }

  pushNeutral(): void {
    pushNeutral(this.#code, this.#combine, this.#dtype);
  }

  /** All accumulators empty, and the total. */
  clear(): void {
    this.pushNeutral();
    this.#code.tee(this.#total);
    this.#empty();
  }

  /** The value into one accumulator, all of which stay in place. */
  addTo(at: number, value: Local): void {
    const local = this.#locals[at] as Local; // one of them
    this.#code.get(local).get(value).op(this.#op).set(local);
  }

  /** The value into the first accumulator, which goes to the end. */
  add(value: Local): void {
    const [first] = this.#locals as readonly [Local]; // at least one
    if (this.length === 1) {
      this.addTo(0, value);
      return;
    }
    this.#code.get(first).get(value).op(this.#op).set(this.#spare);
    for (const [at, local] of this.#locals.entries()) this.#code.get(this.#locals[at + 1] ?? this.#spare).set(local);
  }

  /** Combines them by halving into the total, after `added` values of this block; `lanes` of each count. */
  flush(added: number, lanes: number): void {
    const code = this.#code;
    const { length } = this;
    const order = this.#locals.map((_, at) => this.#locals[(((at - added) % length) + length) % length] as Local); // a rotation
    for (let half = ACCUMULATORS / 2; half >= 1; half /= 2) {
      for (let at = 0; at < half && at + half < length; at++) {
        const [into, from] = [order[at], order[at + half]] as [Local, Local]; // below length
        code.get(into).get(from).op(this.#op).set(into);
      }
    }
    const [sum] = order as [Local]; // at least one
    for (let half = lanes / 2; half >= 1; half /= 2) {
      code.get(sum).get(sum).get(sum).shuffle(this.#shifted(half)).op(this.#op).set(sum);
    }
    code.get(this.#total).get(sum).op(this.#op).set(this.#total);
  }

  /** Begins another block. */
  restart(): void {
    this.pushNeutral();
    this.#empty();
  }

  get total(): Local {
    return this.#total;
  }

  #empty(): void {
    for (const local of this.#locals) this.#code.tee(local);
    this.#code.op('drop');
  }

  /** Lane i + half at lane i. */
  #shifted(half: number): number[] {
    const bytes = half * (this.#dtype === 'float64' ? 8 : 4);
    return Array.from({ length: 16 }, (_, byte) => (byte + bytes) % 16);
  }
}

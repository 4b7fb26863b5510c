import { isDifferentiable, type Tensor } from '@throughline/tensor';
import { bindAny } from './bind.ts';
import type { AnyPrimitive } from './primitive.ts';
import { readsOf } from './reads.ts';
import { Recorded, Trace, TypeOnly } from './value.ts';

/** One op that ran, with the residuals its pullbacks will read. */
export interface Entry {
  readonly primitive: AnyPrimitive;
  readonly params: unknown;
  /** Primals where a wanted rule reads their values, their types otherwise. */
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** The tape's variables for the operands; −1 for what the tape did not record. */
  readonly operands: readonly number[];
  /** The variable of the first output; further outputs follow. */
  readonly first: number;
}

/** Records what runs, in order, so that cotangents can be pulled back through it. */
export class Tape extends Trace {
  readonly entries: Entry[] = [];
  /** Number of variables so far. */
  count = 0;

  /** A fresh variable with this value: what one differentiates with respect to. */
  input(x: Tensor): Recorded {
    return new Recorded(x, this, this.count++);
  }

  process(primitive: AnyPrimitive, inputs: readonly Tensor[], params: unknown): readonly Tensor[] {
    const n = inputs.length;
    const operands = new Array<number>(n);
    const primals = new Array<Tensor>(n);
    for (let i = 0; i < n; i++) {
      const x = inputs[i] as Tensor; // i < n
      const mine = x instanceof Recorded && x.trace === this;
      operands[i] = mine ? x.id : -1;
      primals[i] = mine ? x.primal : x;
    }
    const outputs = bindAny(primitive, primals, params);
    if (!outputs.some(isDifferentiable)) return outputs;
    return this.#record(primitive, params, operands, primals, outputs);
  }

  #record(
    primitive: AnyPrimitive,
    params: unknown,
    operands: number[],
    primals: Tensor[],
    outputs: readonly Tensor[],
  ): readonly Tensor[] {
    const first = this.count;
    this.count += outputs.length;
    const inputs = primals.map(typeOnly);
    const kept = outputs.map(typeOnly);
    for (let i = 0; i < operands.length; i++) {
      if ((operands[i] as number) < 0) continue; // i < length
      const reads = readsOf(primitive, i, primals, outputs, params);
      for (const j of reads.inputs) inputs[j] = primals[j] as Tensor; // readsOf gives indices of operands
      for (const j of reads.outputs) kept[j] = outputs[j] as Tensor; // and of outputs
    }
    this.entries.push({ primitive, params, inputs, outputs: kept, operands, first });
    return outputs.map((y, k) => (isDifferentiable(y) ? new Recorded(y, this, first + k) : y));
  }
}

const typeOnly = (x: Tensor): Tensor => new TypeOnly(x.dtype, x.shape);

import { isDifferentiable, sameType, type Tensor } from '@throughline/tensor';
import { bindAny } from './bind.ts';
import { seal, sealing } from './debug/captures.ts';
import type { AnyPrimitive } from './primitive.ts';
import { readsOf } from './reads.ts';
import { type Place, placeOf, placing } from './scope.ts';
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
  /** Where entries ran, by index: kept while a Program is recorded or a debugger watches. */
  readonly places: Place[] | null = placing > 0 ? [] : null;
  /** Number of variables so far. */
  count = 0;
  readonly #keeps: 'residuals' | 'everything';

  /** `keeps: 'everything'` holds every value, for reading the tape; sweeps need the residuals alone. */
  constructor(level: number, keeps: 'residuals' | 'everything' = 'residuals') {
    super(level);
    this.#keeps = keeps;
  }

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
    for (const y of outputs)
      if (isDifferentiable(y)) return this.#record(primitive, params, operands, primals, outputs);
    return outputs;
  }

  #record(
    primitive: AnyPrimitive,
    params: unknown,
    operands: readonly number[],
    primals: readonly Tensor[],
    outputs: readonly Tensor[],
  ): readonly Tensor[] {
    const first = this.count;
    this.count += outputs.length;
    const [inputs, kept] =
      this.#keeps === 'everything'
        ? [primals, outputs]
        : this.#residuals(primitive, params, operands, primals, outputs);
    if (sealing) seal([...inputs, ...kept]);
    if (this.places !== null) this.places.push(placeOf(primals, outputs));
    this.entries.push({ primitive, params, inputs, outputs: kept, operands, first });
    const recorded = new Array<Tensor>(outputs.length);
    for (let k = 0; k < outputs.length; k++) {
      const y = outputs[k] as Tensor; // k < length
      recorded[k] = isDifferentiable(y) ? new Recorded(y, this, first + k) : y;
    }
    return recorded;
  }

  /** The values that the pullbacks of recorded operands read, and the types of the others. */
  #residuals(
    primitive: AnyPrimitive,
    params: unknown,
    operands: readonly number[],
    primals: readonly Tensor[],
    outputs: readonly Tensor[],
  ): [readonly Tensor[], readonly Tensor[]] {
    let inputs = this.#types(primals);
    let kept = this.#types(outputs);
    for (let i = 0; i < operands.length; i++) {
      if ((operands[i] as number) < 0) continue; // i < length
      const reads = readsOf(primitive, i, primals, outputs, params);
      inputs = keep(inputs, primals, reads.inputs);
      kept = keep(kept, outputs, reads.outputs);
      if (primitive.jointPullback !== undefined) break; // one rule reads for all operands
    }
    return [inputs, kept];
  }

  /** Lists of types by length, the last of each. */
  readonly #lastTypes: (readonly Tensor[])[] = [];

  /** The types of values, without the values. A list equal to the last one is that one: long chains share it. */
  #types(values: readonly Tensor[]): readonly Tensor[] {
    const last = this.#lastTypes[values.length];
    if (last !== undefined && sameTypes(last, values)) return last;
    const types = values.map((x) => new TypeOnly(x.dtype, x.shape));
    this.#lastTypes[values.length] = types;
    return types;
  }
}

/** `types` with the values at `places` in it; a copy, unless there is nothing to put. */
function keep(types: readonly Tensor[], values: readonly Tensor[], places: readonly number[]): readonly Tensor[] {
  if (places.length === 0) return types;
  const kept = types.slice();
  for (const place of places) kept[place] = values[place] as Tensor; // readsOf gives places of values
  return kept;
}

function sameTypes(a: readonly Tensor[], b: readonly Tensor[]): boolean {
  for (let i = 0; i < a.length; i++) if (!sameType(a[i] as Tensor, b[i] as Tensor)) return false; // equally long
  return true;
}

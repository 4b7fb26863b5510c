import { Concrete, type DType, formatType, type Shape, Tensor, TraceError } from '@throughline/tensor';
import type { AnyPrimitive } from './primitive.ts';

/**
 * One running transform: a tape, a forward sweep, or the recording of a Program. Traces nest; a value belongs to the
 * trace that made it, and an op goes to the innermost trace among its operands, which strips its own wrapping and hands
 * the rest to the traces outside. So a derivative of a derivative needs no rule of its own.
 */
export abstract class Trace {
  /** Depth of nesting at the start: an inner trace has the larger level. */
  readonly level: number;
  /** Set when the transform has returned; its recorded values are constants from then on. */
  ended = false;
  /** Takes every op on values of outer traces too, as a branch must that may not run. */
  readonly takesAll: boolean;
  constructor(level: number, takesAll = false) {
    this.level = level;
    this.takesAll = takesAll;
  }
  abstract process(primitive: AnyPrimitive, inputs: readonly Tensor[], params: unknown): readonly Tensor[];
}

/** A value that belongs to a trace. */
export abstract class Traced extends Tensor {
  abstract readonly trace: Trace;
  /** The same value as the next trace outside sees it; null for an abstract value, which has none. */
  abstract readonly primal: Tensor | null;
}

/** Numbers, with a place on a tape. Reads like the numbers it holds. */
export class Recorded extends Traced {
  readonly primal: Tensor;
  readonly trace: Trace;
  /** Its place: a variable of the tape. */
  readonly id: number;
  constructor(primal: Tensor, trace: Trace, id: number) {
    super();
    this.primal = primal;
    this.trace = trace;
    this.id = id;
  }
  get dtype(): DType {
    return this.primal.dtype;
  }
  get shape(): Shape {
    return this.primal.shape;
  }
  concrete(reader: string): Concrete {
    return this.primal.concrete(reader);
  }
}

/** Numbers with a tangent: a value in forward mode. */
export class Dual extends Traced {
  readonly primal: Tensor;
  readonly tangent: Tensor;
  readonly trace: Trace;
  constructor(primal: Tensor, tangent: Tensor, trace: Trace) {
    super();
    this.primal = primal;
    this.tangent = tangent;
    this.trace = trace;
  }
  get dtype(): DType {
    return this.primal.dtype;
  }
  get shape(): Shape {
    return this.primal.shape;
  }
  concrete(reader: string): Concrete {
    return this.primal.concrete(reader);
  }
}

/** A type and a place in a Program being recorded; there are no numbers to read. */
export class Abstract extends Traced {
  readonly primal = null;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly trace: Trace;
  readonly id: number;
  /** Set where it stands for a number, which adopts the dtype of the tensor beside it: what the number must then pass. */
  weak?: ((value: number) => void)[];
  constructor(dtype: DType, shape: Shape, trace: Trace, id: number) {
    super();
    this.dtype = dtype;
    this.shape = shape;
    this.trace = trace;
    this.id = id;
  }
  concrete(reader: string): Concrete {
    throw new TraceError(
      reader,
      `an abstract value (${formatType(this)}) has no numbers while a Program is being recorded. ` +
        'Use cond or where for a choice and scan or whileLoop for a loop, or read it outside trace.',
    );
  }
  override toString(): string {
    return `${formatType(this)} (abstract)`;
  }
}

/** A value inside vmap: one slice per example, seen as one example. There is no one number to read. */
export class Batched extends Traced {
  readonly primal = null;
  /** All examples, along a leading axis, as the traces outside see them. */
  readonly values: Tensor;
  readonly trace: Trace;
  readonly shape: Shape;
  constructor(values: Tensor, trace: Trace) {
    super();
    this.values = values;
    this.trace = trace;
    this.shape = values.shape.slice(1);
  }
  get dtype(): DType {
    return this.values.dtype;
  }
  concrete(reader: string): Concrete {
    throw new TraceError(
      reader,
      `${formatType(this)} stands for ${this.values.shape[0]} examples at once inside vmap, and has no one number to read. ` +
        'Use where or cond for a choice, scan or whileLoop for a loop, or return it and read it outside vmap.',
    );
  }
  override toString(): string {
    return `${formatType(this)} (one of ${this.values.shape[0]} examples)`;
  }
}

/** Stands on a tape where a rule reads a type but not a value, so that the value itself can be collected. */
export class TypeOnly extends Tensor {
  readonly dtype: DType;
  readonly shape: Shape;
  constructor(dtype: DType, shape: Shape) {
    super();
    this.dtype = dtype;
    this.shape = shape;
  }
  concrete(reader: string): Concrete {
    throw new TraceError(
      reader,
      `a pullback read a value (${formatType(this)}) that it did not read when its primitive was first analysed. ` +
        'Read the same primals in every call, or set readsVary on the primitive.',
    );
  }
}

/** The value as the innermost live trace sees it: recorded values of ended traces are constants. */
export function settle(x: Tensor): Tensor {
  let value = x;
  while (value instanceof Traced && value.trace.ended) {
    if (value.primal === null) {
      throw new TraceError(
        'trace',
        `an abstract value (${formatType(value)}) was used outside the trace that made it. ` +
          'Return it from the traced function instead.',
      );
    }
    value = value.primal;
  }
  return value;
}

/** A value as it stands on `trace`: one that went through a trace that ended since is what it was before. */
export function seenOn<T extends Tensor | null>(x: T, trace: Trace): T | Tensor {
  let value: T | Tensor = x;
  while (value instanceof Traced && value.trace !== trace && value.trace.ended && value.primal !== null) {
    value = value.primal;
  }
  return value;
}

/** Whether there are numbers behind a value that do not depend on what runs around it. */
export function readable(x: Tensor): boolean {
  let value = x;
  while (value instanceof Recorded || value instanceof Dual) value = value.primal;
  return value instanceof Concrete;
}

/** A value as the traces outside `trace` see it. */
export const strip = (x: Tensor, trace: Trace): Tensor =>
  x instanceof Traced && x.trace === trace ? (x.primal ?? x) : x;

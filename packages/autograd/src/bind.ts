import { Concrete, kernelProvider, type Tensor } from '@throughline/tensor';
import type { AnyPrimitive, Primitive, Tuple } from './primitive.ts';
import { watch } from './scope.ts';
import { settle, type Trace, Traced, TypeOnly } from './value.ts';

/** The running transforms, outermost first. */
const running: Trace[] = [];
/** The innermost of them that takes every op on traced values. */
let taking: Trace | null = null;

/** How many transforms are running: the level of the innermost. */
export const depth = (): number => running.length;

/**
 * What stands for values from outside while a function runs that will be run again (see replay.ts): every operand is
 * looked up before its trace is asked, also those of ended traces.
 */
export interface Substitution {
  /** Traces up to this level were there before the function ran. */
  readonly level: number;
  resolve(x: Traced): Tensor;
}
let substitution: Substitution | null = null;

/** A value as ops see it that are called now. */
export const lookUp = (x: Tensor): Tensor =>
  substitution !== null && x instanceof Traced ? substitution.resolve(x) : settle(x);

/** Runs `body` with other values in the place of those from outside; `make` gets the substitution in force, to ask it first. */
export function substituting<R>(make: (outer: Substitution | null) => Substitution, body: (s: Substitution) => R): R {
  const outer = substitution;
  const own = make(outer);
  substitution = own;
  try {
    return body(own);
  } finally {
    substitution = outer;
  }
}

/** Runs `body` inside a new trace, which has ended when this returns or throws. */
export function within<T extends Trace, R>(make: (level: number) => T, body: (trace: T) => R): R {
  const trace = make(running.length + 1);
  const outer = taking;
  running.push(trace);
  if (trace.takesAll) taking = trace;
  try {
    return body(trace);
  } finally {
    running.pop();
    taking = outer;
    trace.ended = true;
  }
}

/** Runs `body` as if `trace`, and what runs inside it, had not begun: what a trace hands to the traces outside. */
export function outside<R>(trace: Trace, body: () => R): R {
  const inner = running.splice(trace.level - 1);
  const before = taking;
  taking = innermost((other): other is Trace => other.takesAll) ?? null;
  try {
    return body();
  } finally {
    running.push(...inner);
    taking = before;
  }
}

/** The innermost running trace that satisfies `is`. */
export function innermost<T extends Trace>(is: (trace: Trace) => trace is T): T | undefined {
  return running.findLast(is);
}

/**
 * Applies a primitive: the one door through which every op goes. With concrete operands the reference kernel runs;
 * otherwise the innermost trace among the operands decides.
 *
 * Shapes, dtypes and gradient are the primitive's; operands are not broadcast. Returns one tensor per result.
 * @throws what the primitive's shape rule throws.
 * @example bind(add.primitive, [tensor([1]), tensor([2])], {})   // [f64[1] [3]]
 */
export function bind<P, In extends number, Out extends number>(
  primitive: Primitive<P, In, Out>,
  inputs: Tuple<Tensor, In>,
  params: P,
): Tuple<Tensor, Out> {
  return bindAny(primitive as unknown as AnyPrimitive, inputs, params) as unknown as Tuple<Tensor, Out>; // arity is the primitive's
}

/** `bind` where the arity is not known to the type checker. */
export function bindAny(primitive: AnyPrimitive, inputs: readonly Tensor[], params: unknown): readonly Tensor[] {
  let top: Trace | null = null;
  let settled = inputs;
  for (let i = 0; i < settled.length; i++) {
    let x = settled[i] as Tensor; // i < length
    if (x instanceof Concrete) continue;
    if (!(x instanceof Traced)) {
      if (x instanceof TypeOnly) x.concrete(primitive.name);
      continue;
    }
    if (substitution !== null || x.trace.ended) {
      if (settled === inputs) settled = [...inputs];
      x = substitution === null ? settle(x) : substitution.resolve(x);
      (settled as Tensor[])[i] = x; // our own copy, made above
      if (!(x instanceof Traced)) continue;
    }
    if (top === null || x.trace.level > top.level) top = x.trace;
  }
  if (top !== null && taking !== null && taking.level > top.level) top = taking;
  if (top !== null)
    return substitution === null
      ? top.process(primitive, settled, params)
      : beyond(substitution, top, primitive, settled, params);
  primitive.infer(settled, params);
  const operands = settled as readonly Concrete[]; // no operand belongs to a trace
  const outputs = kernelProvider?.(primitive, operands, params) ?? primitive.eval(operands, params);
  if (watch !== null) watch.ran(primitive, operands, params, outputs);
  return outputs;
}

/** What a trace from outside strips off belongs to traces further out, and stands for itself. */
function beyond(
  { level }: Substitution,
  top: Trace,
  primitive: AnyPrimitive,
  inputs: readonly Tensor[],
  params: unknown,
): readonly Tensor[] {
  const inner = substitution;
  if (top.level <= level) substitution = null;
  try {
    return top.process(primitive, inputs, params);
  } finally {
    substitution = inner;
  }
}

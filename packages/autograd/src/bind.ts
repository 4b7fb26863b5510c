import { Concrete, type Tensor } from '@throughline/tensor';
import type { AnyPrimitive, Primitive, Tuple } from './primitive.ts';
import { watch } from './scope.ts';
import { settle, type Trace, Traced, TypeOnly } from './value.ts';

/** The running transforms, outermost first. */
const running: Trace[] = [];

/** Runs `body` inside a new trace, which has ended when this returns or throws. */
export function within<T extends Trace, R>(make: (level: number) => T, body: (trace: T) => R): R {
  const trace = make(running.length + 1);
  running.push(trace);
  try {
    return body(trace);
  } finally {
    running.pop();
    trace.ended = true;
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
    if (x.trace.ended) {
      if (settled === inputs) settled = [...inputs];
      x = settle(x);
      (settled as Tensor[])[i] = x; // our own copy, made above
      if (!(x instanceof Traced)) continue;
    }
    if (top === null || x.trace.level > top.level) top = x.trace;
  }
  if (top !== null) return top.process(primitive, settled, params);
  primitive.infer(settled, params);
  const outputs = primitive.eval(settled as readonly Concrete[], params); // no operand belongs to a trace
  if (watch !== null) watch.ran(primitive, settled as readonly Concrete[], params, outputs); // as above
  return outputs;
}

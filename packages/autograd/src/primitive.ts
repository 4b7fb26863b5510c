import { ArgumentError, type Concrete, type Tensor, type TensorType } from '@throughline/tensor';
import type { Semantics } from './semantics.ts';

/** What flows backwards into a value; null where nothing flows. Zeros are never materialised early. */
export type Cotangent = Tensor | null;

/** N copies of T; plain `number` means any count. It lets rules destructure their inputs without assertions. */
export type Tuple<T, N extends number> = number extends N ? readonly T[] : TupleOf<T, N, readonly []>;
type TupleOf<T, N extends number, R extends readonly T[]> = R['length'] extends N
  ? R
  : TupleOf<T, N, readonly [...R, T]>;

/**
 * What a pullback may read: the primals at which the primitive ran, and what it gave. Reading a *value* makes it a
 * residual, kept on the tape until the sweep; reading a shape or dtype costs nothing.
 */
export interface Linearization<P, In extends number, Out extends number> {
  readonly inputs: Tuple<Tensor, In>;
  readonly outputs: Tuple<Tensor, Out>;
  readonly params: P;
}

/** From the outputs' cotangents (never all null) to one input's. */
export type Pullback<P, In extends number, Out extends number> = (
  cts: Tuple<Cotangent, Out>,
  at: Linearization<P, In, Out>,
) => Cotangent;

/** All input cotangents at once, for primitives whose rules share work; unwanted ones may be null. */
export type JointPullback<P> = (
  cts: readonly Cotangent[],
  at: Linearization<P, number, number>,
  wanted: readonly boolean[],
) => readonly Cotangent[];

/** Tangents in, tangents out, for structured primitives that run forward mode on their bodies. */
export type Pushforward<P> = (
  tangents: readonly Cotangent[],
  at: Linearization<P, number, number>,
) => readonly Cotangent[];

/** What a batching rule is given: operands, of which the mapped ones have a leading axis with one slice per example. */
export interface Batch<P = unknown> {
  readonly primitive: AnyPrimitive;
  readonly inputs: readonly Tensor[];
  /** Per operand; at least one is. */
  readonly mapped: readonly boolean[];
  readonly params: P;
  /** The number of examples; it may be 0. */
  readonly size: number;
}

/** The results for all examples at once. `mapped` says which have the leading axis: all, where it is absent. */
export type BatchRule<P = unknown> = (batch: Batch<P>) => {
  readonly outputs: readonly Tensor[];
  readonly mapped?: readonly boolean[];
};

/** One op, whole: shape rule, reference kernel, derivative, meaning. Everything else asks this record. */
export interface Primitive<P = unknown, In extends number = number, Out extends number = number> {
  readonly name: string;
  /** Raised when the meaning of params or values changes; written into files. */
  readonly version: number;
  readonly semantics: Semantics<P>;
  /** The shape rule: output types from input types. Throws as the user called it. */
  infer(inputs: Tuple<TensorType, In>, params: P): Tuple<TensorType, Out>;
  /** The reference kernel; trusts `infer`. */
  eval(inputs: Tuple<Concrete, In>, params: P): Tuple<Concrete, Out>;
  /** One rule per input, or one for all inputs of a variadic primitive, or null where no derivative exists. */
  readonly pullbacks: Tuple<Pullback<P, In, Out> | null, In> | ((input: number) => Pullback<P, In, Out>);
  readonly jointPullback?: JointPullback<P>;
  readonly pushforward?: Pushforward<P>;
  /**
   * How vmap runs it on many examples at once, giving each the bits that it would get alone. Without a rule one is derived
   * from `semantics` where that says enough (map, reduce, contract); otherwise the examples take turns, which is always
   * right.
   */
  readonly batch?: BatchRule<P>;
  /** In place of `batch`: the params that do the same beneath a leading axis of `size`, which all operands then have. */
  batchParams?(params: P, size: number): P;
  /** Set when which primals the pullbacks read depends on params or types, not on the primitive alone. */
  readonly readsVary?: boolean;
  /** Set when its rule is what someone wished, whether or not that is the derivative: then nothing is proved by it. */
  readonly rule?: 'as given';
  /** False when no rule reads results: the rules of structured primitives are not analysed. */
  readonly readsOutputs?: false;
}

/** A primitive whose arity and params are forgotten: what programs, tapes and transforms handle. */
// The record is invariant in P; forgetting it is safe because params only ever return to the primitive they came with.
// biome-ignore lint/suspicious/noExplicitAny: the one erased default, see above
export type AnyPrimitive = Primitive<any, number, number>;

const registry = new Map<string, AnyPrimitive>();

/**
 * Adds a primitive to the registry, under its name.
 *
 * The record gives the shape rule, a kernel on concrete tensors and one pullback per input, written in public ops so
 * that it is differentiated in turn. Forward mode is derived from the pullbacks. `semantics: { kind: 'host' }` is right
 * for a primitive of your own; `checkPrimitive` tells whether its rules are.
 * @throws ArgumentError when the name is taken.
 */
export function definePrimitive<P, In extends number = number, Out extends number = 1>(
  record: Omit<Primitive<P, In, Out>, 'version'> & { readonly version?: number },
): Primitive<P, In, Out> {
  if (registry.has(record.name)) {
    throw new ArgumentError('definePrimitive', `a primitive named "${record.name}" exists. Choose another name.`);
  }
  const primitive = Object.freeze({ version: 1, ...record }) as Primitive<P, In, Out>; // version is now present
  registry.set(record.name, primitive as unknown as AnyPrimitive); // see AnyPrimitive
  return primitive;
}

/** Every primitive by name, in order of definition. */
export const primitives: ReadonlyMap<string, AnyPrimitive> = registry;

/** The rule for one input, or null when the primitive has none for it. */
export function pullbackOf(primitive: AnyPrimitive, input: number): Pullback<unknown, number, number> | null {
  const { pullbacks } = primitive;
  return typeof pullbacks === 'function' ? pullbacks(input) : (pullbacks[input] ?? null);
}

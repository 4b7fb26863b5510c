import type { AnyPrimitive } from '@throughline/autograd/back-end';
import {
  type Concrete,
  dtypes,
  fromStorage,
  type KernelProvider,
  type Storage,
  setKernelProvider,
  sizeOf,
  type TensorType,
} from '@throughline/tensor';
import { applied, constant } from '../lower/expression.ts';
import { DEAR } from '../transcendental.ts';
import { SmallModule } from './small-module.ts';

/** From where on compiled kernels are worth it. */
export interface Thresholds {
  /** Multiplications that a product needs: fewer are done before the operands would have been copied. */
  readonly product: number;
  /** Elements that a map needs, likewise: fewer in float32, whose reference kernels round after each step. */
  readonly map: { readonly [dtype in 'float64' | 'float32']: number };
  /** Work that must have been asked for before a module is made: what making it takes, roughly, in multiplications. */
  readonly patience: number;
}

/** Measured: from here on `npm run bench -- matmul elementary` shows a gain; docs/compile.md tells how much. */
const measured: Thresholds = { product: 4096, map: { float64: 256, float32: 64 }, patience: 1_000_000 };

/** Elements that a map computes at a time: what goes in and out stays in the first cache. */
const CHUNK = 8192;
/** So many shapes are remembered. */
const MOST = 128;

/**
 * Lets large products and transcendental maps of eager code run on compiled kernels, to the same bits: `contract` and what
 * is made of it (matmul, einsum) from 4096 multiplications up; `exp`, `tanh`, `pow` and the like from 256 elements up (64 in float32).
 *
 * A module is made, in a few milliseconds, for each shape that comes up often enough to repay it. All else, and functions
 * under `compile`, are as they were. Returns a function that goes back to what was before.
 * @example useCompiledKernels()()   // undefined
 */
export function useCompiledKernels(): () => void {
  const before = setKernelProvider(providerOf(measured));
  return () => {
    setKernelProvider(before);
  };
}

/** Compiled kernels from given thresholds on. */
export function providerOf({ product, map, patience }: Thresholds): KernelProvider {
  const modules = new Modules(patience);
  return (given, inputs, params) => {
    const primitive = given as AnyPrimitive; // as autograd asks
    const { semantics } = primitive;
    const dtype = inputs[0]?.dtype;
    if (dtype !== 'float64' && dtype !== 'float32') return null;
    if (semantics.kind === 'contract') {
      const work = multiplications(inputs, params);
      if (work < product) return null;
      const module = modules.find(primitive, inputs, params, work);
      return module && [result(primitive, inputs, params, (out) => module.run(inputs.map(storageOf), out))];
    }
    const size = sizeOf(inputs[0]?.shape ?? []);
    if (semantics.kind !== 'map' || size < map[dtype] || !isDear(primitive, inputs.length)) return null;
    const shape = [Math.min(size, CHUNK)];
    const types = inputs.map((x) => ({ dtype: x.dtype, shape }));
    const module = modules.find(primitive, types, params, DEAR * size);
    return module && [result(primitive, inputs, params, (out) => inChunks(module, inputs.map(storageOf), out))];
  };
}

const storageOf = ({ storage }: Concrete): Storage => storage;

function inChunks(module: SmallModule, inputs: readonly Storage[], out: Storage): void {
  if (out.length <= CHUNK) {
    module.run(inputs, out);
    return;
  }
  for (let from = 0; from < out.length; from += CHUNK) {
    const part = (all: Storage): Storage => all.subarray(from, from + CHUNK);
    module.run(inputs.map(part), part(out));
  }
}

function result(
  primitive: AnyPrimitive,
  inputs: readonly Concrete[],
  params: unknown,
  fill: (out: Storage) => void,
): Concrete {
  const { dtype, shape } = primitive.infer(inputs, params)[0] as TensorType; // products and maps have one result
  const out = dtypes[dtype].allocate(sizeOf(shape));
  fill(out);
  return fromStorage(out, dtype, shape);
}

/** How many a contraction makes: one for every combination of its labels. */
function multiplications([a, b]: readonly Concrete[], params: unknown): number {
  const labels = params as { readonly a: readonly number[]; readonly b: readonly number[] }; // what `contract` says of params
  const count = (x: Concrete | undefined, own: readonly number[], but: readonly number[]): number =>
    own.reduce((product, label, axis) => product * (but.includes(label) ? 1 : (x?.shape[axis] ?? 1)), 1);
  return count(a, labels.a, []) * count(b, labels.b, labels.a);
}

const known = new WeakMap<AnyPrimitive, boolean>();

/** Whether a map is more than arithmetic, on floats and to floats. */
function isDear(primitive: AnyPrimitive, arity: number): boolean {
  const before = known.get(primitive);
  if (before !== undefined) return before;
  const { semantics } = primitive;
  if (semantics.kind !== 'map') return false;
  const operands = Array.from({ length: arity }, () => constant(0, [], 'float64'));
  const { cost, dtype } = applied(semantics.expression, operands, [], 'float64');
  const dear = cost > DEAR && dtype === 'float64';
  known.set(primitive, dear);
  return dear;
}

/** Modules by what they compute, those used last. */
class Modules {
  readonly #patience: number;
  /** A module, or the work that was asked for before there was one. */
  readonly #known = new Map<string, SmallModule | number>();

  constructor(patience: number) {
    this.#patience = patience;
  }

  /** The module for an op on operands of these types; null while it is not worth making, or where it cannot be made. */
  find(primitive: AnyPrimitive, types: readonly TensorType[], params: unknown, work: number): SmallModule | null {
    const key = `${primitive.name} ${JSON.stringify(params)} ${types.map(({ dtype, shape }) => `${dtype}[${shape}]`)}`;
    const before = this.#known.get(key) ?? 0;
    const next = typeof before === 'number' ? this.#make(primitive, types, params, before + work) : before;
    this.#known.delete(key);
    this.#known.set(key, next);
    const oldest = this.#known.keys().next();
    if (this.#known.size > MOST && oldest.done !== true) this.#known.delete(oldest.value);
    return typeof next === 'number' ? null : next;
  }

  #make(primitive: AnyPrimitive, types: readonly TensorType[], params: unknown, work: number): SmallModule | number {
    if (work < this.#patience) return work;
    try {
      return new SmallModule(primitive, types, params);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return Number.NEGATIVE_INFINITY; // there is no memory for it: the reference kernel goes on
    }
  }
}

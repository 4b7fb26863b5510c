import { ArgumentError, Concrete, dtypes, full, isDifferentiable, stridesOf, Tensor } from '@throughline/tensor';
import { complexStep } from '../../symbolic/complex/complex-step.ts';
import { jvp } from '../../transforms/jvp.ts';
import { vjp } from '../../transforms/vjp.ts';
import { flatten, isOperand } from '../../tree.ts';
import type { Vector } from './vector.ts';

/** A function under check, seen as one from the float leaves of its arguments to those of its value. */
export interface Subject {
  readonly inputs: readonly Leaf[];
  readonly outputs: readonly Leaf[];
  readonly precision: 'float64' | 'float32';
  /** The value at x + t v. */
  move(direction: Vector, t: number): Vector;
  /** Jᵀu, by reverse mode. */
  reverse(cotangent: Vector): Vector;
  /** J v, by forward mode. */
  forward(tangent: Vector): Vector;
  /** J v, by complex step: no rule is asked; and how many ties it met. */
  complex(tangent: Vector): { readonly tangent: Vector; readonly ties: number };
  /** x ↦ Jᵀu, for the next order. */
  gradient(cotangent: Vector): (...args: readonly unknown[]) => Tensor[];
}

export interface Leaf {
  readonly path: string;
  readonly value: Concrete;
}

type F = (...args: never[]) => unknown;

/** Messages start with `op`. */
export function subjectOf(f: F, args: readonly unknown[], op = 'checkGrads'): Subject {
  const flat = flatten(op, args, isOperand, 'args');
  const leaves = flat.leaves.map((leaf) => (leaf instanceof Tensor ? leaf.concrete(op) : full([], leaf).concrete(op)));
  const call = (values: readonly unknown[]): unknown => f(...(flat.rebuild(values) as never[])); // rebuilt in the arguments' structure
  const floats = leaves.map((leaf) => isDifferentiable(leaf));
  const inputs = pick(leaves, floats).map((value, i) => ({ value, path: pick(flat.paths, floats)[i] ?? '' }));
  if (inputs.length === 0) throw new ArgumentError(op, 'the arguments have no float leaf.');

  const spread = (all: readonly unknown[]): unknown => f(...(all as never[])); // as `call`

  const first = valueLeaves(op, call(leaves));
  const outputs = first.filter(({ value }) => isDifferentiable(value));
  if (outputs.length === 0) throw new ArgumentError(op, 'f returned no float leaf, so it has no derivative.');
  const isFloatOutput = first.map(({ value }) => isDifferentiable(value));

  const place = <T>(values: readonly T[]): unknown => {
    let next = 0;
    return flat.rebuild(floats.map((is) => (is ? values[next++] : null)));
  };
  const pulled = (values: readonly unknown[], cotangent: Vector): Tensor[] => {
    const { value, pullback } = vjp(spread, flat.rebuild(values) as unknown[]); // the arguments' structure
    let next = 0;
    const cts = flatten(op, value).rebuild(
      isFloatOutput.map((is) => (is ? likeLeaf(outputs[next] as Leaf, cotangent[next++] as Float64Array) : null)), // one per float output
    );
    const gradient = flatten(op, pullback(cts as never), isCotangent).leaves; // the value's structure
    return gradient.filter((leaf): leaf is Tensor => leaf !== null);
  };
  const along = (vector: Vector): never =>
    place(inputs.map((leaf, i) => likeLeaf(leaf, vector[i] as Float64Array))) as never; // one per float leaf; the arguments' structure
  const floatsOf = (tree: unknown): Vector =>
    flatten(op, tree)
      .leaves.filter((_, k) => isFloatOutput[k])
      .map(toFloat64);
  const point = (): unknown[] => flat.rebuild(leaves) as unknown[]; // the arguments' structure
  return {
    inputs,
    outputs,
    precision: [...inputs, ...outputs].some(({ value }) => value.dtype === 'float32') ? 'float32' : 'float64',
    move(direction, t) {
      let next = 0;
      const moved = leaves.map((leaf, i) => (floats[i] ? shift(leaf, direction[next++] as Float64Array, t) : leaf)); // one per float leaf
      return toVector(valueLeaves(op, call(moved)).filter(({ value }) => isDifferentiable(value)));
    },
    reverse: (cotangent) => pulled(leaves, cotangent).map(toFloat64),
    forward: (tangent) => floatsOf(jvp(spread, point(), along(tangent)).tangent),
    complex(direction) {
      const { tangent, ties } = complexStep(spread, point(), along(direction));
      return { tangent: floatsOf(tangent), ties };
    },
    gradient:
      (cotangent) =>
      (...values) =>
        pulled(flatten(op, values, isOperand).leaves, cotangent),
  };
}

const pick = <T>(list: readonly T[], is: readonly boolean[]): T[] => list.filter((_, i) => is[i]);

const isCotangent = (value: unknown): value is Tensor | null => value === null || value instanceof Tensor;

function valueLeaves(op: string, value: unknown): Leaf[] {
  const flat = flatten(op, value, undefined, 'value');
  return flat.leaves.map((leaf, i) => ({ value: leaf.concrete(op), path: flat.paths[i] ?? '' }));
}

const toFloat64 = (x: Tensor): Float64Array => Float64Array.from(x.concrete('checkGrads').storage);
export const toVector = (leaves: readonly Leaf[]): Vector => leaves.map(({ value }) => toFloat64(value));

/** Numbers as a tensor of a leaf's type. */
function likeLeaf({ value: { dtype, shape } }: Leaf, numbers: Float64Array): Concrete {
  const storage = dtypes[dtype].allocate(numbers.length);
  storage.set(numbers);
  return new Concrete(storage, dtype, shape);
}

function shift(x: Concrete, direction: Float64Array, t: number): Concrete {
  const storage = dtypes[x.dtype].allocate(direction.length);
  for (let i = 0; i < storage.length; i++) storage[i] = (x.storage[i] ?? 0) + t * (direction[i] ?? 0);
  return new Concrete(storage, x.dtype, x.shape);
}

/** `args[0].W[2,3]`: a leaf's path, with the place of one of its elements. */
export function nameEntry({ path, value }: Leaf, flat: number): string {
  const strides = stridesOf(value.shape);
  const place = strides.map((stride, axis) => Math.floor(flat / stride) % (value.shape[axis] ?? 1));
  return place.length === 0 ? path : `${path}[${place.join(',')}]`;
}

/** @file Derivatives of a scalar function of some tensors, along given directions, in each mode, as scalar functions again. */
import { isDifferentiable, type Tensor } from '@throughline/tensor';
import { add, mul } from '../../primitives/maps/arithmetic.ts';
import { sum } from '../../primitives/sum-broadcast.ts';
import { grad } from '../../transforms/grad.ts';
import { jvp } from '../../transforms/jvp.ts';
import type { Measurable } from '../measurable.ts';

/** A scalar, from tensors: those that move, then the cotangents and the directions, which do not. */
export type Scalar = (all: readonly Tensor[]) => Tensor;

/** One call of an op, seen as a scalar function φ = Σ u·y of its float operands. */
export interface Subject {
  readonly value: Scalar;
  /** Float operands. */
  readonly moving: number;
  /** Float results, each with its u. */
  readonly results: number;
}

export function subjectOf(op: Measurable, inputs: readonly Tensor[], params: unknown): Subject {
  const moving = inputs.filter(isDifferentiable).length;
  const results = op.infer(inputs, params).filter(isDifferentiable).length;
  const value: Scalar = (all) => {
    let next = 0;
    const operands = inputs.map((x) => (isDifferentiable(x) ? (all[next++] as Tensor) : x)); // one per float operand
    const ys = op.call(operands, params).filter(isDifferentiable);
    return dot(ys, all.slice(moving, moving + results));
  };
  return { value, moving, results };
}

/** Σ a·b over lists of tensors. */
const dot = (a: readonly Tensor[], b: readonly Tensor[]): Tensor =>
  a.map((x, k) => sum(mul(x, b[k] as Tensor))).reduce((total, term) => add(total, term)); // equally long

/** Direction n: they come after the operands and the cotangents. */
export const directionOf = <T>(all: readonly T[], { moving, results }: Subject, n: number): readonly T[] =>
  all.slice(moving + results + n * moving, moving + results + (n + 1) * moving);

type Step = (f: Scalar, subject: Subject, direction: number) => Scalar;

/** ⟨∇f, v⟩. */
const reverse: Step = (f, subject, n) => (all) => {
  const rest = all.slice(subject.moving);
  const gradient = grad((xs: readonly Tensor[]) => f([...xs, ...rest]))(all.slice(0, subject.moving));
  return dot(gradient as readonly Tensor[], directionOf(all, subject, n)); // floats: no nulls
};

/** The tangent of f along v. */
const forward: Step = (f, subject, n) => (all) => {
  const rest = all.slice(subject.moving);
  const along = directionOf(all, subject, n);
  return jvp((xs: readonly Tensor[]) => f([...xs, ...rest]), all.slice(0, subject.moving), [...along]).tangent;
};

/** Modes, by what runs at each order; null where the mode takes more orders than that. */
export const modes = {
  reverse: [reverse, reverse, reverse],
  forward: [forward, forward, forward],
  'forward over reverse': [null, forward, forward],
} as const satisfies Record<string, readonly (Step | null)[]>;

export type Mode = keyof typeof modes;

/** Dⁿφ[v₁, …, vₙ] in a mode; null where the mode begins at a higher order. */
export function derivative(subject: Subject, mode: Mode, order: number): Scalar | null {
  if (modes[mode][order - 1] === null) return null;
  let f = subject.value;
  for (let n = 0; n < order; n++) f = (modes[mode][n] ?? reverse)(f, subject, n);
  return f;
}

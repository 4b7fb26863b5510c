import { NotDifferentiableError } from '@throughline/tensor';
import { short } from './report.ts';
import { nameEntry, type Subject, subjectOf } from './subject.ts';
import { distance, dot, entry, norm, uniforms, type Vector } from './vector.ts';

/** Options of `complexStepCheck`. */
export interface ComplexStepOptions {
  /** Random directions per leaf of the arguments. Default 2. */
  readonly directions?: number;
  /** Of the random directions and cotangents; reports repeat with it. Default 1. */
  readonly seed?: number;
  /** What counts as right, relative to the sums of absolute terms of the products compared. Default 1e-13. */
  readonly tolerance?: number;
  /** Whether to check forward mode too. Default true. */
  readonly forward?: boolean;
}

/** What `complexStepCheck` found. */
export interface ComplexStepReport {
  readonly verdict: 'right' | 'wrong rule' | 'kink' | 'not possible';
  /** The verdict, with what it rests on, in a sentence or two. */
  readonly message: string;
  /** The largest deviation of reverse mode, and of forward mode where it was asked; NaN when none could be measured. */
  readonly reverseError: number;
  readonly forwardError: number | null;
  /** How many directions were compared. */
  readonly directions: number;
  /** The entry that is off most, when a rule is wrong. */
  readonly worst?: { readonly entry: string; readonly derivative: number; readonly complexStep: number };
}

/**
 * Checks a function's derivatives at a point against the complex step, an oracle that asks no rule and subtracts nothing:
 * where it applies it sees an error of 1e-10 in one rule, which differences do not.
 *
 * Arguments as those of `checkGrads`; float64, analytic at the point. A function with a kernel of its own (svd, a host
 * primitive) or a float32 value is 'not possible'. A rule that is meant to be another (customVjp, stopGradient) is 'wrong'
 * by this measure: it is not the derivative of the value.
 * @throws ArgumentError when the arguments, or the value, have no float leaf.
 * @example complexStepCheck((x) => mul(x, tanh(x)), [tensor([0.5, -1])]).verdict   // right
 */
export function complexStepCheck<A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  args: A,
  options: ComplexStepOptions = {},
): ComplexStepReport {
  const { tolerance = 1e-13, seed = 1, forward = true } = options;
  const subject = subjectOf(f as (...args: never[]) => unknown, args, 'complexStepCheck'); // called with A's values only
  const next = uniforms(seed);
  const u = random(subject.outputs, -1, next);
  const gradient = subject.reverse(u);
  const directions = directionsOf(subject, options.directions ?? 2, next);
  let reverseError = 0;
  let forwardError = 0;
  let tied = 0;
  try {
    for (const v of directions) {
      const { tangent: stepped, ties } = subject.complex(v);
      tied += ties;
      const scale = Math.max(absoluteDot(u, stepped), absoluteDot(gradient, v), tiny);
      reverseError = Math.max(reverseError, Math.abs(dot(u, stepped) - dot(gradient, v)) / scale);
      if (forward)
        forwardError = Math.max(forwardError, distance(subject.forward(v), stepped) / Math.max(norm(stepped), tiny));
    }
  } catch (error) {
    if (!(error instanceof NotDifferentiableError)) throw error;
    const message = `not possible. ${error.message}`;
    return { verdict: 'not possible', message, reverseError: Number.NaN, forwardError: null, directions: 0 };
  }
  const numbers = { reverseError, forwardError: forward ? forwardError : null, directions: directions.length };
  const worstError = Math.max(reverseError, forwardError);
  if (worstError <= tolerance) {
    const modes = forward ? 'reverse and forward mode agree' : 'reverse mode agrees';
    const message = `right. ${modes} with the complex step to ${short(worstError)} in ${directions.length} random directions.`;
    return { verdict: 'right', message, ...numbers };
  }
  if (tied > 0) {
    const message =
      'kink. Two values that are compared are equal here and move apart, so that f has no derivative. Check at another point.';
    return { verdict: 'kink', message, ...numbers };
  }
  const worst = locate(subject, gradient, u);
  const message =
    `wrong rule. The derivative with respect to ${worst.entry} is ${worst.derivative}; the complex step gives ` +
    `${worst.complexStep}. The largest deviation over all directions is ${short(worstError)}.`;
  return { verdict: 'wrong rule', message, ...numbers, worst };
}

/** Below it is what the square of the step leaves. */
const tiny = 1e-150;

const absoluteDot = (a: Vector, b: Vector): number =>
  dot(
    a.map((leaf) => leaf.map(Math.abs)),
    b.map((leaf) => leaf.map(Math.abs)),
  );

type Leaves = Subject['inputs'];

const random = (leaves: Leaves, only: number, next: () => number): Vector =>
  leaves.map(({ value }, k) => Float64Array.from(value.storage, () => (only < 0 || only === k ? entry(next) : 0)));

/** Through every leaf alone, and through all together. */
function directionsOf({ inputs }: Subject, count: number, next: () => number): Vector[] {
  const each = inputs.flatMap(({ value }, k) => (value.size > 0 ? [k] : []));
  return [...each, -1].flatMap((leaf) => Array.from({ length: count }, () => random(inputs, leaf, next)));
}

/** The entry of Jᵀu that is off most, of 200 per leaf at most. */
function locate(subject: Subject, gradient: Vector, u: Vector): NonNullable<ComplexStepReport['worst']> {
  let found = { entry: '', derivative: 0, complexStep: 0 };
  let most = -1;
  for (const [k, input] of subject.inputs.entries()) {
    const stride = Math.max(1, Math.floor(input.value.size / 200));
    for (let i = 0; i < input.value.size; i += stride) {
      const unit = subject.inputs.map(({ value }, j) => {
        const zeros = new Float64Array(value.size);
        return j === k ? zeros.with(i, 1) : zeros;
      });
      const complexStep = dot(u, subject.complex(unit).tangent);
      const derivative = gradient[k]?.[i] ?? 0;
      const off = Math.abs(derivative - complexStep);
      if (off <= most || Number.isNaN(most)) continue;
      most = off;
      found = { entry: nameEntry(input, i), derivative, complexStep };
    }
  }
  return found;
}

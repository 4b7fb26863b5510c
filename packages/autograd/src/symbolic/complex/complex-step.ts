import { Concrete, formatType, NotDifferentiableError, type Tensor, TraceError } from '@throughline/tensor';
import { within } from '../../bind.ts';
import { prepareInputs, stripTree, zerosOf } from '../../transforms/inputs.ts';
import { alignTangents, checkTangent, type Jvp } from '../../transforms/jvp.ts';
import { flatten, isResult, type Like, refusePromise } from '../../tree.ts';
import { ComplexTrace, Pairs } from './trace.ts';

/** The step, 2⁻³³²: so small that its square is nothing beside 1, and a power of 2, so that scaling by it is exact. */
export const complexStepSize = 1.142987391282275e-100;

/** A value and its tangent, in one structure. */
export interface ComplexStep<Y> extends Jvp<Y> {
  /** How many choices were made at a tie: where there are any, the point is at a kink or a jump, and the tangent is one-sided. */
  readonly ties: number;
}

/**
 * The derivative of an analytic function along a direction as Im f(x + ih v) / h, with h ≈ 1e-100: exact to rounding, since
 * nothing is subtracted, and independent of every pullback, since the function alone is evaluated, over pairs of numbers.
 *
 * Arguments and result are those of `jvp`. Each op is evaluated by what its semantics says: a map's expression by complex
 * arithmetic, sums, products and moved elements in both parts, loops through their bodies. Comparisons, abs, maximum,
 * minimum, floor and `if (x.item() > 0)` are decided by the real parts; at a tie the first operand counts,
 * and `ties` says how often. A rule of your own
 * (customVjp) is not asked, and stopGradient stops nothing: what comes is the derivative of the value that is computed.
 *
 * Shapes: any trees. Dtypes: float64. Source: Squire and Trapp, "Using complex variables to estimate derivatives of real
 * functions", SIAM Review 40, 1998.
 * @throws NotDifferentiableError for an op that is a kernel only, such as svd, naming it, or at a float32 value; ShapeError
 * or TreeError when the direction does not fit.
 * @example complexStep((x) => mul(x, x), tensor([1, 2]), tensor([1, 10])).tangent   // f64[2] [2, 40]
 */
export function complexStep<X, Y>(f: (x: X) => Y, x: X, direction: Like<X, Tensor | number | null>): ComplexStep<Y> {
  return within(
    (level) => new ComplexTrace(level),
    (trace) => {
      const directions = alignTangents('complexStep', x, direction);
      const inputs = prepareInputs('complexStep', x, (leaf, i) => {
        const re = startOf(leaf);
        const along = checkTangent('complexStep', directions[i] ?? zerosOf(leaf), leaf).concrete('complexStep');
        return new Pairs(re, scaled(along, complexStepSize), trace);
      });
      const y = refusePromise('complexStep', f(inputs.tree));
      const flat = flatten('complexStep', y, isResult);
      const tangentOf = (leaf: Tensor | null): Tensor | null => {
        if (leaf instanceof Pairs && leaf.trace === trace) return scaled(leaf.im, 1 / complexStepSize);
        return leaf && zerosOf(leaf);
      };
      return {
        value: stripTree('complexStep', y, trace),
        tangent: flat.rebuild(flat.leaves.map(tangentOf)) as Like<Y, Tensor>, // same structure
        ties: trace.notes.ties,
      };
    },
  );
}

function startOf(leaf: Tensor): Concrete {
  if (!(leaf instanceof Concrete)) {
    throw new TraceError(
      'complexStep',
      `an argument (${formatType(leaf)}) belongs to a transform outside. Take the complex step of the transformed function instead.`,
    );
  }
  if (leaf.dtype === 'float64') return leaf;
  throw new NotDifferentiableError(
    'complexStep',
    `an argument is ${formatType(leaf)}, in which an imaginary part of 1e-100 is 0. Cast it to float64.`,
  );
}

const scaled = (x: Concrete, factor: number): Concrete =>
  new Concrete(
    Float64Array.from(x.storage, (value) => value * factor),
    'float64',
    x.shape,
  );

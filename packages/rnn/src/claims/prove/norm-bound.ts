import type { Equation, Program } from '@throughline/autograd';
import type { TensorType } from '@throughline/tensor';
import { type Interval, intervalsOf } from './intervals.ts';
import { addBounds, constantBound, multiplyBounds, type NormPolynomial, normOf } from './norm-polynomial.ts';
import { isIdentity } from './views.ts';

type Expression = Extract<Equation['primitive']['semantics'], { kind: 'map' }>['expression'];

/** The vectors that depend on the cotangent, by bounds of their length relative to its; undefined: no bound is known. */
type Lengths = (NormPolynomial | undefined)[];

/**
 * A bound of ‖∂y/∂x‖₂ from the Program of ct ↦ ct · ∂y/∂x, its last input being ct [B, n]. By submultiplicativity: a
 * product by elements stretches by no more than its largest factor, one with a parameter by no more than that matrix'
 * norm, a sum by no more than the sum. Null when the Program has anything else in it.
 */
export function boundOf(program: Program, params: readonly string[]): NormPolynomial | null {
  const intervals = intervalsOf(program);
  const cotangent = program.inputs.at(-1) as number; // the last one
  const linear = new Set([cotangent]);
  const lengths: Lengths = new Array<NormPolynomial | undefined>(program.types.length).fill(undefined);
  lengths[cotangent] = constantBound(1);
  const paths = new Map(program.inputs.map((id, i) => [id, params[i]]));
  for (const equation of program.equations) {
    if (!equation.inputs.some((id) => linear.has(id))) continue;
    const bound = boundOfEquation(equation, { program, linear, lengths, intervals, paths });
    if (bound === undefined) return null;
    for (const id of equation.outputs) {
      linear.add(id);
      lengths[id] = bound;
    }
  }
  const [end] = program.outputs as [number]; // one side
  const bound = lengths[end];
  if (bound !== undefined) return bound;
  const { low, high } = intervals[end] as Interval; // one per variable
  return low === 0 && high === 0 ? constantBound(0) : null;
}

interface Context {
  readonly program: Program;
  readonly linear: ReadonlySet<number>;
  readonly lengths: Lengths;
  readonly intervals: readonly Interval[];
  readonly paths: ReadonlyMap<number, string | undefined>;
}

function boundOfEquation(equation: Equation, context: Context): NormPolynomial | undefined {
  const { primitive, inputs, outputs, params } = equation;
  const { semantics } = primitive;
  if (outputs.length !== 1) return undefined;
  if (semantics.kind === 'map') return ofExpression(semantics.expression, inputs, context)?.bound;
  if (semantics.kind === 'contract') return ofProduct(params as unknown as Labels, inputs, context); // its params
  if (semantics.kind === 'view' && inputs.length === 1 && semantics.fill === undefined) {
    const [from, to] = [inputs, outputs].map(([id]) => context.program.types[id as number] as TensorType); // one each
    // Rows must stay rows.
    const stays =
      from?.shape[0] === to?.shape[0] && isIdentity(semantics.pieces([from as TensorType], [to as TensorType], params)); // as above
    return stays ? context.lengths[inputs[0] as number] : undefined; // as above
  }
  return undefined;
}

interface Labels {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly out: readonly number[];
}

/** v · U or v · Uᵀ, U being a parameter and v one vector per row. */
function ofProduct(
  { a, b, out }: Labels,
  [left, right]: readonly number[],
  context: Context,
): NormPolynomial | undefined {
  if (left === undefined || right === undefined) return undefined;
  const [vector, matrix, of, by] = context.linear.has(left) ? [left, right, a, b] : [right, left, b, a];
  const path = context.paths.get(matrix);
  const length = context.lengths[vector];
  if (context.linear.has(matrix) || path === undefined || length === undefined) return undefined;
  const [row, summed] = of;
  const other = by.find((label) => label !== summed);
  const isProduct =
    of.length === 2 && by.length === 2 && row !== undefined && summed !== undefined && by.includes(summed);
  return isProduct && String(out) === String([row, other]) ? multiplyBounds(length, normOf(path)) : undefined;
}

/** What an expression is: linear in the cotangent, with a bound, or a factor with its interval. */
interface Part {
  readonly bound: NormPolynomial | undefined;
  /** The largest absolute value of a factor. */
  readonly size: number;
}

function ofExpression(expression: Expression, inputs: readonly number[], context: Context): Part | undefined {
  if ('input' in expression) {
    const id = inputs[expression.input] as number; // the primitive says so
    const { low, high } = context.intervals[id] as Interval; // one per variable
    const size = Math.max(Math.abs(low), Math.abs(high));
    return context.linear.has(id)
      ? { bound: context.lengths[id], size: Number.POSITIVE_INFINITY }
      : { bound: undefined, size };
  }
  if ('constant' in expression) return { bound: undefined, size: Math.abs(expression.constant) };
  const parts = expression.args.map((arg) => ofExpression(arg, inputs, context));
  const [a, b] = parts;
  if (parts.some((part) => part === undefined) || a === undefined || 'function' in expression) return undefined;
  if (expression.op === 'neg') return a;
  if (b === undefined) return undefined;
  if (expression.op === 'add' || expression.op === 'sub') {
    if (a.bound === undefined || b.bound === undefined) return undefined;
    return { bound: addBounds(a.bound, b.bound), size: Number.POSITIVE_INFINITY };
  }
  if (expression.op !== 'mul') return undefined;
  const [vector, factor] = a.bound === undefined ? [b, a] : [a, b];
  if (vector.bound === undefined || factor.bound !== undefined || !Number.isFinite(factor.size)) return undefined;
  return { bound: multiplyBounds(vector.bound, constantBound(factor.size)), size: Number.POSITIVE_INFINITY };
}

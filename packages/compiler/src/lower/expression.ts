import type { Origin, ScalarExpression, ScalarOp } from '@throughline/autograd/back-end';
import type { DType, Shape } from '@throughline/tensor';
import { ensure } from '../collections.ts';
import type { Access } from '../plan/ir.ts';
import { costOf, type NodeOp } from '../transcendental.ts';

/**
 * A value that some kernel will compute when it is needed: elements in memory, one number everywhere, or a scalar function
 * of others at the same index.
 */
export type Expression = (
  | { readonly kind: 'load'; readonly access: Access }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'op'; readonly op: NodeOp; readonly args: readonly Expression[] }
) & {
  readonly shape: Shape;
  readonly dtype: DType;
  /** What computing one element takes, in additions, as if nothing in it were shared; 0 once it is to be stored. */
  cost: number;
  /** Where it was stored, if it was. */
  placed?: Access;
  /** Of the equation that it is the value of. */
  origin?: Origin | undefined;
};

/** Where an expression is in memory, if it is. */
export const placeOf = (expression: Expression): Access | undefined =>
  expression.placed ?? (expression.kind === 'load' ? expression.access : undefined);

export const load = (access: Access, shape: Shape, dtype: DType): Expression => ({
  kind: 'load',
  access,
  shape,
  dtype,
  cost: 0,
});

export const constant = (value: number, shape: Shape, dtype: DType): Expression => ({
  kind: 'constant',
  value,
  shape,
  dtype,
  cost: 0,
});

const truths: ReadonlySet<NodeOp> = new Set<ScalarOp>([
  ...(['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'] as const),
  ...(['and', 'or', 'not', 'isFinite'] as const),
]);

/** A map's expression over its operands. A constant has the dtype of what stands beside it, a cast that of the result. */
export function applied(
  expression: ScalarExpression,
  operands: readonly Expression[],
  shape: Shape,
  dtype: DType,
): Expression {
  const build = (one: ScalarExpression, beside: DType): Expression => {
    if ('input' in one) return operands[one.input] as Expression; // an expression names its own operands
    if ('constant' in one) return constant(one.constant, shape, beside);
    const op = 'op' in one ? one.op : one.function;
    const isChoice = (i: number): boolean => op === 'select' && i === 0;
    const others = one.args.map((arg) => ('constant' in arg ? null : build(arg, beside)));
    const own = others.find((arg, i) => arg !== null && !isChoice(i))?.dtype ?? beside;
    const args = one.args.map((arg, i) => others[i] ?? build(arg, isChoice(i) ? 'bool' : own));
    const result = op === 'cast' ? dtype : truths.has(op) ? 'bool' : own;
    const cost = args.reduce((sum, arg) => sum + arg.cost, costOf(op));
    return { kind: 'op', op, args, shape, dtype: result, cost };
  };
  return build(expression, dtype);
}

/** The same value under other axes; null when some of its elements' places have no strides there. */
export function viewed(
  expression: Expression,
  shape: Shape,
  view: (access: Access, of: Shape) => Access | null,
): Expression | null {
  const known = new Map<Expression, Expression | null>();
  const visit = (one: Expression): Expression | null => ensure(known, one, () => build(one));
  const build = (one: Expression): Expression | null => {
    const place = placeOf(one);
    if (place !== undefined) {
      const access = view(place, one.shape);
      return access === null ? null : load(access, shape, one.dtype);
    }
    if (one.kind !== 'op') return { ...one, shape };
    const args = one.args.map(visit);
    return args.every((arg) => arg !== null) ? { ...one, args, shape } : null;
  };
  return visit(expression);
}

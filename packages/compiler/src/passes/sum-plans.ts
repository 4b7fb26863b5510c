/** @file How sums over the steps of a loop are taken after it. */
import { type Equation, known, type VarId } from '@throughline/autograd/back-end';
import { sizeOf } from '@throughline/tensor';
import type { Draft } from './draft.ts';
import { freshLabel, labelsOf } from './labels.ts';
import { type Carry, type Loop, slotOf } from './loop.ts';
import { operationOf, ranksOf } from './rank.ts';
import { stacked } from './stacked.ts';

/** Writes, after the loop, the sum of a term over all steps. */
type Total = () => VarId;
/** Has the loop stack what a term's sum needs; null where that would be too much. */
export type Planner = (term: VarId) => Total | null;

/** Plans for terms that are made of products, of a loop that keeps these carries. */
export function plannerFor(loop: Loop, outside: Draft, kept: readonly Carry[]): Planner {
  const { body } = loop;
  const rank = ranksOf(loop);
  const size = (id: VarId): number => sizeOf(body.type(id).shape);
  const largest = Math.max(0, ...[...loop.xs, ...loop.ys, ...kept].map(({ inner }) => size(inner)));
  const fits = (id: VarId): boolean =>
    size(id) <= largest || slotOf([...loop.xs, ...loop.ys], id) !== undefined || joins(body.maker(id));
  // What joins parts is no more than they are, which the loop may have handled one by one.
  const joins = (maker: Equation | undefined): boolean =>
    maker?.primitive.semantics.kind === 'view' && maker.inputs.length > 1 && maker.inputs.every(fits);

  const ofAny: Planner = (term) => {
    if (rank(term) === 0 || !fits(term)) return null;
    const whole = stacked(loop, outside, term);
    return () => outside.one(known.sum, [whole], { axes: [0] }, body.maker(term)?.origin);
  };

  /** A product over the step's axis too; a linear map or view of terms of which one is such: the same of their sums. */
  const ofProducts: Planner = (term) => {
    const maker = body.maker(term);
    if (maker === undefined) return null;
    const { primitive, inputs, params, origin } = maker;
    if (primitive === known.contract) {
      if (!inputs.every((id) => rank(id) > 0 && fits(id))) return null;
      const stacks = inputs.map((id) => stacked(loop, outside, id));
      const { a, b, out } = labelsOf(params);
      const step = freshLabel({ a, b, out });
      return () => outside.one(primitive, stacks, { a: [step, ...a], b: [step, ...b], out }, origin);
    }
    const products = isLinear(maker) ? inputs.map(ofProducts) : [];
    if (products.every((total) => total === null)) return null;
    const totals = products.map((total, i) => total ?? ofAny(inputs[i] as VarId)).filter((total) => total !== null); // as many
    if (totals.length < inputs.length) return null;
    const write = (total: Total): VarId => total();
    return () => outside.one(primitive, totals.map(write), params, origin);
  };
  return ofProducts;
}

/** A sum, difference or negative, or a view with nothing else in it. */
function isLinear(equation: Equation): boolean {
  const { semantics } = equation.primitive;
  if (equation.outputs.length !== 1) return false;
  if (semantics.kind === 'view') return (semantics.fill ?? 0) === 0;
  return ['add', 'sub', 'neg'].includes(operationOf(equation).op ?? '');
}

/** @file How sums over the steps of a loop are taken after it. */
import { type Equation, known, type VarId } from '@throughline/autograd/back-end';
import { sizeOf } from '@throughline/tensor';
import type { Draft } from './draft.ts';
import { outsider } from './hoist-invariants.ts';
import { type Carry, type Loop, slotOf } from './loop.ts';
import { isSum, operationOf, ranksOf } from './rank.ts';
import { stacked } from './stacked.ts';

/** The sum of a term over all steps. */
export interface Plan {
  /** Whether it is made of products over the steps' axis. */
  readonly product: boolean;
  /** Has the loop stack what is needed; what it returns writes the equations after the loop. */
  prepare(): () => VarId;
}

type Planner = (term: VarId) => Plan | null;

/** Plans for terms of a loop of which some carries are to leave. */
export function planner(loop: Loop, outside: Draft, leaving: ReadonlySet<Carry>): Planner {
  const rank = ranksOf(loop);
  const outer = outsider(loop, outside);
  const size = (id: VarId): number => sizeOf(loop.body.type(id).shape);
  const isStacked = (id: VarId): boolean => slotOf([...loop.xs, ...loop.ys], id) !== undefined;
  const handled = [...loop.xs, ...loop.ys, ...loop.carries.filter((carry) => !leaving.has(carry))];
  const largest = Math.max(0, ...handled.map(({ inner }) => size(inner)));
  // What joins parts is no more than they are, which the loop may have handled one by one.
  const joins = (maker: Equation | undefined): boolean =>
    maker?.primitive.semantics.kind === 'view' && maker.inputs.length > 1 && maker.inputs.every(fits);
  const fits = (id: VarId): boolean => isStacked(id) || size(id) <= largest || joins(loop.body.maker(id));
  const stack = (id: VarId): VarId => stacked(loop, outside, id);
  const total = (id: VarId, axes: readonly number[], origin: Equation['origin']): VarId =>
    outside.one(known.sum, [id], { axes }, origin);

  const product = ({ primitive, inputs, params, origin }: Equation): Plan | null => {
    const [a, b] = inputs as [VarId, VarId]; // of a contract
    const labels = params as { readonly [list in 'a' | 'b' | 'out']: readonly number[] }; // of a contract
    const moving = [a, b].filter((id) => rank(id) > 0);
    if (moving.length === 0 || !moving.every(fits)) return null;
    const step = Math.max(-1, ...labels.a, ...labels.b) + 1;
    const prepare = (): (() => VarId) => {
      const stacks = inputs.map((id) => (rank(id) > 0 ? stack(id) : null));
      if (moving.length === 2) {
        const lists = { a: [step, ...labels.a], b: [step, ...labels.b], out: labels.out };
        return () => outside.one(primitive, stacks as VarId[], lists, origin); // both are stacked
      }
      return () => {
        const operands = inputs.map((id, i) => (stacks[i] == null ? outer(id) : total(stacks[i], [0], origin)));
        return outside.one(primitive, operands, params, origin);
      };
    };
    return { product: true, prepare };
  };

  /** Linear maps and views of terms: the same of their sums, if there is a product among these. */
  const linear = ({ primitive, inputs, params, origin }: Equation): Plan | null => {
    const plans = inputs.map((id) => planOf(id)).filter((plan) => plan !== null);
    if (plans.length < inputs.length || !plans.some((plan) => plan.product)) return null;
    const prepare = (): (() => VarId) => {
      const totals = plans.map((plan) => plan.prepare());
      return () =>
        outside.one(
          primitive,
          totals.map((each) => each()),
          params,
          origin,
        );
    };
    return { product: true, prepare };
  };

  /** The term itself, stacked; what it is the sum of, if that is stacked anyway. */
  const plain = (term: VarId, maker: Equation | undefined): Plan | null => {
    const source = maker !== undefined && isSum(maker) ? maker : null;
    const within = (): boolean => source?.inputs.every(isStacked) === true;
    if (!fits(term) && !within()) return null;
    const prepare = (): (() => VarId) => {
      if (source === null || !within()) {
        const whole = stack(term);
        return () => total(whole, [0], maker?.origin);
      }
      const whole = stack(source.inputs[0] as VarId); // of a reduction
      const { axes } = source.params as { axes: readonly number[] }; // of a reduction
      return () => total(whole, [0, ...axes.map((axis) => axis + 1)], source.origin);
    };
    return { product: false, prepare };
  };

  const planOf: Planner = (term) => {
    if (rank(term) === 0) return null;
    const maker = loop.body.maker(term);
    const special =
      maker === undefined ? null : isContract(maker) ? product(maker) : isLinear(maker) ? linear(maker) : null;
    return special ?? plain(term, maker);
  };
  return planOf;
}

const isContract = ({ primitive }: Equation): boolean => primitive.semantics.kind === 'contract';

/** A sum, difference or negative, or a view with nothing else in it. */
function isLinear(equation: Equation): boolean {
  const { semantics } = equation.primitive;
  if (equation.outputs.length !== 1) return false;
  if (semantics.kind === 'view') return (semantics.fill ?? 0) === 0;
  return ['add', 'sub', 'neg'].includes(operationOf(equation).op ?? '');
}

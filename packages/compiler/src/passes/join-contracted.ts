import { type Equation, known, type VarId } from '@throughline/autograd/back-end';
import { grouped } from '../collections.ts';
import type { Draft } from './draft.ts';
import { commonOrigin, type InOrder, joinOrder, rewriteSums } from './joins.ts';
import { labelsOf } from './labels.ts';
import type { Pass } from './pass.ts';

/** An operand of a product that is a term of a sum. */
interface Side {
  readonly id: VarId;
  readonly labels: readonly number[];
  /** The axis of the label along which it may be joined. */
  readonly axis: number;
  /** What its axes are, with the extents of all but the joined one. */
  readonly text: string;
}

/** A product that is a term of a sum, its operands in the order of the family's. */
interface Member {
  readonly equation: Equation;
  readonly sides: readonly [Side, Side];
}

/**
 * Sums of products become one product of joined operands (reassociating): Σ aᵢ·bᵢ is [a₁ a₂ …]·[b₁ b₂ …], joined along
 * a summed label. So the hidden cotangent of a cell of four gates is one product. Terms of other kinds stay, in order.
 */
export const joinContracted: Pass = (program, say) => {
  const inOrder = joinOrder(program);
  let joined = 0;
  const after = rewriteSums(program, (terms, { origin }, draft) => {
    const makers = new Set(terms.map(({ maker }) => maker));
    const members = [...makers]
      .map((maker) => maker && memberOf(maker, draft))
      .filter((member) => member !== undefined);
    const families = grouped(members, ({ sides }) => sides.map(({ text }) => text).join('|'));
    const familyOf = new Map<Equation | undefined, readonly Member[]>();
    for (const family of families.values()) {
      if (family.length > 1) for (const { equation } of family) familyOf.set(equation, family);
    }
    if (familyOf.size === 0) return null;
    joined += familyOf.size;
    // each family as one product where its first term stood
    const sums = terms.flatMap(({ id, maker }): (VarId | readonly Member[])[] => {
      const family = familyOf.get(maker);
      if (family === undefined) return [id];
      return family[0]?.equation === maker ? [family] : [];
    });
    return sums.reduce<VarId | null>((sum, one) => {
      const next = typeof one === 'number' ? one : writeProduct(one, draft, inOrder);
      return sum === null ? next : draft.one(known.add, [sum, next], {}, origin);
    }, null);
  });
  if (joined > 0) say?.(joined);
  return after;
};

/** A product with the texts that tell its family. */
function memberOf(equation: Equation, { type }: Draft): Member | undefined {
  if (equation.primitive !== known.contract) return undefined;
  const { a, b, out } = labelsOf(equation.params);
  const joint = a.findLast((label) => !out.includes(label));
  if (joint === undefined) return undefined;
  const [first, second] = [a, b].map((labels, side): Side => {
    const id = equation.inputs[side] as VarId; // a contract has two operands
    const { shape } = type(id);
    const names = labels.map((label, axis) => {
      const place = out.indexOf(label);
      return label === joint ? 'j' : place >= 0 ? `${place}` : `s${a.indexOf(label)}=${shape[axis]}`;
    });
    return { id, labels, axis: labels.indexOf(joint), text: `${names}` };
  }) as [Side, Side]; // as above
  // a·b and b·a are of one family; the one with earlier axes of the result comes first.
  return { equation, sides: second.text < first.text ? [second, first] : [first, second] };
}

function writeProduct(family: readonly Member[], draft: Draft, inOrder: InOrder): VarId {
  const [{ equation, sides }] = family as readonly [Member]; // families have members
  // in an order that one of the operands has a reason for: weights come as inputs do
  const by = (side: 0 | 1) => inOrder(family, (member) => member.sides[side].id, sides[side].axis);
  const sorted = by(1) ?? by(0) ?? family;
  const origin = commonOrigin(sorted.map((member) => member.equation.origin));
  const operands = ([0, 1] as const).map((side) =>
    draft.one(
      known.concat,
      sorted.map((member) => member.sides[side].id),
      { axis: sides[side].axis },
      origin,
    ),
  );
  const { out } = labelsOf(equation.params);
  return draft.one(known.contract, operands, { a: sides[0].labels, b: sides[1].labels, out }, origin);
}

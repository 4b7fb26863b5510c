import { type Equation, known, type Origin, type Program, type VarId } from '@throughline/autograd/back-end';
import { Draft } from './draft.ts';
import { commonOrigin, JoinOrder, makersOf, sumsOf } from './joins.ts';
import { labelsOf } from './labels.ts';
import type { Pass } from './pass.ts';
import { usesOf } from './views.ts';

/** A product that is a term of a sum, its operands in the order of the family's. */
interface Term {
  readonly equation: Equation;
  readonly operands: readonly [VarId, VarId];
  readonly labels: readonly [readonly number[], readonly number[]];
  readonly out: readonly number[];
  /** The axes of the label along which it may be joined, in both operands. */
  readonly axes: readonly [number, number];
}

/**
 * Sums of products become one product of joined operands (reassociating): Σ aᵢ·bᵢ is [a₁ a₂ …]·[b₁ b₂ …], joined along
 * a summed label. So the hidden cotangent of a cell of four gates is one product. Terms of other kinds stay, in order.
 */
export const joinContracted: Pass = (program, say) => {
  const uses = usesOf(program.equations, program.outputs);
  const makers = makersOf(program);
  const sums = sumsOf(program, makers, uses);
  const order = new JoinOrder(program, makers);
  const draft = new Draft(program);
  let joined = 0;
  for (const equation of program.equations) {
    const terms = sums.get(equation) ?? [];
    const families = familiesOf(terms, program, makers, uses);
    draft.keep(equation);
    if (families.length === 0) continue;
    joined += families.reduce((n, family) => n + family.length, 0);
    const sum = writeSum(terms, families, draft, order, equation.origin);
    draft.rename(equation.outputs[0] as VarId, sum); // a sum has one result
  }
  if (joined === 0) return program;
  say?.(`${joined} products that are added became fewer`);
  return draft.finish();
};

/** Products among the terms that may be joined, two at least. */
function familiesOf(
  terms: readonly VarId[],
  program: Program,
  makers: readonly (Equation | undefined)[],
  uses: readonly number[],
): (readonly Term[])[] {
  const byKey = new Map<string, Term[]>();
  for (const id of new Set(terms)) {
    const maker = makers[id];
    if (maker?.primitive !== known.contract || uses[id] !== 1) continue;
    const found = termOf(maker, program);
    if (found === null) continue;
    const family = byKey.get(found.key);
    if (family === undefined) byKey.set(found.key, [found.term]);
    else family.push(found.term);
  }
  return [...byKey.values()].filter((family) => family.length > 1);
}

/** A product with the text that tells its family: what its axes are, and the extents of all but the joined one. */
function termOf(equation: Equation, { types }: Program): { term: Term; key: string } | null {
  const { a, b, out } = labelsOf(equation.params);
  const [p, q] = equation.inputs as readonly [VarId, VarId]; // a contract has two operands
  const joint = a.findLast((label) => !out.includes(label));
  if (joint === undefined) return null;
  const side = (id: VarId, list: readonly number[]) => {
    const names = list.map((label, axis) => {
      const extent = types[id]?.shape[axis];
      const place = out.indexOf(label);
      return label === joint ? 'j' : place >= 0 ? `${place}` : `s${a.indexOf(label)}=${extent}`;
    });
    return { id, list, text: names.join() };
  };
  const sides = [side(p, a), side(q, b)];
  // a·b and b·a are of one family; the one with earlier axes of the result comes first.
  if ((sides[1]?.text ?? '') < (sides[0]?.text ?? '')) sides.reverse();
  const [first, second] = sides as [ReturnType<typeof side>, ReturnType<typeof side>]; // two operands
  const term: Term = {
    equation,
    operands: [first.id, second.id],
    labels: [first.list, second.list],
    out,
    axes: [first.list.indexOf(joint), second.list.indexOf(joint)],
  };
  return { term, key: `${first.text}|${second.text}` };
}

/** The terms once more, each family as one product where its first term stood. */
function writeSum(
  terms: readonly VarId[],
  families: readonly (readonly Term[])[],
  draft: Draft,
  order: JoinOrder,
  origin: Origin | undefined,
): VarId {
  const familyOf = new Map(
    families.flatMap((family) => family.map((term) => [term.equation.outputs[0] as VarId, family] as const)), // a contract has one result
  );
  const written = new Set<readonly Term[]>();
  let sum: VarId | undefined;
  for (const id of terms) {
    const family = familyOf.get(id);
    if (family !== undefined && written.has(family)) continue;
    if (family !== undefined) written.add(family);
    const next = family === undefined ? id : writeProduct(family, draft, order);
    sum = sum === undefined ? next : draft.one(known.add, [sum, next], {}, origin);
  }
  return sum as VarId; // a sum has terms
}

function writeProduct(family: readonly Term[], draft: Draft, order: JoinOrder): VarId {
  const [{ labels, out, axes }] = family as readonly [Term]; // families have terms
  const sorted = sortedBy(family, order);
  const origin = commonOrigin(sorted.map(({ equation }) => equation.origin));
  const [a, b] = ([0, 1] as const).map((side) =>
    draft.one(
      known.concat,
      sorted.map(({ operands }) => operands[side]),
      { axis: axes[side] },
      origin,
    ),
  ) as [VarId, VarId]; // two sides
  return draft.one(known.contract, [a, b], { a: labels[0], b: labels[1], out }, origin);
}

/** In an order that one of the operands has a reason for: weights come as inputs do. */
function sortedBy(family: readonly Term[], order: JoinOrder): readonly Term[] {
  for (const side of [1, 0] as const) {
    const ids = family.map(({ operands }) => operands[side]);
    const given = new Set(ids).size === ids.length ? order.given(ids, family[0]?.axes[side] ?? 0) : null;
    if (given !== null) return given.map((id) => family[ids.indexOf(id)] as Term); // the same set
  }
  return family;
}

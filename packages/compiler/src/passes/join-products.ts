import {
  dependents,
  type Equation,
  known,
  type Program,
  type ScanParams,
  type VarId,
} from '@throughline/autograd/back-end';
import { sizeOf, type TensorType } from '@throughline/tensor';
import { ensure } from '../collections.ts';
import type { Draft } from './draft.ts';
import { leveled, rewriteGroups } from './groups.ts';
import { commonOrigin, type InOrder, joinOrder, makersOf, writeParts } from './joins.ts';
import { labelsOf, summedOf } from './labels.ts';
import { isLoop } from './loop.ts';
import type { Pass } from './pass.ts';

/** Rows from which joining other operands costs little beside the product. */
const ROWS = 2;

/** A product as one that shares an operand with others. */
interface Member {
  readonly equation: Equation;
  /** Which operand is shared: 0 or 1. */
  readonly side: number;
  readonly shared: VarId;
  readonly other: VarId;
  /** The axis of the other operand along which it may be joined with others, and where that stands in the result. */
  readonly axis: number;
  readonly place: number;
  /** How often each element of the other operand is used. */
  readonly rows: number;
}

/**
 * Products of one operand with several become one product with these joined along a label that is theirs alone, cut into
 * parts afterwards (exact): four gates written as four products are one.
 *
 * Joined are products of which none depends on another. Each element of a result is the sum that it was. Operands that a
 * loop keeps constant are joined in its body: they leave it as what is invariant does.
 */
export const joinProducts: Pass = (program, say, around) => {
  const products = leveled(program, ({ primitive }) => primitive === known.contract);
  if (products.length === 0) return program;
  const makers = makersOf(program);
  const loop = around !== undefined && isLoop(around) ? around : undefined;
  const groups = groupsOf(program, products, {
    changing: changingIn(program, loop),
    makers,
    inLoop: loop !== undefined,
  });
  const inOrder = joinOrder(program, makers);
  for (const group of groups) say?.(group.length);
  return rewriteGroups(
    program,
    groups.map((group) => ({
      equations: group.map(({ equation }) => equation),
      write: (draft) => writeJoined(group, draft, inOrder),
    })),
  );
};

/** What may differ from step to step of the loop that a Program is the body of; null where there are no several steps. */
function changingIn(program: Program, loop: Equation | undefined): ReadonlySet<VarId> | null {
  const { constants = 0, length = 0 } = (loop?.params ?? {}) as Partial<ScanParams>; // of a scan
  return constants > 0 && length > 1 ? dependents(program, program.inputs.slice(constants)) : null;
}

/** Products that become one, the largest groups first; each product is in one at most. */
function groupsOf(
  program: Program,
  products: readonly (readonly [Equation, number])[],
  block: Block,
): (readonly Member[])[] {
  const byKey = new Map<string, Member[]>();
  for (const [equation, level] of products) {
    for (const side of [0, 1]) addMember(byKey, program.types, equation, side, level);
  }
  const taken = new Set<Equation>();
  const groups: (readonly Member[])[] = [];
  for (const all of [...byKey.values()].sort((p, q) => q.length - p.length)) {
    const group = all.filter(({ equation }) => !taken.has(equation));
    if (group.length < 2 || !pays(group, block)) continue;
    for (const { equation } of group) taken.add(equation);
    groups.push(group);
  }
  return groups;
}

/**
 * Joining copies the other operands, unless that is done once for all steps of a loop, or what makes them can write them
 * side by side. Then it pays when there are rows for which they were copied.
 */
function pays(group: readonly Member[], { changing, makers, inLoop }: Block): boolean {
  if (group.every(({ other }) => changing?.has(other) === false)) return true;
  const from = group.map(({ other }) => makers[other]);
  const loops = from.filter((maker) => maker === undefined || isLoop(maker));
  if (loops.length === 0) return group.every(({ rows }) => rows >= ROWS);
  if (loops.length < group.length || from.some((maker) => maker !== from[0])) return false;
  return from[0] !== undefined || (!inLoop && group.every(({ rows }) => rows >= ROWS));
}

/** What is known of the equations that a group stands among. */
interface Block {
  /** What may differ from step to step of the loop that this is the body of. */
  readonly changing: ReadonlySet<VarId> | null;
  readonly makers: readonly (Equation | undefined)[];
  readonly inLoop: boolean;
}

function addMember(
  byKey: Map<string, Member[]>,
  types: readonly TensorType[],
  equation: Equation,
  side: number,
  level: number,
): void {
  const labels = labelsOf(equation.params);
  const [shared, other] = [equation.inputs[side] as VarId, equation.inputs[1 - side] as VarId]; // a contract has two operands
  const [mine, theirs] = side === 0 ? [labels.a, labels.b] : [labels.b, labels.a];
  const { shape } = types[other] as TensorType; // ids are indices of types
  const sharedShape = (types[shared] as TensorType).shape; // as above
  const joint = labels.out.findLast((label) => !mine.includes(label));
  if (joint === undefined || sizeOf(sharedShape) < 2 || sizeOf(shape) === 0) return;
  const name = (label: number): string =>
    label === joint ? 'j' : mine.includes(label) ? `s${mine.indexOf(label)}` : `o${theirs.indexOf(label)}`;
  const own = theirs.map(
    (label, axis) => `${name(label)}${mine.includes(label) || label === joint ? '' : `=${shape[axis]}`}`,
  );
  // With two summed axes it matters which operand is a: it tells the order of the sum.
  const ordered = summedOf(mine, sharedShape, labels.out).length > 1 ? side : '';
  const key = `${level}|${shared}|${own}|${labels.out.map(name)}|${ordered}`;
  const rows = mine.reduce((n, label, axis) => (theirs.includes(label) ? n : n * (sharedShape[axis] as number)), 1); // one label per axis
  const place = labels.out.indexOf(joint);
  const member = { equation, side, shared, other, axis: theirs.indexOf(joint), place, rows };
  ensure(byKey, key, () => []).push(member);
}

function writeJoined(group: readonly Member[], draft: Draft, inOrder: InOrder): void {
  const [{ axis, place, side, shared, equation }] = group as readonly [Member]; // groups have members
  const sorted = inOrder(group, ({ other }) => other, axis) ?? group;
  const parts = sorted.map(({ other }) => other);
  const origin = commonOrigin(sorted.map((member) => member.equation.origin));
  const whole = draft.one(known.concat, parts, { axis }, origin);
  const operands = side === 0 ? [shared, whole] : [whole, shared];
  const product = draft.one(known.contract, operands, equation.params, origin);
  const sizes = parts.map((id) => draft.type(id).shape[axis] as number); // the axis is one of its
  const equations = sorted.map((member) => member.equation);
  writeParts(equations, product, { sizes, axis: place }, draft, origin);
}

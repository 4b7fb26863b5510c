import { paramsKey } from '../../params.ts';
import { bodiesOf, type Equation, type Program, typeOf, type VarId } from '../../program.ts';

/** `steps` blocks of `period` equations each, from equation `start` on, that do the same. */
export interface Repeat {
  readonly start: number;
  readonly period: number;
  readonly steps: number;
  readonly wiring: Wiring;
}

/** Where the operands of one block come from, other than the block itself: by place (equation within the block, operand). */
export interface Wiring {
  /** From the block before: the result there that an operand is, and what it is in the first block. */
  readonly carry: readonly { readonly from: Place; readonly init: VarId }[];
  /** One value in all blocks. */
  readonly constants: readonly VarId[];
  /** Another value in every block, by block. */
  readonly xs: readonly (readonly VarId[])[];
  /** Per equation of a block and operand: which of these it is, or which result of the block. */
  readonly operands: readonly (readonly Operand[])[];
}

/** A result of an equation of a block. */
export interface Place {
  readonly equation: number;
  readonly result: number;
}

export type Operand =
  | { readonly kind: 'own'; readonly place: Place }
  | { readonly kind: 'carry' | 'constant' | 'xs'; readonly index: number };

/**
 * The repeat that covers most equations, or one before it: loops are folded in order, so that a later one finds the
 * results of an earlier one in one array.
 */
export function findRepeat(program: Program, least: number): Repeat | undefined {
  const keys = signatures(program);
  const longest = longestRepeat(program, keys, least);
  let found = longest;
  for (let before = found; before !== undefined; ) {
    before = longestRepeat(program, keys.slice(0, before.start), leastBeside(longest, least));
    found = before ?? found;
  }
  return found;
}

/** Beside a loop of T steps others have T − 2 at least, its ends being different; what repeats less often is not time. */
export const leastBeside = (loop: { readonly steps: number } | undefined, least: number): number =>
  Math.max(least, (loop?.steps ?? 0) - 2);

/** Of equally long ones that with the fewest carries, which is a cut between steps. */
function longestRepeat(program: Program, keys: readonly number[], least: number): Repeat | undefined {
  const n = keys.length;
  let best: Repeat | undefined;
  const covered = ({ period, steps }: { period: number; steps: number }): number => period * (steps - 1);
  for (let period = 1; period * least <= n; period++) {
    for (let i = 0; i + period < n; ) {
      let run = 0;
      while (i + run + period < n && keys[i + run] === keys[i + run + period]) run++;
      for (let cut = 0; cut < period && run - cut >= period * (least - 1); cut++) {
        const steps = Math.floor((run - cut) / period) + 1;
        if (best !== undefined && covered({ period, steps }) < covered(best)) break;
        const found = longest(program, i + cut, period, steps, least);
        if (found === undefined) continue;
        const gain = best === undefined ? 1 : covered(found) - covered(best);
        if (gain > 0 || (gain === 0 && isSimpler(found, best))) best = found;
      }
      i += run + 1;
    }
  }
  return best;
}

const isSimpler = (a: Repeat, b: Repeat | undefined): boolean =>
  b === undefined || (a.period <= b.period && a.wiring.carry.length < b.wiring.carry.length);

/** The same op on the same types with the same params. */
function signatures(program: Program): number[] {
  const known = new Map<string, number>();
  return program.equations.map((equation, i) => {
    if (bodiesOf(equation).length > 0) return -1 - i; // bodies are not compared
    const types = [...equation.inputs, ...equation.outputs].map((id) => typeOf(program, id));
    const key = paramsKey([equation.primitive.name, equation.params, types, equation.inputs.length]);
    const number = known.get(key) ?? known.size;
    known.set(key, number);
    return number;
  });
}

/** The most steps from `start` on that are wired alike, if there are enough of them and each follows from the one before. */
function longest(program: Program, start: number, period: number, most: number, least: number): Repeat | undefined {
  // Elements that only move are no step.
  const block = program.equations.slice(start, start + period);
  if (block.every(({ primitive }) => primitive.semantics.kind === 'view')) return undefined;
  for (let steps = most; steps >= least; steps--) {
    const wiring = wire(program, start, period, steps);
    if (wiring !== undefined) return wiring.carry.length === 0 ? undefined : { start, period, steps, wiring };
  }
  return undefined;
}

function wire(program: Program, start: number, period: number, steps: number): Wiring | undefined {
  const places = new Map<VarId, { readonly block: number } & Place>();
  const block = (b: number): readonly Equation[] =>
    program.equations.slice(start + b * period, start + (b + 1) * period);
  for (let b = 0; b < steps; b++) {
    for (const [equation, { outputs }] of block(b).entries()) {
      for (const [result, id] of outputs.entries()) places.set(id, { block: b, equation, result });
    }
  }
  const carry = new Table<{ from: Place; init: VarId }>();
  const constants = new Table<VarId>();
  const xs = new Table<readonly VarId[]>();
  const operands: Operand[][] = [];
  for (let e = 0; e < period; e++) {
    const row: Operand[] = [];
    for (const o of block(0)[e]?.inputs.keys() ?? []) {
      const ids = Array.from(
        { length: steps },
        (_, b) => program.equations[start + b * period + e]?.inputs[o] as VarId,
      ); // blocks are alike
      const operand = classify(ids, places, { carry, constants, xs });
      if (operand === undefined) return undefined;
      row.push(operand);
    }
    operands.push(row);
  }
  return { carry: carry.items, constants: constants.items, xs: xs.items, operands };
}

interface Tables {
  readonly carry: Table<{ from: Place; init: VarId }>;
  readonly constants: Table<VarId>;
  readonly xs: Table<readonly VarId[]>;
}

/** What one operand is over all blocks; undefined where blocks differ. */
function classify(
  ids: readonly VarId[],
  places: ReadonlyMap<VarId, { readonly block: number } & Place>,
  { carry, constants, xs }: Tables,
): Operand | undefined {
  const found = ids.map((id) => places.get(id));
  const [first, second] = found;
  const alike = (offset: number): boolean =>
    found.every((place, b) =>
      b < offset
        ? place === undefined
        : place?.block === b - offset && place.equation === second?.equation && place.result === second.result,
    );
  if (first !== undefined)
    return alike(0) ? { kind: 'own', place: { equation: first.equation, result: first.result } } : undefined;
  if (second !== undefined) {
    if (!alike(1)) return undefined;
    const from = { equation: second.equation, result: second.result };
    const init = ids[0] as VarId; // there is a first block
    return { kind: 'carry', index: carry.index(`${from.equation} ${from.result} ${init}`, { from, init }) };
  }
  if (found.some((place) => place !== undefined)) return undefined;
  if (ids.every((id) => id === ids[0]))
    return { kind: 'constant', index: constants.index(`${ids[0]}`, ids[0] as VarId) };
  return { kind: 'xs', index: xs.index(ids.join(), ids) };
}

/** Items in order of first use, each once. */
class Table<T> {
  readonly items: T[] = [];
  readonly #index = new Map<string, number>();
  index(key: string, item: T): number {
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    this.#index.set(key, this.items.length);
    return this.items.push(item) - 1;
  }
}

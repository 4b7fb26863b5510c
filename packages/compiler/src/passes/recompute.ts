import type { Equation, Program, ScanParams, VarId } from '@throughline/autograd/back-end';
import { ensure } from '../collections.ts';
import { isLoop, type Loop, openLoop, openSlot, rewriteLoops, type Slot, slotOf } from './loop.ts';
import type { Pass } from './pass.ts';
import { bytesOf, isCheap, isFree } from './rank.ts';

/** So many maps may be run again for one value that is not kept. */
const most = 8;

/**
 * Exact: a value that one loop stacks for another, and that takes a few cheap maps from other values that are stacked, from
 * sequences or from constants, is not stacked but computed again where it is read: of a gate f its derivative f·(1 − f)
 * need not be kept beside f.
 */
export const recompute: Pass = (program, say) => {
  const sources = stackedFor(program);
  if (sources.size === 0) return program;
  let bytes = 0;
  const after = rewriteLoops(program, (loop) => {
    const again = loop.xs.flatMap((slot) => {
      const recipe = sources.get(slot.outer)?.();
      return recipe ? [{ slot, recipe }] : [];
    });
    if (again.length === 0) return false;
    loop.xs = loop.xs.filter((slot) => !again.some((each) => each.slot === slot));
    const equations = again.flatMap(({ slot, recipe }) => copied(loop, slot, recipe));
    loop.body.equations = [...equations, ...loop.body.equations];
    bytes += again.reduce((sum, { slot }) => sum + bytesOf(loop.body.type(slot.inner)) * loop.params.length, 0);
    return true;
  });
  if (after !== program) say?.(bytes);
  return after;
};

/** How a value comes about: equations of a body, in order, and the slots from which they start. */
interface Recipe {
  readonly from: Loop;
  readonly equations: readonly Equation[];
  /** What they lead to. */
  readonly target: VarId;
}

/** How to find recipes for what loops stack for other loops alone, by its variable outside. */
function stackedFor(program: Program): Map<VarId, () => Recipe | null> {
  const loops = program.equations.filter(isLoop).map(openLoop);
  const sources = new Map<VarId, () => Recipe | null>();
  if (loops.length < 2) return sources;
  const elsewhere = new Set(program.outputs);
  for (const equation of program.equations) {
    const { constants, carry } = equation.params as unknown as ScanParams; // of a scan
    const others = isLoop(equation) ? equation.inputs.slice(0, constants + carry) : equation.inputs;
    for (const id of others) elsewhere.add(id);
  }
  for (const from of loops) {
    const kept = new Set(
      [...from.xs, ...from.ys.filter(({ outer }) => elsewhere.has(outer))].map(({ inner }) => inner),
    );
    for (const { inner, outer } of from.ys) {
      if (!kept.has(inner)) sources.set(outer, () => recipeFor(from, inner, kept));
    }
  }
  return sources;
}

/** The cheap equations that lead to a value from what is kept; null when it cannot be had so. */
function recipeFor(from: Loop, target: VarId, kept: ReadonlySet<VarId>): Recipe | null {
  const { body, constants, ys } = from;
  const equations = new Set<Equation>();
  let maps = 0;
  const reach = (id: VarId): boolean => {
    if (kept.has(id) || body.constants.has(id) || slotOf(constants, id) !== undefined) return true;
    const maker = body.maker(id);
    if (maker !== undefined && equations.has(maker)) return true;
    const again = maker !== undefined && (isCheap(maker) || isFree(maker)) && maker.inputs.every(reach);
    if (!again) return id !== target && slotOf(ys, id) !== undefined;
    if (isCheap(maker)) maps++;
    equations.add(maker);
    return true;
  };
  return reach(target) && maps > 0 && maps <= most ? { from, equations: [...equations], target } : null;
}

/** A recipe in another loop: what it leads to is that loop's slot. */
function copied(loop: Loop, slot: Slot, { from, equations, target }: Recipe): Equation[] {
  const { body } = loop;
  const names = new Map<VarId, VarId>();
  const start = (id: VarId): VarId => {
    const value = from.body.constants.get(id);
    if (value !== undefined) return body.hold(value);
    const constant = slotOf(from.constants, id);
    const { outer } = constant ?? (slotOf([...from.xs, ...from.ys], id) as Slot); // else no recipe would start there
    return openSlot(body, constant === undefined ? loop.xs : loop.constants, outer, from.body.type(id)).inner;
  };
  const name = (id: VarId): VarId => ensure(names, id, () => start(id));
  return equations.map((equation) => {
    const inputs = equation.inputs.map(name);
    const outputs = equation.outputs.map((id) => (id === target ? slot.inner : body.variable(from.body.type(id))));
    equation.outputs.forEach((id, k) => {
      names.set(id, outputs[k] as VarId); // as many
    });
    return { ...equation, inputs, outputs };
  });
}

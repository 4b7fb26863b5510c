import type { Equation, Program, ScanParams, VarId } from '@throughline/autograd/back-end';
import { ensure } from '../collections.ts';
import { isLoop, type Loop, openSlot, readIn, rewriteLoops, type Slot, slotOf } from './loop.ts';
import type { Pass } from './pass.ts';
import { bytesOf, isCheap, isFree } from './rank.ts';

/** So many maps may be run again for one value that is not kept. */
const most = 8;

/**
 * Exact: a value that one loop stacks for another, and that takes a few cheap maps from other values that are stacked, from
 * sequences or from constants, is not stacked but computed again where it is read: of a gate f its derivative f·(1 − f)
 * need not be kept beside f. Where it is less to keep, what several come from is stacked in their place: of a normalised row
 * its distances from the mean and its deviation, not their quotients and multiples.
 */
export const recompute: Pass = (program, say) => {
  const elsewhere = readElsewhere(program);
  const recipes = new Map<VarId, Recipe>();
  let bytes = 0;
  const after = rewriteLoops(program, (loop, outside) => {
    const again = loop.xs.filter(({ outer }) => recipes.has(outer));
    loop.xs = loop.xs.filter((slot) => !again.includes(slot));
    const equations = again.flatMap((slot) => copied(loop, slot, recipes.get(slot.outer) as Recipe)); // it has one
    if (equations.length > 0) loop.body.equations = [...equations, ...loop.body.equations];
    for (const { inner } of again) bytes += bytesOf(loop.body.type(inner)) * loop.params.length;
    const stacks = loop.ys.length;
    const kept = new Set(
      [...loop.xs, ...loop.ys.filter(({ outer }) => elsewhere.has(outer))].map(({ inner }) => inner),
    );
    for (let id = bestOrigin(loop, kept); id !== undefined; id = bestOrigin(loop, kept)) {
      const { dtype, shape } = loop.body.type(id);
      loop.ys.push({ inner: id, outer: outside.variable({ dtype, shape: [loop.params.length, ...shape] }) });
      kept.add(id);
    }
    for (const { inner, outer } of loop.ys) {
      const recipe = kept.has(inner) ? null : recipeFor(loop, inner, kept);
      if (recipe !== null) recipes.set(outer, recipe);
    }
    return again.length > 0 || loop.ys.length > stacks;
  });
  if (bytes > 0) say?.(bytes);
  return after;
};

/** How a value comes about: equations of a body, in order, and the slots from which they start. */
interface Recipe {
  readonly from: Loop;
  readonly equations: readonly Equation[];
  /** What they lead to. */
  readonly target: VarId;
}

/** What is read by anything but loops as a sequence. */
const readElsewhere = ({ equations, outputs }: Program): Set<VarId> =>
  readIn({
    equations: equations.map((equation) => {
      const { constants, carry } = equation.params as unknown as ScanParams; // of a scan
      return isLoop(equation) ? { ...equation, inputs: equation.inputs.slice(0, constants + carry) } : equation;
    }),
    outputs,
  });

/** Of what lies behind values that have to be stacked, the one that would free the most bytes beyond its own, if any does. */
function bestOrigin(loop: Loop, kept: ReadonlySet<VarId>): VarId | undefined {
  const { body, ys } = loop;
  const stuck = ys.filter(({ inner }) => !kept.has(inner) && recipeFor(loop, inner, kept) === null);
  /** What each would have to lead to. */
  const origins = new Map<VarId, VarId[]>();
  const visit = (id: VarId, target: VarId): void => {
    const maker = body.maker(id);
    for (const origin of maker !== undefined && isAgain(maker) ? maker.inputs : []) {
      const targets = ensure(origins, origin, () => []);
      if (targets.at(-1) === target) continue;
      targets.push(target);
      visit(origin, target);
    }
  };
  for (const { inner } of stuck) visit(inner, inner);
  const savedBy = (id: VarId, targets: readonly VarId[]): number =>
    targets.reduce((sum, target) => sum + bytesOf(body.type(target)), -bytesOf(body.type(id)));
  let best: { readonly id?: VarId; readonly saved: number } = { saved: 0 };
  for (const [id, targets] of origins) {
    if (savedBy(id, targets) <= best.saved) continue;
    const others = new Set([...kept, id]);
    const saved = savedBy(
      id,
      targets.filter((target) => target !== id && recipeFor(loop, target, others) !== null),
    );
    if (saved > best.saved) best = { id, saved };
  }
  return best.id;
}

/** Whether an equation may be run again rather than its result be kept. */
const isAgain = (equation: Equation): boolean => isCheap(equation) || isFree(equation);

/** The cheap equations that lead to a value from what is kept; null when it cannot be had so. */
function recipeFor(from: Loop, target: VarId, kept: ReadonlySet<VarId>): Recipe | null {
  const { body, constants, ys } = from;
  const equations = new Set<Equation>();
  let maps = 0;
  const reach = (id: VarId): boolean => {
    if (kept.has(id) || body.constants.has(id)) return true;
    const maker = body.maker(id);
    if (maker === undefined ? slotOf(constants, id) : equations.has(maker)) return true;
    const again = maker !== undefined && isAgain(maker) && maker.inputs.every(reach);
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

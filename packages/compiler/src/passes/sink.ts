import type { Equation, VarId } from '@throughline/autograd/back-end';
import { runAtOnce } from './at-once.ts';
import { type Loop, readIn, rewriteLoops, type Slot } from './loop.ts';
import type { Pass } from './pass.ts';
import { addNeeded, bytesOf, isCheap, isMovable, keepsAll, ranksOf } from './rank.ts';
import { stacked } from './stacked.ts';

/**
 * Exact: products with a constant that no later step needs, and what is made of them, leave the loop and run once for
 * all steps after it: what they read is stacked in place of their results. So the cotangents of a sequence, dz·Wᵀ at
 * each step, are one product. So do cheap maps of what is stacked anyway, where only reductions read the result: dz·h of
 * a peephole's gradient is computed as it is added up, and never in memory.
 *
 * Not for loops under a checkpoint schedule nor for loops around loops, and not where numbers would be laid out for all
 * steps that are many more than those that were.
 */
export const sink: Pass = (program, say) => {
  const others = program.equations.filter(({ primitive: { semantics } }) => semantics.kind !== 'reduce');
  const elsewhere = readIn({ equations: others, outputs: program.outputs });
  return rewriteLoops(program, (loop, outside) => {
    if (keepsAll(loop)) return false;
    const sinking = choose(loop, elsewhere);
    if (sinking.size === 0) return false;
    const { results, operands } = ends(loop, sinking);
    if (tooLarge(loop, sinking, results, operands)) return false;
    const moving = operands.map((inner): Slot => ({ inner, outer: stacked(loop, outside, inner) }));
    const ys = loop.ys.filter(({ inner }) => results.includes(inner));
    loop.ys = loop.ys.filter((y) => !ys.includes(y));
    const part = runAtOnce(loop, moving, results);
    loop.after.push(() => {
      const outputs = outside.splice(part.program, part.operands);
      for (const { inner, outer } of ys) outside.rename(outer, outputs[results.indexOf(inner)] as VarId); // one per result
    });
    loop.body.drop(sinking);
    const bytes = operands.reduce((sum, id) => sum + bytesOf(loop.body.type(id)), 0);
    say?.(sinking.size, loop.params.length, bytes * loop.params.length);
    return true;
  });
};

/** Products with a constant, maps for reductions, and all that depends on them, where no carry and nothing that must stay does. */
function choose(loop: Loop, elsewhere: ReadonlySet<VarId>): Set<Equation> {
  const { equations } = loop.program;
  const rank = ranksOf(loop);
  const needed = new Set(loop.carries.map(({ next }) => next));
  addNeeded(equations, needed);
  const held = new Set(needed);
  for (const equation of equations.toReversed()) {
    if (isMovable(equation) && !equation.outputs.some((id) => held.has(id))) continue;
    for (const id of equation.inputs) held.add(id);
  }
  const sunk = new Set<VarId>();
  const kept = [...loop.xs, ...loop.ys].map(({ inner }) => inner);
  /** A cheap map of what is kept anyway, whose result only reductions read: they compute it as they go. */
  const isReduced = (equation: Equation): boolean =>
    isCheap(equation) &&
    loop.ys.some(({ inner, outer }) => inner === equation.outputs[0] && !elsewhere.has(outer)) &&
    equation.inputs.every((id) => rank(id) === 0 || kept.includes(id));
  return new Set(
    equations.filter((equation) => {
      const { primitive, inputs, outputs } = equation;
      if (!isMovable(equation) || outputs.some((id) => held.has(id))) return false;
      const pays = primitive.semantics.kind === 'contract' && inputs.some((id) => rank(id) === 0);
      const leaves = pays || inputs.some((id) => sunk.has(id)) || isReduced(equation);
      if (outputs.every((id) => rank(id) === 0) || !leaves) return false;
      for (const id of outputs) sunk.add(id);
      return true;
    }),
  );
}

/** What the loop still gives and what sinks reads, and which ys sink. */
function ends(loop: Loop, sinking: ReadonlySet<Equation>): { results: VarId[]; operands: VarId[] } {
  const rank = ranksOf(loop);
  const made = new Set([...sinking].flatMap(({ outputs }) => outputs));
  const read = [...sinking].flatMap(({ inputs }) => inputs);
  const operands = [...new Set(read.filter((id) => rank(id) > 0 && !made.has(id)))];
  return { results: [...new Set(loop.ys.map(({ inner }) => inner).filter((id) => made.has(id)))], operands };
}

/** Where a large intermediate would be laid out for all steps, of which each step gave little. */
function tooLarge(loop: Loop, sinking: ReadonlySet<Equation>, results: readonly VarId[], operands: readonly VarId[]) {
  const size = (id: VarId): number => bytesOf(loop.body.type(id));
  const largest = Math.max(...[...sinking].flatMap(({ outputs }) => outputs.map(size)));
  const kept = [...results, ...operands].reduce((sum, id) => sum + size(id), 0);
  return largest > 4 * kept && largest * loop.params.length > 16_777_216;
}

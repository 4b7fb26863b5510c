import { known, type VarId } from '@throughline/autograd/back-end';
import type { Draft } from './draft.ts';
import { type Carry, type Loop, rewriteLoops } from './loop.ts';
import type { Pass } from './pass.ts';
import { isAdd, keepsAll, usesOf } from './rank.ts';
import { plannerFor } from './sum-plans.ts';

/**
 * Reassociating: a carry that only adds up products, one a step, leaves the loop: the sum over all steps is one product,
 * summed over the step's axis too. So do sums, differences and views in which there is such a product; what stands beside
 * it is stacked and summed, if it is no larger than what the loop handles anyway. What the carry started from is added,
 * unless it is zero. Other terms are added where they are made, which takes less than to stack and to read them again.
 *
 * So the gradients of a cell's matrices, a running sum for each in the reverse of its loop, are one product each. Not for
 * loops under a checkpoint schedule nor for loops around loops: those were written to keep memory small.
 */
export const sumsLeaveLoops: Pass = (program, say) =>
  rewriteLoops(program, (loop, outside) => {
    if (keepsAll(loop)) return false;
    const sums = runningSums(loop);
    const kept = loop.carries.filter((carry) => !sums.some((sum) => sum.carry === carry));
    const left = new Set<Carry>();
    const planner = plannerFor(loop, outside, kept);
    for (const { carry, term } of sums) {
      const total = planner(term);
      if (total === null) continue;
      left.add(carry);
      addAfter(loop, outside, carry, total);
    }
    if (left.size === 0) return false;
    loop.carries = loop.carries.filter((carry) => !left.has(carry));
    say?.(left.size);
    return true;
  });

function addAfter({ after, body }: Loop, outside: Draft, { start, next, last }: Carry, total: () => VarId): void {
  const origin = body.maker(next)?.origin;
  after.push(() => {
    const sum = total();
    outside.rename(last, isZero(outside, start) ? sum : outside.one(known.add, [start, sum], {}, origin));
  });
}

/** Carries of which nothing is known but that a term is added at each step. */
function runningSums({ carries, program }: Loop): { carry: Carry; term: VarId }[] {
  const readers = usesOf(program);
  const makers = new Map(program.equations.filter(isAdd).map((equation) => [equation.outputs[0], equation]));
  return carries.flatMap((carry) => {
    const inputs = makers.get(carry.next)?.inputs ?? [];
    if (!inputs.includes(carry.inner) || readers[carry.inner] !== 1 || readers[carry.next] !== 1) return [];
    return [{ carry, term: inputs.find((id) => id !== carry.inner) as VarId }]; // read once, it is one of two
  });
}

/** Whether a variable is zero at every place, for all that can be told. */
function isZero(outside: Draft, id: VarId): boolean {
  const maker = outside.maker(id);
  const { semantics } = maker?.primitive ?? {};
  if (maker === undefined) return outside.constants.get(id)?.storage.every((v) => v === 0) === true;
  return semantics?.kind === 'view' && (semantics.fill ?? 0) === 0 && maker.inputs.every((x) => isZero(outside, x));
}

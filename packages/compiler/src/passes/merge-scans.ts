import type { VarId } from '@throughline/autograd/back-end';
import { grouped } from '../collections.ts';
import { leveled, rewriteGroups } from './groups.ts';
import { closeLoop, isLoop, type Loop, openLoop } from './loop.ts';
import type { Pass } from './pass.ts';

/**
 * Exact: loops of one length and direction that do not need each other become one. What they have in common is left to
 * `tidyLoops`. Loops under a checkpoint schedule stay, for they were kept apart to save memory.
 */
export const mergeScans: Pass = (program, say) => {
  const loops = leveled(program, isLoop).filter(([{ params }]) => params.checkpoint === undefined);
  const alike = grouped(loops, ([{ params }, level]) => `${params.length} ${params.reverse} ${level}`);
  const groups = [...alike.values()].filter(({ length }) => length > 1);
  return rewriteGroups(
    program,
    groups.map((group) => ({
      equations: group.map(([equation]) => equation),
      write(draft) {
        const [first, ...others] = group.map(([equation]) => openLoop(draft.renamed(equation))) as [Loop, ...Loop[]]; // two or more
        for (const other of others) {
          include(first, other);
          say?.(first.params.length);
        }
        draft.keep(closeLoop(first));
      },
    })),
  );
};

/** One loop that does another's work too. */
function include(loop: Loop, other: Loop): void {
  const names = new Map(other.program.inputs.map((id) => [id, loop.body.variable(other.body.type(id))]));
  const outputs = loop.body.splice(other.program, [...names.values()]);
  const input = (id: VarId): VarId => names.get(id) as VarId; // each input was named
  const output = (k: number): VarId => outputs[k] as VarId; // one per output
  const slot = <S extends { inner: VarId }>(each: S): S => ({ ...each, inner: input(each.inner) });
  loop.constants.push(...other.constants.map(slot));
  loop.carries.push(...other.carries.map((carry, i) => ({ ...slot(carry), next: output(i) })));
  loop.xs.push(...other.xs.map(slot));
  loop.ys.push(...other.ys.map((y, k) => ({ ...y, inner: output(other.carries.length + k) })));
}

import type { VarId } from '@throughline/autograd/back-end';
import type { Draft } from './draft.ts';
import { type Loop, rewriteLoops } from './loop.ts';
import type { Pass } from './pass.ts';
import { isFree, ranksOf } from './rank.ts';

/**
 * Exact: what is the same at every step is computed once, before the loop. Views stay where they are read, unless what
 * leaves needs them too; a loop without steps keeps what it never does.
 */
export const hoistInvariants: Pass = (program, say) =>
  rewriteLoops(program, (loop, outside) => {
    if (loop.params.length === 0) return false;
    const rank = ranksOf(loop);
    const leaving = new Set(
      loop.program.equations.filter((equation) => !isFree(equation) && equation.inputs.every((id) => rank(id) === 0)),
    );
    if (leaving.size === 0) return false;
    const outer = outsider(loop, outside);
    for (const equation of leaving) {
      const outputs = outside.add(equation.primitive, equation.inputs.map(outer), equation.params, equation.origin);
      equation.outputs.forEach((inner, k) => {
        loop.constants.push({ inner, outer: outputs[k] as VarId }); // one per result
      });
    }
    loop.body.drop(leaving);
    say?.(`${leaving.size} equations that are the same at every step run once`);
    return true;
  });

/** The outer variable of a value that is the same at every step; views on the way are copied. */
export function outsider(loop: Loop, outside: Draft): (id: VarId) => VarId {
  const known = new Map<VarId, VarId>();
  const find = (id: VarId): VarId => {
    const slot = loop.constants.find(({ inner }) => inner === id);
    if (slot !== undefined) return slot.outer;
    const value = loop.body.constants.get(id);
    if (value !== undefined) {
      const copy = outside.variable(value);
      outside.constants.set(copy, value);
      return copy;
    }
    const maker = loop.body.maker(id);
    if (maker === undefined) throw new RangeError(`variable ${id} is no invariant`);
    const outputs = outside.add(maker.primitive, maker.inputs.map(outer), maker.params, maker.origin);
    maker.outputs.forEach((each, k) => {
      known.set(each, outputs[k] as VarId); // one per result
    });
    return known.get(id) as VarId; // set above
  };
  const outer = (id: VarId): VarId => {
    let found = known.get(id);
    if (found === undefined) {
      found = find(id);
      known.set(id, found);
    }
    return found;
  };
  return outer;
}

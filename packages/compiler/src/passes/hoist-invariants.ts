import type { Equation, VarId } from '@throughline/autograd/back-end';
import { ensure } from '../collections.ts';
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
    for (const { outputs } of leaving) {
      loop.constants.push(...outputs.map((inner) => ({ inner, outer: outer(inner) })));
    }
    loop.body.drop(leaving);
    say?.(leaving.size);
    return true;
  });

/** The outer variable of a value that is the same at every step; views on the way are copied. */
export function outsider({ constants, body }: Loop, outside: Draft): (id: VarId) => VarId {
  const known = new Map(constants.map(({ inner, outer }) => [inner, outer]));
  const outer = (id: VarId): VarId =>
    ensure(known, id, () => {
      const value = body.constants.get(id);
      if (value !== undefined) return outside.hold(value);
      const { primitive, inputs, params, origin, outputs } = body.maker(id) as Equation; // else it would be no invariant
      const copies = outside.add(primitive, inputs.map(outer), params, origin);
      outputs.forEach((each, k) => {
        known.set(each, copies[k] as VarId); // one per result
      });
      return known.get(id) as VarId; // set above
    });
  return outer;
}

import type { Equation, Program } from '@throughline/autograd/back-end';
import { bodiesOf } from '@throughline/autograd/back-end';
import { ensure } from '../collections.ts';

/** Says how often a pass did what it does, for reports, which have the words. */
export type Say = (...counts: readonly number[]) => void;

/**
 * A rewrite of a Program into another that computes the same. It does not look into bodies, unless that is what it is for;
 * `everywhere` does that. It returns its argument, the very object, when there was nothing to do: so `optimise` knows when
 * to stop.
 */
export interface Pass {
  (program: Program, say?: Say): Program;
  /** Set when it does look into bodies, for it must know what they are bodies of. */
  readonly looksInside?: true;
}

/** A Program with the bodies of its equations replaced; the very Program when `f` gives them all back. */
export function mapAllBodies(program: Program, f: (body: Program, equation: Equation) => Program): Program {
  let changed = false;
  const equations = program.equations.map((equation) => {
    if (equation.primitive.semantics.kind !== 'structured') return equation;
    const bodies = bodiesOf(equation).map(([key, body]) => [key, body, f(body, equation)] as const);
    if (bodies.every(([, body, after]) => body === after)) return equation;
    changed = true;
    return {
      ...equation,
      params: { ...equation.params, ...Object.fromEntries(bodies.map(([key, , after]) => [key, after])) },
    };
  });
  return changed ? Object.freeze({ ...program, equations }) : program;
}

/** Programs in which a pass found nothing to do, bodies included: bodies that stay are not looked at again. */
const settled = new WeakMap<Pass, WeakSet<Program>>();

/** A pass on a Program and on the bodies within it, innermost first. */
export function everywhere(pass: Pass): Pass {
  const known = ensure(settled, pass, () => new WeakSet());
  const run: Pass = (program, say) => {
    if (known.has(program)) return program;
    const result = pass(pass.looksInside ? program : mapAllBodies(program, (body) => run(body, say)), say);
    if (result === program) known.add(program);
    return result;
  };
  return run;
}

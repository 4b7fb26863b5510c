import { bodiesOf, type Equation, type Program } from '@throughline/autograd/back-end';
import { ensure } from '../collections.ts';

/** Says how often a pass did what it does, for reports, which have the words. */
export type Say = (...counts: readonly number[]) => void;

/**
 * A rewrite of a Program into another that computes the same. It does not look into bodies: `everywhere` does that, and tells
 * of a body which equation is `around` it. It returns its argument, the very object, when there was nothing to do: so
 * `optimise` knows when to stop.
 */
export type Pass = (program: Program, say?: Say, around?: Equation) => Program;

/** A Program with the bodies of its equations replaced; the very Program when `f` gives them all back. */
function mapAllBodies(program: Program, f: (body: Program, equation: Equation) => Program): Program {
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
  const run: Pass = (program, say, around) => {
    if (known.has(program)) return program;
    const inside = mapAllBodies(program, (body, equation) => run(body, say, equation));
    const result = pass(inside, say, around);
    if (result === program) known.add(program);
    return result;
  };
  return run;
}

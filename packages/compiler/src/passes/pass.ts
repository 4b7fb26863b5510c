import type { Equation, Params, ParamValue, Program } from '@throughline/autograd/back-end';
import { bodiesOf } from '@throughline/autograd/back-end';

/** Says what a pass did, for reports. */
export type Say = (what: string) => void;

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

/** Something that a pass did. */
export interface Note {
  readonly pass: string;
  readonly what: string;
}

/** An equation with its bodies replaced by `f` of them; the same object when `f` gives them back. */
export function mapBodies(equation: Equation, f: (body: Program) => Program): Equation {
  if (equation.primitive.semantics.kind !== 'structured') return equation;
  let params: { [key: string]: ParamValue } | null = null;
  for (const [key, body] of bodiesOf(equation)) {
    const after = f(body);
    if (after === body) continue;
    params ??= { ...equation.params };
    params[key] = after;
  }
  return params === null ? equation : { ...equation, params: params as Params };
}

/** Programs in which a pass found nothing to do, bodies included: bodies that stay are not looked at again. */
const settled = new WeakMap<Pass, WeakSet<Program>>();

/** A pass on a Program and on the bodies within it, innermost first. */
export function everywhere(pass: Pass): Pass {
  const known = settled.get(pass) ?? new WeakSet();
  settled.set(pass, known);
  const bodies = (program: Program, say?: Say): Program => {
    let changed = false;
    const equations = program.equations.map((equation) => {
      const after = mapBodies(equation, (body) => run(body, say));
      changed ||= after !== equation;
      return after;
    });
    return changed ? Object.freeze({ ...program, equations }) : program;
  };
  const run: Pass = (program, say) => {
    if (known.has(program)) return program;
    const result = pass(pass.looksInside ? program : bodies(program, say), say);
    if (result === program) known.add(program);
    return result;
  };
  return run;
}

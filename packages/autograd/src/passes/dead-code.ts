import type { Equation, Program, VarId } from '../program.ts';

/** Drops equations and constants that no output needs, and renumbers variables densely in order of definition. Inputs stay. */
export function deadCode(program: Program): Program {
  const live = new Set<VarId>(program.outputs);
  const kept: Equation[] = [];
  for (const equation of program.equations.toReversed()) {
    if (!equation.outputs.some((id) => live.has(id))) continue;
    for (const id of equation.inputs) live.add(id);
    kept.push(equation);
  }
  kept.reverse();
  return renumber({
    ...program,
    equations: kept,
    constants: new Map([...program.constants].filter(([id]) => live.has(id))),
  });
}

/** Ids in order of inputs, constants, then equations. */
function renumber(program: Program): Program {
  const types: Program['types'][number][] = [];
  const ids = new Map<VarId, VarId>();
  const define = (old: VarId): VarId => {
    const type = program.types[old];
    if (type === undefined) throw new RangeError(`variable ${old} has no type`);
    ids.set(old, types.push(type) - 1);
    return types.length - 1;
  };
  const use = (old: VarId): VarId => ids.get(old) ?? define(old);
  const inputs = program.inputs.map(define);
  const constants = new Map([...program.constants].map(([id, value]) => [define(id), value]));
  const equations = program.equations.map((equation) =>
    Object.freeze({ ...equation, inputs: equation.inputs.map(use), outputs: equation.outputs.map(define) }),
  );
  return Object.freeze({ inputs, constants, equations, outputs: program.outputs.map(use), types });
}

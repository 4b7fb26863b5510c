import { paramsKey } from '../../params.ts';
import type { Equation, Program, VarId } from '../../program.ts';

/**
 * Views of what a Program is given, such as one step's row of a sequence or a bias broadcast, before everything else and
 * each once: written out step by step they would make steps differ.
 */
export function hoistViews(program: Program): Program {
  const given = new Set<VarId>([...program.inputs, ...program.constants.keys()]);
  const renamed = new Map<VarId, VarId>();
  const known = new Map<string, readonly VarId[]>();
  const [views, rest]: [Equation[], Equation[]] = [[], []];
  for (const written of program.equations) {
    const equation = { ...written, inputs: written.inputs.map((id) => renamed.get(id) ?? id) };
    if (equation.primitive.semantics.kind !== 'view' || !equation.inputs.every((id) => given.has(id))) {
      rest.push(equation);
      continue;
    }
    for (const id of equation.outputs) given.add(id);
    const key = paramsKey([equation.primitive.name, equation.params, equation.inputs]);
    const same = known.get(key);
    if (same === undefined) {
      known.set(key, equation.outputs);
      views.push(equation);
    } else for (const [k, id] of equation.outputs.entries()) renamed.set(id, same[k] as VarId); // the same op
  }
  return { ...program, equations: [...views, ...rest], outputs: program.outputs.map((id) => renamed.get(id) ?? id) };
}

import { type Program, typeOf, type VarId } from '../program.ts';
import { deadCode } from './dead-code.ts';

/** The part of a Program that computes `outputs` from `inputs`, which may be variables from anywhere inside it. */
export function extract(program: Program, inputs: readonly VarId[], outputs: readonly VarId[]): Program {
  const given = new Set(inputs);
  const types = [...program.types];
  // An output that is given is not computed again; where its equation still runs for another's sake, it gets a new name.
  const spare = (id: VarId): VarId => (given.has(id) ? types.push(typeOf(program, id)) - 1 : id);
  const equations = program.equations
    .filter((equation) => !equation.outputs.every((id) => given.has(id)))
    .map((equation) =>
      equation.outputs.some((id) => given.has(id))
        ? { ...equation, outputs: equation.outputs.map((id) => spare(id)) }
        : equation,
    );
  return deadCode({ ...program, inputs, outputs, equations, types });
}

/** The variables that depend on any of `sources`. */
export function dependents(program: Program, sources: readonly VarId[]): Set<VarId> {
  const reached = new Set(sources);
  for (const { inputs, outputs } of program.equations) {
    if (inputs.some((id) => reached.has(id))) for (const id of outputs) reached.add(id);
  }
  return reached;
}

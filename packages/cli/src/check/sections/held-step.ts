import { evaluate, flatten, type Program, trace } from '@throughline/autograd';
import type { AnyCell, ParamTree, StateTree } from '@throughline/rnn';
import type { Tensor } from '@throughline/tensor';

/** What is held constant while the belt's state is moved. */
export interface Held {
  readonly belt: string;
  /** States, by their paths. */
  readonly states: readonly string[];
  readonly taps: readonly string[];
}

/** A step with held taps as inputs: by hand, what `partial` does on a tape. */
export interface HeldStep {
  /** The belt's next state. */
  next(state: readonly Tensor[], x: Tensor, taps: readonly Tensor[]): Tensor;
  /** The states after the step before, the belt's being given: those computed from it move with it. */
  others(before: readonly Tensor[], x: Tensor, taps: readonly Tensor[], belt: Tensor): readonly Tensor[];
}

/** Records one step for states and inputs of these types and cuts it at the held taps. */
export function holdStep(cell: AnyCell, params: ParamTree, example: StateTree, x: Tensor, held: Held): HeldStep {
  const flat = flatten('check', example);
  const at = flat.paths.indexOf(held.belt);
  const program = trace(
    (leaves: readonly Tensor[], input: Tensor) => {
      const result = cell.step(params, flat.rebuild(leaves) as StateTree, input); // the nesting of the state
      return [...flatten('check', result.state).leaves, ...held.taps.map((tap) => result.taps[tap] as Tensor)]; // checked by the cell
    },
    flat.leaves,
    x,
  );
  const states = program.outputs.slice(0, flat.leaves.length);
  const taps = program.outputs.slice(flat.leaves.length);
  const belt = program.outputs[at] as number; // the cell checked that the belt is a state
  const toNext = cut(program, taps, [belt]);
  const toOthers = cut(program, [...taps, belt], states);
  return {
    next: (leaves, input, values) => evaluate(toNext, [...leaves, input, ...values])[0] as Tensor, // one output
    others: (leaves, input, values, moved) => evaluate(toOthers, [...leaves, input, ...values, moved]),
  };
}

/** The same Program with variables from inside it as further inputs, and other outputs. */
function cut(program: Program, given: readonly number[], outputs: readonly number[]): Program {
  const types = [...program.types];
  const fresh = (id: number): number => types.push(types[id] as (typeof types)[number]) - 1; // an index into types
  const inside = new Set(given.filter((id) => !program.inputs.includes(id)));
  // What is given is not computed again: its equation writes to a variable that nobody reads.
  const equations = program.equations.map((equation) =>
    equation.outputs.some((id) => inside.has(id))
      ? { ...equation, outputs: equation.outputs.map((id) => (inside.has(id) ? fresh(id) : id)) }
      : equation,
  );
  const inputs = given.map((id, i) => (inside.has(id) && given.indexOf(id) === i ? id : fresh(id)));
  const constants = new Map([...program.constants].filter(([id]) => !inside.has(id)));
  return { ...program, inputs: [...program.inputs, ...inputs], outputs, equations, types, constants };
}

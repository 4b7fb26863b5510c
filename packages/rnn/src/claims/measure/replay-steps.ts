import { bind, flatten, type Program } from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';
import { recordStep, type StepProgram } from '../meaning/vocabulary.ts';
import type { Specimen } from './specimen.ts';

/** What stands in place of computed values: by line, or for a state that is only handed on, after the step. */
export interface Overrides {
  readonly variables: ReadonlyMap<number, Tensor>;
  readonly handedOn: ReadonlyMap<string, Tensor>;
}

/** What one step gave. */
export interface StepValues {
  /** Values by line; a state's is the one that is handed on. */
  readonly lines: ReadonlyMap<string, Tensor>;
  readonly next: readonly Tensor[];
}

/**
 * Runs a recorded step equation by equation with the reference kernels, values being put in on the way. No derivative is
 * taken here: it is what the differences stand on.
 */
export class StepReplay {
  readonly step: StepProgram;
  readonly #params: readonly Tensor[];

  constructor({ cell, params, from, inputs }: Specimen) {
    const x = inputs[0] as Tensor; // a run has a step
    this.step = recordStep(cell, params, from, x);
    this.#params = flatten('claim', params).leaves;
  }

  run(state: readonly Tensor[], x: Tensor, overrides: Overrides = none): StepValues {
    const { program, lines, states } = this.step;
    const values = interpret(program, [...this.#params, ...state, x], overrides.variables);
    const read = (name: string): Tensor => overrides.handedOn.get(name) ?? (values[lines.get(name) ?? -1] as Tensor); // a line has a variable
    return { lines: new Map([...lines.keys()].map((name) => [name, read(name)])), next: states.map(read) };
  }

  /** A state that is an input of the step, or another state as well, has no variable of its own in it. */
  isHandedOn(name: string): boolean {
    const { program, lines, states } = this.step;
    const id = lines.get(name);
    if (id === undefined || !states.includes(name)) return false;
    return program.inputs.includes(id) || states.some((other) => other !== name && lines.get(other) === id);
  }
}

const none: Overrides = { variables: new Map(), handedOn: new Map() };

function interpret(program: Program, inputs: readonly Tensor[], overrides: ReadonlyMap<number, Tensor>): Tensor[] {
  const values = new Array<Tensor>(program.types.length);
  program.inputs.forEach((id, i) => {
    values[id] = overrides.get(id) ?? (inputs[i] as Tensor); // one per input
  });
  for (const [id, value] of program.constants) values[id] = value;
  for (const { primitive, inputs: operands, outputs, params } of program.equations) {
    const results = bind(
      primitive,
      operands.map((id) => values[id] as Tensor),
      params,
    ); // defined before use
    outputs.forEach((id, k) => {
      values[id] = overrides.get(id) ?? (results[k] as Tensor); // as many as outputs
    });
  }
  return values;
}

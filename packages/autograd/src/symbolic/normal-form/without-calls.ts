import type { Tensor } from '@throughline/tensor';
import { type Builder, record } from '../../builder.ts';
import { type Equation, isProgram, type Program, typeOf, type VarId } from '../../program.ts';

/** The Program with the bodies of calls in their place: what is kept and what is run again is no part of what it means. */
export function withoutCalls(program: Program): Program {
  if (!program.equations.some((equation) => calledBy(equation) !== undefined)) return program;
  const types = program.inputs.map((id) => typeOf(program, id));
  return record(types, (inputs, builder) => copy(program, inputs, builder)).program;
}

/** Writes the equations of a Program into another one; not by `bind`, which would round what is computed of constants. */
function copy(program: Program, inputs: readonly Tensor[], builder: Builder): Tensor[] {
  const values = new Map<VarId, Tensor>(program.constants);
  program.inputs.forEach((id, i) => {
    values.set(id, inputs[i] as Tensor); // one per input
  });
  const read = (id: VarId): Tensor => values.get(id) as Tensor; // verify: defined before use
  for (const equation of program.equations) {
    const body = calledBy(equation);
    const operands = equation.inputs.map(read);
    const results =
      body === undefined
        ? builder.process(equation.primitive, operands, equation.params)
        : copy(body, operands, builder);
    equation.outputs.forEach((id, k) => {
      values.set(id, results[k] as Tensor); // one per output
    });
  }
  return program.outputs.map(read);
}

function calledBy({ primitive, params }: Equation): Program | undefined {
  const { semantics } = primitive;
  const { body } = params;
  return semantics.kind === 'structured' && semantics.isCall === true && isProgram(body) ? body : undefined;
}

import { formatType, ShapeError, sameType, type Tensor } from '@throughline/tensor';
import { bindAny } from './bind.ts';
import { checkSeals, seals } from './debug/captures.ts';
import { type Program, typeOf, type VarId } from './program.ts';
import { currentPlace, inside, placing, standAt } from './scope.ts';

/**
 * The reference interpreter: runs a Program's equations in order through `bind`, so its result is as concrete as the
 * inputs are, and can itself be recorded, differentiated or traced.
 * @throws ShapeError when the inputs are not of the Program's types.
 */
export function evaluate(program: Program, inputs: readonly Tensor[]): Tensor[] {
  if (inputs.length !== program.inputs.length) {
    throw new ShapeError('evaluate', `the program takes ${program.inputs.length} inputs, got ${inputs.length}.`);
  }
  const values = new Array<Tensor>(program.types.length);
  program.inputs.forEach((id, i) => {
    const x = inputs[i] as Tensor; // same length, checked above
    const type = typeOf(program, id);
    if (!sameType(x, type)) {
      throw new ShapeError('evaluate', `input ${i} is ${formatType(x)}, but the program takes ${formatType(type)}.`);
    }
    values[id] = x;
  });
  for (const [id, value] of program.constants) values[id] = value;
  if (seals !== null) checkSeals('evaluate', program.constants.values(), (place) => readerOf(program, place));
  const read = (id: VarId): Tensor => values[id] as Tensor; // verify: defined before use
  const place = currentPlace();
  try {
    for (const { primitive, inputs: operands, params, outputs, origin } of program.equations) {
      if (placing > 0) standAt(inside(place, origin));
      const results = bindAny(primitive, operands.map(read), params);
      for (let i = 0; i < outputs.length; i++) values[outputs[i] as VarId] = results[i] as Tensor; // as many as infer said
    }
  } finally {
    standAt(place);
  }
  return program.outputs.map(read);
}

/** A constant as messages name it: by the first equation that reads it. */
function readerOf({ constants, equations }: Program, place: number): string {
  const id = [...constants.keys()][place] as VarId; // of a constant
  const reader = equations.find(({ inputs }) => inputs.includes(id));
  return reader === undefined ? `the constant in variable ${id}` : `the constant that ${reader.primitive.name} reads`;
}

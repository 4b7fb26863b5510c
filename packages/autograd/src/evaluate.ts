import { formatType, ShapeError, sameType, type Tensor } from '@throughline/tensor';
import { bindAny } from './bind.ts';
import { checkSeals, seals } from './debug/captures.ts';
import { type Equation, type Program, typeOf, type VarId } from './program.ts';
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
  const dying = lastReads(program);
  const outer = currentPlace();
  for (let e = 0; e < dying.length; e++) {
    const { primitive, inputs: operands, params, outputs, origin } = program.equations[e] as Equation; // one list per equation
    if (placing > 0 && origin !== undefined) standAt(inside(outer, origin));
    const results = bindAny(primitive, operands.map(read), params);
    if (placing > 0) standAt(outer);
    for (let i = 0; i < outputs.length; i++) values[outputs[i] as VarId] = results[i] as Tensor; // as many as infer said
    for (const id of dying[e] as readonly VarId[]) values[id] = gone; // as above
  }
  return program.outputs.map(read);
}

/** A constant as messages name it: by the first equation that reads it. */
function readerOf({ constants, equations }: Program, place: number): string {
  const id = [...constants.keys()][place] as VarId; // of a constant
  const reader = equations.find(({ inputs }) => inputs.includes(id));
  return reader === undefined ? `the constant in variable ${id}` : `the constant that ${reader.primitive.name} reads`;
}

/** Stands where a value was that nothing will read. */
const gone = undefined as unknown as Tensor; // never read

const known = new WeakMap<Program, readonly (readonly VarId[])[]>();

/** Per equation the variables that nothing reads after it: the interpreter lets go of their values. */
export function lastReads(program: Program): readonly (readonly VarId[])[] {
  const found = known.get(program);
  if (found !== undefined) return found;
  const later = new Set(program.outputs);
  const lists = program.equations.map((): VarId[] => []);
  for (let e = lists.length - 1; e >= 0; e--) {
    const { inputs, outputs } = program.equations[e] as Equation; // e < length
    for (const id of [...outputs, ...inputs]) {
      if (later.has(id)) continue;
      later.add(id);
      lists[e]?.push(id);
    }
  }
  known.set(program, lists);
  return lists;
}

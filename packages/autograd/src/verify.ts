import { ArgumentError, Concrete, formatType, isDType, sameType, type TensorType } from '@throughline/tensor';
import { primitives } from './primitive.ts';
import { type Equation, isProgram, type Program, typeOf, type VarId } from './program.ts';

/**
 * Checks that a Program is well formed, and returns it: every pass keeps this, every back end relies on it.
 *
 * Ids are dense and each is defined exactly once, before it is used: by an input, a constant or an equation. Constants
 * have their declared types; an equation's results have the types that its primitive infers; params are JSON values, or
 * Programs, which are checked in turn; outputs are defined.
 * @throws ArgumentError naming the equation, and within which body it stands.
 * @example verify(trace((x) => mul(x, x), tensor([1, 2]))).equations.length   // 1
 */
export function verify(program: Program): Program {
  verifyIn('', program);
  return program;
}

/** `place` is '' outside, and 'equation 3 (scan), body: ' within that equation's body. */
function verifyIn(place: string, program: Program): void {
  const fail: Fail = (message) => {
    throw new ArgumentError('verify', `${place}${message}`);
  };
  program.types.forEach((type, id) => {
    checkType(type, id, fail);
  });
  const defined = new Uint8Array(program.types.length);
  const define = (id: VarId, what: string): void => {
    checkId(program, id, what, fail);
    if (defined[id] === 1) fail(`${what}, variable ${id}, is defined already.`);
    defined[id] = 1;
  };
  program.inputs.forEach((id, i) => {
    define(id, `input ${i}`);
  });
  for (const [id, value] of program.constants) {
    define(id, 'a constant');
    checkConstant(program, id, value, fail);
  }
  program.equations.forEach((equation, n) => {
    const name = `equation ${n} (${equation.primitive?.name ?? 'without a primitive'})`;
    const failHere: Fail = (message) => fail(`${name}: ${message}`);
    equation.inputs.forEach((id, i) => {
      checkId(program, id, `operand ${i}`, failHere);
      if (defined[id] !== 1) failHere(`operand ${i}, variable ${id}, is used before it is defined.`);
    });
    checkEquation(program, equation, failHere);
    for (const [key, value] of Object.entries(equation.params)) checkParam(value, key, `${place}${name}, `, failHere);
    equation.outputs.forEach((id, k) => {
      define(id, `${name}: result ${k}`);
    });
  });
  program.outputs.forEach((id, k) => {
    checkId(program, id, `output ${k}`, fail);
    if (defined[id] !== 1) fail(`output ${k}, variable ${id}, is not defined.`);
  });
  const gap = defined.indexOf(0);
  if (gap >= 0) fail(`variable ${gap} has a type, but nothing defines it.`);
}

type Fail = (message: string) => never;

function checkId(program: Program, id: VarId, what: string, fail: Fail): void {
  if (!Number.isInteger(id) || id < 0 || id >= program.types.length) {
    fail(`${what} is variable ${id}, but variables are 0…${program.types.length - 1}.`);
  }
}

function checkType(type: TensorType | undefined, id: VarId, fail: Fail): void {
  const shapely =
    type !== undefined && Array.isArray(type.shape) && type.shape.every((n) => Number.isInteger(n) && n >= 0);
  if (!shapely || !isDType(type.dtype)) fail(`variable ${id} has no valid type: ${JSON.stringify(type)}.`);
}

function checkConstant(program: Program, id: VarId, value: unknown, fail: Fail): void {
  if (!(value instanceof Concrete)) fail(`the constant ${id} is not a concrete tensor.`);
  if (!sameType(value as Concrete, typeOf(program, id))) {
    fail(`the constant ${id} is ${formatType(value as Concrete)}, its variable is ${formatType(typeOf(program, id))}.`); // checked above
  }
}

function checkEquation(program: Program, { primitive, inputs, params, outputs }: Equation, fail: Fail): void {
  if (primitives.get(primitive?.name) !== primitive) fail('its primitive is not a registered one.');
  const types = inferOrFail(
    () =>
      primitive.infer(
        inputs.map((id) => typeOf(program, id)),
        params,
      ),
    fail,
  );
  if (types.length !== outputs.length) fail(`it has ${outputs.length} results, its primitive infers ${types.length}.`);
  outputs.forEach((id, k) => {
    checkId(program, id, `result ${k}`, fail);
    const type = types[k];
    if (type !== undefined && !sameType(type, typeOf(program, id))) {
      fail(`result ${k} is ${formatType(typeOf(program, id))}, its primitive infers ${formatType(type)}.`);
    }
  });
}

/** A shape rule trusts that it gets as many operands as it has; on too few it may fail in any way. */
function inferOrFail(infer: () => readonly TensorType[], fail: Fail): readonly TensorType[] {
  try {
    return infer();
  } catch (error) {
    return fail(`its operands or params do not fit. ${error instanceof Error ? error.message : error}`);
  }
}

function checkParam(value: unknown, path: string, place: string, fail: Fail): void {
  if (isProgram(value)) verifyIn(`${place}${path}: `, value);
  else if (Array.isArray(value)) {
    value.forEach((item, i) => {
      checkParam(item, `${path}[${i}]`, place, fail);
    });
  } else if (typeof value === 'object' && value !== null && isPlain(value)) {
    for (const [key, item] of Object.entries(value)) checkParam(item, `${path}.${key}`, place, fail);
  } else if (!isJsonLeaf(value)) {
    fail(`its param ${path} is ${describe(value)}, neither a JSON value nor a Program.`);
  }
}

const isPlain = (value: object): boolean => [Object.prototype, null].includes(Object.getPrototypeOf(value));

const isJsonLeaf = (value: unknown): boolean =>
  value === null ||
  ['string', 'boolean'].includes(typeof value) ||
  (typeof value === 'number' && Number.isFinite(value));

const describe = (value: unknown): string =>
  typeof value === 'number'
    ? `${value}`
    : typeof value === 'object'
      ? `a ${value?.constructor.name}`
      : `a ${typeof value}`;

/** @file Which values are the same, told by how they are made. */
import { bodiesOf, type Equation, type Program, type VarId } from '@throughline/autograd/back-end';
import type { Concrete, TensorType } from '@throughline/tensor';

const identities = new WeakMap<object, string>();
let next = 0;

/** Small constants are the same when their bits are (all NaNs are one value); large ones when they are one tensor. */
export function constantKey(x: Concrete): string {
  const known = identities.get(x);
  if (known !== undefined) return known;
  const bits = x.size > 64 ? `#${next++}` : Array.from(x.storage, (v) => (Object.is(v, -0) ? '-0' : `${v}`)).join();
  const key = `${typeKey(x)}=${uniform(x) ?? bits}`;
  identities.set(x, key);
  return key;
}

/** One number at every place, as text. */
function uniform({ storage }: Concrete): string | undefined {
  const first = storage[0];
  if (first === undefined) return '';
  return storage.every((v) => Object.is(v, first)) ? (Object.is(first, -0) ? '*-0' : `*${first}`) : undefined;
}

const typeKey = ({ dtype, shape }: TensorType): string => `${dtype}[${shape.join()}]`;

const operations = new WeakMap<object, Map<string, string>>();

/** What an equation does, without its operands: equal for equal primitives and params, bodies included. */
export function operationKey({ primitive, params, ...rest }: Equation): string {
  let byName = operations.get(params);
  if (byName === undefined) {
    byName = new Map();
    operations.set(params, byName);
  }
  let key = byName.get(primitive.name);
  if (key === undefined) {
    const bodies = primitive.semantics.kind === 'structured' ? bodiesOf({ primitive, params, ...rest }) : [];
    const isBody = (value: unknown): boolean => bodies.some(([, body]) => body === value);
    const text = JSON.stringify(params, (_, value: unknown) =>
      isBody(value) ? null : Object.is(value, -0) ? '-0' : value,
    );
    const inside = bodies.map(([name, body]) => `${name}{${programKey(body)}}`);
    key = `${primitive.name}${text}${inside.join('')}`;
    byName.set(primitive.name, key);
  }
  return key;
}

const programs = new WeakMap<Program, string>();

/** Equal for Programs that are written alike. */
function programKey(program: Program): string {
  const known = programs.get(program);
  if (known !== undefined) return known;
  const { numbers } = numberValues(program, (id) => `in ${program.inputs.indexOf(id)} ${typeKey(typeAt(program, id))}`);
  const key = `${[...numbers.keys].join(';')}:${program.outputs.map((id) => numbers.of[id]).join()}`;
  programs.set(program, key);
  return key;
}

const typeAt = ({ types }: Program, id: VarId): TensorType => types[id] as TensorType; // ids are indices of types

/** Numbers of values: equal ones are the same for the same inputs. */
export interface Numbers {
  readonly of: number[];
  readonly keys: readonly string[];
}

/** Numbers every variable, given a key for each input. Duplicates are equations whose results are all those of another. */
export function numberValues(
  program: Pick<Program, 'inputs' | 'constants' | 'equations'>,
  inputKey: (id: VarId) => string,
): { numbers: Numbers; duplicates: Map<Equation, Equation> } {
  const of: number[] = [];
  const keys = new Map<string, number>();
  const makers = new Map<string, Equation>();
  const duplicates = new Map<Equation, Equation>();
  const numberOf = (key: string): number => {
    let number = keys.get(key);
    if (number === undefined) {
      number = keys.size;
      keys.set(key, number);
    }
    return number;
  };
  for (const id of program.inputs) of[id] = numberOf(inputKey(id));
  for (const [id, value] of program.constants) of[id] = numberOf(constantKey(value));
  for (const equation of program.equations) {
    const key = `${operationKey(equation)}(${equation.inputs.map((id) => of[id]).join()})`;
    const first = makers.get(key);
    if (first === undefined) makers.set(key, equation);
    else duplicates.set(equation, first);
    equation.outputs.forEach((id, k) => {
      of[id] = numberOf(`${key}.${k}`);
    });
  }
  return { numbers: { of, keys: [...keys.keys()] }, duplicates };
}

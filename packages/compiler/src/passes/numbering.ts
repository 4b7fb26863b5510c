/** @file Which values are the same, told by how they are made. */
import {
  type Equation,
  isProgram,
  numberText,
  type Program,
  paramKey,
  type ScalarOp,
  type VarId,
} from '@throughline/autograd/back-end';
import type { Concrete, TensorType } from '@throughline/tensor';
import { ensure } from '../collections.ts';
import type { Draft } from './draft.ts';
import { normalLabels } from './labels.ts';
import { operationOf } from './rank.ts';

const identities = new WeakMap<object, string>();
let next = 0;

/** Small constants are the same when their bits are (all NaNs are one value); large ones when they are one tensor. */
function constantKey(x: Concrete): string {
  return ensure(identities, x, () => {
    const bits = x.size > 1024 ? `#${next++}` : Array.from(x.storage, numberText).join();
    return `${typeKey(x)}=${uniform(x) ?? bits}`;
  });
}

/** One number at every place, as text. */
function uniform({ storage }: Concrete): string | undefined {
  const first = storage[0];
  if (first === undefined) return '*';
  return storage.every((v) => Object.is(v, first)) ? `*${numberText(first)}` : undefined;
}

const typeKey = ({ dtype, shape }: TensorType): string => `${dtype}[${shape}]`;

const written = new WeakMap<object, Map<string, string>>();

/** What an equation does, without its operands: equal for equal primitives and params, bodies included. */
function operationKey(equation: Equation): string {
  const { primitive, params } = equation;
  const byName = ensure(written, params, () => new Map<string, string>());
  return ensure(byName, primitive.name, () => {
    const isContract = primitive.semantics.kind === 'contract';
    const bodies: string[] = [];
    const text = JSON.stringify(isContract ? normalLabels(params) : params, (_, value: unknown) =>
      isProgram(value) ? `body ${bodies.push(programKey(value))}` : paramKey(value),
    );
    return `${primitive.name}${text}${inRow(bodies)}`;
  });
}

/** Equal for Programs that are written alike. */
function programKey({ inputs, constants, equations, outputs, types }: Program): string {
  const values = [...constants].map(([id, value]) => [id, constantKey(value)]);
  const lines = equations.map((each) => [each.outputs, each.inputs]);
  return `${JSON.stringify([inputs, types, values, lines, outputs])}${inRow(equations.map(operationKey))}`;
}

/** Texts one after another, told apart by their lengths: quoted, a text grows twofold with every body that it stands in. */
const inRow = (texts: readonly string[]): string => texts.map((text) => `${text.length}:${text}`).join('');

/** Numbers of values: equal ones are the same for the same inputs. */
export interface Numbers {
  readonly of: readonly number[];
  /** The first variable of each number. */
  readonly first: readonly VarId[];
}

const numbered = new WeakMap<Program, Numbers>();

/** The numbers of a Program's variables, its inputs all being different. */
export const numbersOf = (program: Program): Numbers =>
  ensure(numbered, program, () => numberValues(program, (id) => `${id}`));

/** Numbers every variable, given a key for each input. */
export function numberValues(
  program: Pick<Program, 'inputs' | 'constants' | 'equations' | 'types'>,
  inputKey: (id: VarId) => string,
): Numbers {
  const of: number[] = [];
  const first: VarId[] = [];
  const keys = new Map<string, number>();
  const operations = new Map<string, number>(); // their texts have whole bodies in them
  const filled: (string | undefined)[] = [];
  const define = (id: VarId, key: string): void => {
    of[id] = ensure(keys, key, () => first.push(id) - 1);
  };
  for (const id of program.inputs) define(id, inputKey(id));
  for (const [id, value] of program.constants) {
    filled[id] = uniform(value);
    define(id, constantKey(value));
  }
  for (const equation of program.equations) {
    const value = repeats(equation) ? filled[equation.inputs[0] ?? -1] : undefined;
    const operands = equation.inputs.map((id) => of[id] as number); // defined before use
    const operation = ensure(operations, operationKey(equation), () => operations.size);
    const key = `operation ${operation}(${commutes(equation) ? operands.sort((a, b) => a - b) : operands})`;
    equation.outputs.forEach((id, k) => {
      filled[id] = value;
      define(id, value === undefined ? `${key}.${k}` : `${typeKey(program.types[id] as TensorType)}=${value}`); // ids are indices of types
    });
  }
  return { of, first };
}

const COMMUTE: ReadonlySet<ScalarOp | undefined> = new Set(['add', 'mul', 'equal', 'notEqual', 'and', 'or']);

/** Whether it is x ∘ y for an operation that gives the same bits for y ∘ x. */
const commutes = (equation: Equation): boolean => equation.inputs.length === 2 && COMMUTE.has(operationOf(equation).op);

/** Adds equations to a draft, those of equal values once. How many equations and constants were equal to others. */
export function keepFirsts(draft: Draft, equations: readonly Equation[], { of, first }: Numbers): number {
  let dropped = 0;
  const isAgain = (id: VarId): boolean => {
    const other = first[of[id] as number] as VarId; // all are numbered
    if (other !== id) draft.rename(id, other);
    return other !== id;
  };
  for (const id of draft.constants.keys()) if (isAgain(id)) dropped++;
  for (const equation of equations) {
    if (equation.outputs.every(isAgain)) dropped++;
    else draft.keep(equation);
  }
  return dropped;
}

/** Whether all that it gives are elements of its one operand. */
const repeats = ({ primitive: { semantics }, inputs }: Equation): boolean =>
  semantics.kind === 'view' && semantics.fill === undefined && inputs.length === 1;

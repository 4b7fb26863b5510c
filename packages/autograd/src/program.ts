import type { Concrete, TensorType } from '@throughline/tensor';
import type { AnyPrimitive } from './primitive.ts';

/** A variable of a Program: an index into its `types`. */
export type VarId = number;

/** What equations carry besides operands: JSON values, and Programs as bodies. Never functions. */
export type Params = { readonly [key: string]: ParamValue };
export type ParamValue =
  | string
  | number
  | boolean
  | null
  | readonly ParamValue[]
  | Program
  | { readonly [key: string]: ParamValue };

/** What is running: anything with a name, a cell, a gate, a step of a loop (from 1 up, by place in its sequences), or a rule. */
export type Label =
  | string
  | { readonly cell: string }
  | { readonly gate: string }
  | { readonly step: number }
  | { readonly pullback: string }
  | { readonly pushforward: string };

/** Where in the user's code an op ran or was recorded, and in what, outermost first. */
export interface Origin {
  /** `file:line:column`; taken while debugging alone. */
  readonly line?: string | undefined;
  readonly scope: readonly Label[];
}

/** One line of a Program: outputs = primitive[params](inputs). */
export interface Equation {
  readonly primitive: AnyPrimitive;
  readonly inputs: readonly VarId[];
  readonly params: Params;
  readonly outputs: readonly VarId[];
  readonly origin?: Origin;
}

/** A tape that was frozen: typed data in single-assignment form. What every transform and back end reads. */
export interface Program {
  readonly inputs: readonly VarId[];
  readonly constants: ReadonlyMap<VarId, Concrete>;
  readonly equations: readonly Equation[];
  readonly outputs: readonly VarId[];
  /** Types by variable; ids are dense integers. */
  readonly types: readonly TensorType[];
}

export const isProgram = (value: unknown): value is Program =>
  typeof value === 'object' && value !== null && 'equations' in value && 'constants' in value;

/** The type of a variable. */
export function typeOf(program: Program, id: VarId): TensorType {
  return program.types[id] as TensorType; // verify: every id is an index into types
}

/** The Programs inside an equation's params, with their keys. */
export function bodiesOf(equation: Equation): [string, Program][] {
  return Object.entries(equation.params).filter((entry): entry is [string, Program] => isProgram(entry[1]));
}

/** Whether anything in a Program depends on its i-th input. */
export function readsInput({ inputs, equations, outputs }: Program, i: number): boolean {
  const id = inputs[i] as number; // it has that many
  return outputs.includes(id) || equations.some((equation) => equation.inputs.includes(id));
}

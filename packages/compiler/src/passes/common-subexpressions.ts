import { isProgram } from '@throughline/autograd';
import type { Equation, ParamValue, Program, ScalarExpression, VarId } from '@throughline/autograd/back-end';
import type { Concrete } from '@throughline/tensor';
import { Draft } from './draft.ts';
import { normalLabels } from './labels.ts';
import type { Pass } from './pass.ts';

/** Constants up to this many bytes are compared by their bits, larger ones by identity. */
const COMPARED = 4096;

/**
 * Equal equations become one (exact): those of one primitive with equal params, bodies by their structure, on equal
 * operands, in either order where that does not matter. Constants of equal bits become one too. In linear time.
 */
export const commonSubexpressions: Pass = (program, say) => {
  const keys = new Keys();
  const draft = new Draft(program);
  const known = new Map<string, readonly VarId[]>();
  let dropped = 0;
  /** Whether something with this key is there; then its results stand for these. */
  const replaced = (key: string, outputs: readonly VarId[]): boolean => {
    const first = known.get(key);
    if (first === undefined) {
      known.set(key, outputs);
      return false;
    }
    outputs.forEach((id, k) => {
      draft.rename(id, first[k] as VarId); // equal equations have as many results
    });
    dropped++;
    return true;
  };
  for (const [id, value] of program.constants) replaced(`= ${keys.constant(value)}`, [id]);
  for (const equation of program.equations) {
    const key = keys.equation(equation, equation.inputs.map(draft.name));
    if (!replaced(key, equation.outputs)) draft.keep(equation);
  }
  if (dropped === 0) return program;
  say?.(`${dropped} ${dropped === 1 ? 'value was' : 'values were'} computed twice`);
  return draft.finish();
};

/** Texts that are equal for what computes the same. */
class Keys {
  readonly #numbers = new Map<unknown, number>();
  readonly #bodies = new WeakMap<Program, number>();
  readonly #params = new WeakMap<object, string>();

  /** A number for each value that is asked for. */
  #number(value: unknown): number {
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    this.#numbers.set(value, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  equation({ primitive, params }: Equation, inputs: readonly VarId[]): string {
    const { semantics } = primitive;
    const name = this.#number(primitive);
    if (semantics.kind === 'contract') return `${name} ${inputs} ${normalLabels(params)}`;
    const swap = semantics.kind === 'map' && inputs.length === 2 && commutes(semantics.expression);
    return `${name} ${swap ? inputs.toSorted((a, b) => a - b) : inputs} ${this.params(params)}`;
  }

  params(params: object): string {
    let text = this.#params.get(params);
    if (text === undefined) {
      text = this.#value(params as ParamValue); // params are such a record
      this.#params.set(params, text);
    }
    return text;
  }

  #value(value: ParamValue): string {
    if (typeof value === 'number') return Object.is(value, -0) ? '-0' : `${value}`;
    if (value === null || typeof value !== 'object') return JSON.stringify(value);
    if (Array.isArray(value)) return `[${value.map((item: ParamValue) => this.#value(item))}]`; // narrowed from a readonly array
    if (isProgram(value)) return `#${this.#body(value)}`;
    return `{${Object.entries(value).map(([key, item]) => `${key}:${this.#value(item)}`)}}`;
  }

  /** Bodies number their variables in order of definition, so those of one structure have one text. */
  #body(program: Program): number {
    const known = this.#bodies.get(program);
    if (known !== undefined) return known;
    const { inputs, constants, equations, outputs, types } = program;
    const held = [...constants].map(([id, value]) => `${id}=${this.constant(value)}`);
    const lines = equations.map((equation) => `${equation.outputs}=${this.equation(equation, equation.inputs)}`);
    const typed = inputs.map((id) => `${types[id]?.dtype} ${types[id]?.shape}`);
    const id = this.#number(`${inputs};${typed};${held};${lines.join(';')};${outputs}`);
    this.#bodies.set(program, id);
    return id;
  }

  constant(value: Concrete): string {
    const { storage, dtype, shape } = value;
    if (storage.byteLength > COMPARED) return `${this.#number(storage)} ${dtype} ${shape}`;
    const { buffer, byteOffset, byteLength } = storage;
    return `${new Uint8Array(buffer, byteOffset, byteLength)} ${dtype} ${shape}`;
  }
}

const COMMUTE: ReadonlySet<string> = new Set(['add', 'mul', 'equal', 'notEqual', 'and', 'or']);

/** Whether an expression is x ∘ y for an operation that gives the same bits for y ∘ x. */
function commutes(expression: ScalarExpression): boolean {
  if (!('op' in expression) || !COMMUTE.has(expression.op)) return false;
  const [a, b] = expression.args;
  return a !== undefined && b !== undefined && 'input' in a && 'input' in b && a.input !== b.input;
}

import { formatType } from '@throughline/tensor';
import { numberText } from '../number-text.ts';
import { type Equation, isProgram, type ParamValue, type Program, typeOf, type VarId } from '../program.ts';
import type { OperandGroup } from '../semantics.ts';
import { formatElements, formatScalar, identifier } from './literal.ts';
import { originText } from './origin-text.ts';
import { groupsOf, loopOf } from './roles.ts';

/** The version of the text that `print` writes and `parseProgram` reads. */
export const textFormat = 1;

/** Options of `print`. */
export interface PrintOptions {
  /** Ends each line with the scopes (cell, gate, step) it was recorded under. */
  readonly origins?: boolean;
  /**
   * `'full'` writes every element of every constant, and the version of the format: the text to keep, which `parseProgram`
   * reads back to the same bits. `'few'`, the default, leaves out those of more than 8 elements.
   */
  readonly constants?: 'few' | 'full';
  /** Writes ×T behind the body of a loop of T steps. */
  readonly times?: boolean;
}

/**
 * A Program as text: one equation per line, with every result's type.
 *
 * Variables are named a…z, aa…, in order of definition, so equal Programs print equally. Scalar constants stand where
 * they are used; a float64 as its number, others under their type, as `i32(2)`. Larger constants have a line of their
 * own. The body of a loop is indented under its equation; its variables have names of their own. A primitive's version
 * stands behind its name where it is not 1: `scan@2`. `parseProgram` reads it back.
 * @example print(trace((x) => mul(x, x), tensor(2)))   // program (a: f64[]) {…b: f64[] = mul(a, a)…return b…}
 */
export function print(program: Program, options: PrintOptions = {}): string {
  const printer = new Printer(options);
  const body = printer.names(program);
  const inputs = program.inputs.map((id) => declare(program, id, body));
  const head = options.constants === 'full' ? `program v${textFormat}` : 'program';
  return [`${head} (${inputs.join(', ')}) {`, ...printer.block(program, body, '  '), '}'].join('\n');
}

/** A variable's name; of a scalar constant, its value. */
type Names = Map<VarId, string>;

const declare = (program: Program, id: VarId, names: Names): string =>
  `${names.get(id) ?? `?${id}`}: ${formatType(typeOf(program, id))}`;

class Printer {
  readonly #options: PrintOptions;
  #count = 0;
  constructor(options: PrintOptions) {
    this.#options = options;
  }

  /** Names for inputs and constants; equations name their results as they are printed. */
  names(program: Program): Names {
    const names: Names = new Map();
    for (const id of program.inputs) names.set(id, this.#fresh());
    for (const [id, value] of program.constants)
      names.set(id, value.shape.length === 0 ? formatScalar(value) : this.#fresh());
    return names;
  }

  block(program: Program, names: Names, indent: string): string[] {
    const large = [...program.constants].filter(([, value]) => value.shape.length > 0);
    const constants = large.map(([id, value]) => {
      const shown = this.#options.constants === 'full' || value.size <= 8 ? ` ${formatElements(value)}` : '';
      return `${indent}${declare(program, id, names)} = constant${shown}`;
    });
    const equations = program.equations.flatMap((equation) => this.#equation(program, equation, names, indent));
    const results = program.outputs.map((id) => names.get(id) ?? `?${id}`);
    return [...constants, ...equations, `${indent}return${results.length === 0 ? '' : ` ${results.join(', ')}`}`];
  }

  #equation(program: Program, equation: Equation, names: Names, indent: string): string[] {
    const { primitive, params } = equation;
    const operands = equation.inputs.map((id) => names.get(id) ?? `?${id}`);
    for (const id of equation.outputs) names.set(id, this.#fresh());
    const results = equation.outputs.map((id) => declare(program, id, names));
    const shown = Object.entries(params).filter(([, value]) => !isProgram(value));
    const brackets =
      shown.length === 0 ? '' : `[${shown.map(([key, value]) => `${keyText(key)}=${format(value)}`).join(', ')}]`;
    const groups = groupsOf(equation);
    const version = primitive.version === 1 ? '' : `@${primitive.version}`;
    const line = `${results.join(', ')} = ${primitive.name}${version}${brackets}(${inGroups(operands, groups)})`;
    const origin = this.#options.origins === true && equation.origin ? originText(equation.origin) : '';
    const scope = origin === '' ? '' : `   // ${origin}`;
    const loop = this.#options.times === true ? loopOf(equation) : undefined;
    const times = loop === undefined ? '' : `   // ×${loop.length}`;
    const bodies = Object.entries(params).flatMap(([key, value]) =>
      this.#bodies(keyText(key), value, groups, times, indent),
    );
    return [indent + line.trimStart() + scope, ...bodies];
  }

  /** The Programs in a param, each under its path: `body`, `branches[0]`. */
  #bodies(path: string, value: ParamValue, groups: readonly OperandGroup[], times: string, indent: string): string[] {
    if (isProgram(value)) return this.#body(path, value, groups, times, indent);
    if (Array.isArray(value))
      return value.flatMap((item: ParamValue, i) => this.#bodies(`${path}[${i}]`, item, groups, times, indent));
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, item]) =>
      this.#bodies(`${path}.${keyText(key)}`, item, groups, times, indent),
    );
  }

  #body(key: string, body: Program, groups: readonly OperandGroup[], times: string, indent: string): string[] {
    const names = this.names(body);
    const inputs = body.inputs.map((id) => declare(body, id, names));
    const inner = `${indent}  `;
    const taken = groups.filter(({ outside }) => outside !== true);
    return [
      `${inner}${key} (${inGroups(inputs, taken)}) {${times}`,
      ...this.block(body, names, `${inner}  `),
      `${inner}}`,
    ];
  }

  /** a…z, aa, ab…, without the two that are values. */
  #fresh(): string {
    let name = '';
    for (let n = ++this.#count; n > 0; n = Math.floor((n - 1) / 26))
      name = String.fromCharCode(97 + ((n - 1) % 26)) + name;
    return name === 'true' || name === 'false' ? this.#fresh() : name;
  }
}

/** `constants a; carry b, c; xs d`; operands after the last group stand without a role. */
function inGroups(operands: readonly string[], groups: readonly OperandGroup[]): string {
  const parts: string[] = [];
  let next = 0;
  for (const { role, count } of groups) {
    const own = operands.slice(next, next + count);
    if (own.length > 0) parts.push(`${role} ${own.join(', ')}`);
    next += count;
  }
  if (next < operands.length) parts.push(operands.slice(next).join(', '));
  return parts.join('; ');
}

const keyText = (key: string): string => (identifier.test(key) ? key : JSON.stringify(key));

function format(value: ParamValue): string {
  if (Array.isArray(value)) return `[${value.map(format).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    if (isProgram(value)) return 'program';
    return `{${Object.entries(value)
      .map(([key, item]) => `${keyText(key)}: ${format(item)}`)
      .join(', ')}}`;
  }
  if (typeof value === 'number') return numberText(value);
  return typeof value === 'string' ? JSON.stringify(value) : `${value}`;
}

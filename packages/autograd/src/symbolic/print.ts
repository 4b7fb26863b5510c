import { type Concrete, formatType } from '@throughline/tensor';
import { type Equation, isProgram, type ParamValue, type Program, typeOf, type VarId } from '../program.ts';
import type { OperandGroup } from '../semantics.ts';

/** Options of `print`. */
export interface PrintOptions {
  /** Ends each line with the scopes (cell, gate, step) it was recorded under. */
  readonly origins?: boolean;
}

/**
 * A Program as text: one equation per line, with every result's type.
 *
 * Variables are named a…z, aa…, in order of definition, so equal Programs print equally. Scalar constants stand where
 * they are used; a float64 as its number, others under their type, as `i32(2)`. Larger constants have a line of their
 * own. The body of a loop is indented under its equation; its variables have names of their own.
 * @example print(trace((x) => mul(x, x), tensor(2)))   // program (a: f64[]) {…b: f64[] = mul(a, a)…return b…}
 */
export function print(program: Program, options: PrintOptions = {}): string {
  const printer = new Printer(options.origins === true);
  const body = printer.names(program);
  const inputs = program.inputs.map((id) => declare(program, id, body));
  return [`program (${inputs.join(', ')}) {`, ...printer.block(program, body, '  '), '}'].join('\n');
}

/** A variable's name; of a scalar constant, its value. */
type Names = Map<VarId, string>;

const declare = (program: Program, id: VarId, names: Names): string =>
  `${names.get(id) ?? `?${id}`}: ${formatType(typeOf(program, id))}`;

class Printer {
  readonly #origins: boolean;
  #count = 0;
  constructor(origins: boolean) {
    this.#origins = origins;
  }

  /** Names for inputs and constants; equations name their results as they are printed. */
  names(program: Program): Names {
    const names: Names = new Map();
    for (const id of program.inputs) names.set(id, this.#fresh());
    for (const [id, value] of program.constants)
      names.set(id, value.shape.length === 0 ? literal(value) : this.#fresh());
    return names;
  }

  block(program: Program, names: Names, indent: string): string[] {
    const large = [...program.constants].filter(([, value]) => value.shape.length > 0);
    const constants = large.map(([id, value]) => `${indent}${declare(program, id, names)} = constant${preview(value)}`);
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
    const brackets = shown.length === 0 ? '' : `[${shown.map(([key, value]) => `${key}=${format(value)}`).join(', ')}]`;
    const groups = groupsOf(equation);
    const line = `${indent}${results.join(', ')} = ${primitive.name}${brackets}(${inGroups(operands, groups)})`;
    const scope = this.#origins && equation.origin ? `   // ${equation.origin.scope.join(' / ')}` : '';
    const bodies = Object.entries(params).flatMap(([key, value]) =>
      isProgram(value) ? this.#body(key, value, groups, indent) : [],
    );
    return [line + scope, ...bodies];
  }

  #body(key: string, body: Program, groups: readonly OperandGroup[], indent: string): string[] {
    const names = this.names(body);
    const inputs = body.inputs.map((id) => declare(body, id, names));
    const inner = `${indent}  `;
    const taken = groups.filter(({ outside }) => outside !== true);
    return [`${inner}${key} (${inGroups(inputs, taken)}) {`, ...this.block(body, names, `${inner}  `), `${inner}}`];
  }

  /** a…z, aa, ab… */
  #fresh(): string {
    let name = '';
    for (let n = ++this.#count; n > 0; n = Math.floor((n - 1) / 26))
      name = String.fromCharCode(97 + ((n - 1) % 26)) + name;
    return name;
  }
}

function groupsOf({ primitive, params }: Equation): readonly OperandGroup[] {
  const { semantics } = primitive;
  return (semantics.kind === 'structured' && semantics.operands?.(params)) || [];
}

/** `constants a; carry b, c; xs d`; operands after the last group stand without a role. */
function inGroups(operands: readonly string[], groups: readonly OperandGroup[]): string {
  const parts: string[] = [];
  let next = 0;
  for (const { role, count } of groups) {
    if (count > 0) parts.push(`${role} ${operands.slice(next, next + count).join(', ')}`);
    next += count;
  }
  if (next < operands.length) parts.push(operands.slice(next).join(', '));
  return parts.join('; ');
}

function format(value: ParamValue): string {
  if (Array.isArray(value)) return `[${value.map(format).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    if (isProgram(value)) return 'program';
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}: ${format(item)}`)
      .join(', ')}}`;
  }
  return Object.is(value, -0) ? '-0' : typeof value === 'string' ? JSON.stringify(value) : `${value}`;
}

/** A scalar constant as it would be written. */
function literal(value: Concrete): string {
  const x = value.storage[0] as number; // a scalar has one element
  if (value.dtype === 'float64') return number(x);
  if (value.dtype === 'bool') return x === 0 ? 'false' : 'true';
  return `${formatType(value).replace('[]', '')}(${number(value.dtype === 'float32' ? shortest(x) : x)})`;
}

const number = (x: number): string => (Object.is(x, -0) ? '-0' : `${x}`);

/** The number with the fewest digits that is `x` in float32. */
function shortest(x: number): number {
  for (let digits = 1; digits < 10; digits++) {
    const candidate = Number(x.toPrecision(digits));
    if (Object.is(Math.fround(candidate), x)) return candidate;
  }
  return x;
}

/** The elements of a constant, when there are few. */
const preview = (value: Concrete): string =>
  value.size > 8
    ? ''
    : ` ${JSON.stringify(value.toArray(), (_, x: unknown) => (typeof x === 'number' && !Number.isFinite(x) ? `${x}` : x)).replaceAll('"', '')}`;

import type { TensorType } from '@throughline/tensor';
import { bodiesOf, type Equation, type Program, typeOf, type VarId } from '../../program.ts';
import type { Semantics } from '../../semantics.ts';
import { groupsOf } from '../roles.ts';
import { contractSides, type Sides } from './contract.ts';
import { gatherSides, reduceSides, scatterSides, viewSides } from './elements.ts';
import { recurrence } from './recurrence.ts';
import { scalarTerm } from './scalar.ts';
import { atom, constantTerm, escaped, indexed, list, type Term, tuple, upright } from './terms.ts';

/** One aligned line: what is defined, and what it is. */
export interface Line {
  readonly left: string;
  readonly right: string;
}

/** What a program's lines share: names that are still free. */
export interface Namer {
  fresh(): string;
  /** The number of an equation with bodies, which stands behind their names. */
  nextBodies(): number;
}

type Of<K extends Semantics['kind']> = Extract<Semantics, { kind: K }>;

/** Writes the equations of one Program; `terms` are its variables as they are written. */
export class Block {
  readonly lines: Line[] = [];
  readonly program: Program;
  readonly terms: Map<VarId, Term>;
  readonly namer: Namer;
  /** Stands behind every new name: `_{t}` inside a recurrence. */
  readonly #suffix: string;

  /** Names that are settled. */
  readonly #given: ReadonlyMap<VarId, string>;

  constructor(
    program: Program,
    inputs: readonly Term[],
    namer: Namer,
    suffix = '',
    given: ReadonlyMap<VarId, string> = new Map(),
  ) {
    this.#given = given;
    this.program = program;
    this.namer = namer;
    this.#suffix = suffix;
    this.terms = new Map(program.inputs.map((id, i) => [id, inputs[i] ?? atom('?')]));
    for (const [id, value] of program.constants) this.terms.set(id, constantTerm(value));
    for (const equation of program.equations) this.#write(equation);
  }

  term(id: VarId): Term {
    return this.terms.get(id) ?? atom('?');
  }

  /** A Program inside this one, under the same names that are free. */
  inner(program: Program, inputs: readonly Term[], suffix = '', given: ReadonlyMap<VarId, string> = new Map()): Block {
    return new Block(program, inputs, this.namer, suffix, given);
  }

  /** A new name for a variable. */
  name(id: VarId): Term {
    const term = atom(
      `${this.#given.get(id) ?? this.namer.fresh()}${this.#suffix}`,
      typeOf(this.program, id).shape.length === 0,
    );
    this.terms.set(id, term);
    return term;
  }

  #write(equation: Equation): void {
    const args = equation.inputs.map((id) => this.term(id));
    if (equation.primitive.semantics.kind === 'structured') {
      this.#structured(equation, args);
      return;
    }
    const [id, ...more] = equation.outputs;
    const sides = more.length === 0 ? this.#sides(equation, args) : undefined;
    if (sides === undefined || id === undefined) {
      const names = equation.outputs.map((output) => this.name(output));
      this.lines.push({ left: tuple(names), right: callOf(equation, args) });
      return;
    }
    // Elements that only stand elsewhere are written as what they are.
    if (equation.primitive.semantics.kind === 'view' && sides.indices.length === 0) {
      this.terms.set(id, sides.right);
      return;
    }
    this.lines.push({ left: indexed(this.name(id), sides.indices), right: sides.right.tex });
  }

  /** What the semantics says an equation is; undefined when it says nothing that has a form. */
  #sides(equation: Equation, args: readonly Term[]): Sides | undefined {
    const { semantics } = equation.primitive;
    const types = (ids: readonly VarId[]): TensorType[] => ids.map((id) => typeOf(this.program, id));
    const [inputs, [output]] = [types(equation.inputs), types(equation.outputs)];
    if (output === undefined) return undefined;
    const { axes = [], axis = 0 } = equation.params as { readonly axes?: readonly number[]; readonly axis?: number }; // what these kinds carry
    const ranked = args.map((term, i) => ({ term, rank: inputs[i]?.shape.length ?? 0 }));
    switch (semantics.kind) {
      case 'map':
        return { indices: [], right: scalarTerm(semantics.expression, args, output.dtype) };
      case 'reduce':
        return reduceSides(semantics, axes, ranked[0]?.rank ?? 0, args[0] ?? atom('?'));
      case 'contract':
        return contractSides(equation.params, args);
      case 'gather':
        return gatherSides(axis, ranked);
      case 'scatter':
        return scatterSides(axis, ranked);
      case 'view':
        return this.#view(semantics, equation, inputs, output, args);
      default:
        return undefined;
    }
  }

  #view(
    semantics: Of<'view'>,
    { params }: Equation,
    inputs: readonly TensorType[],
    output: TensorType,
    [x]: readonly Term[],
  ): Sides | undefined {
    const [input, ...more] = inputs;
    if (input === undefined || x === undefined || more.length > 0) return undefined;
    return viewSides(semantics.pieces(inputs, [output], params), input, output, x);
  }

  #structured(equation: Equation, args: readonly Term[]): void {
    const roles = groupsOf(equation).map(({ role }) => role);
    if (roles.includes('carry') && roles.includes('xs')) {
      recurrence(this, equation, args);
      return;
    }
    const names = equation.outputs.map((id) => this.name(id));
    const number = this.namer.nextBodies();
    const bodies = bodiesOf(equation).map(([key, body]) => ({ name: `${upright(key)}_{${number}}`, body }));
    const taken = groupsOf(equation).some(({ outside }) => outside === true)
      ? args.slice(groupsOf(equation).reduce((sum, group) => sum + (group.outside === true ? group.count : 0), 0))
      : args;
    const [first, second] = bodies.map(({ name }) => `${name}\\left(${list(taken)}\\right)`);
    const right =
      roles.includes('pred') && bodies.length === 2
        ? `\\begin{cases} ${first} & ${args[0]?.tex} \\\\ ${second} & \\text{otherwise} \\end{cases}`
        : `${upright(equation.primitive.name)}\\left(${[...bodies.map(({ name }) => name), list(args)].join(';\\, ')}\\right)`;
    this.lines.push({ left: tuple(names), right });
    for (const { name, body } of bodies) this.#function(name, body);
  }

  /** A body as a function of its own letters. */
  #function(name: string, body: Program): void {
    const inputs = body.inputs.map((id) => atom(this.namer.fresh(), typeOf(body, id).shape.length === 0));
    const block = this.inner(body, inputs);
    const results = tuple(body.outputs.map((id) => block.term(id)));
    const where = block.lines.length === 0 ? '' : '\\quad\\text{where}';
    this.lines.push({ left: `\\quad ${name}\\left(${list(inputs)}\\right)`, right: `${results}${where}` });
    this.lines.push(...block.lines.map(({ left, right }) => ({ left: `\\qquad ${left}`, right })));
  }
}

/** `name[params](operands)`, as the text has it. */
function callOf({ primitive, params }: Equation, args: readonly Term[]): string {
  const shown = Object.entries(params).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const index = shown.length === 0 ? '' : `_{\\text{${escaped(shown.join(', '))}}}`;
  return `${upright(primitive.name)}${index}\\left(${list(args)}\\right)`;
}

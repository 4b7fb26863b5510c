import { type Concrete, formatType, sameType, type TensorType } from '@throughline/tensor';
import { scalarKey } from '../../builder.ts';
import type { Equation, Program, VarId } from '../../program.ts';
import { type Cursor, describe } from './cursor.ts';
import { type Enclosing, parseEquation } from './equation.ts';
import { inGroups, type Written } from './groups.ts';
import type { Token } from './tokens.ts';
import { parseElements, parseScalar, parseType } from './values.ts';

/** A Program being read: its names, and what they stand for. */
export class Block implements Enclosing {
  readonly cursor: Cursor;
  readonly types: TensorType[] = [];
  readonly inputs: VarId[] = [];
  readonly #constants = new Map<VarId, Concrete>();
  readonly #equations: Equation[] = [];
  readonly #names = new Map<string, { readonly id: VarId; readonly at: Token }>();
  readonly #scalars = new Map<string, VarId>();
  /** Results of the equation that is being read: not its operands. */
  readonly #pending = new Set<string>();
  /** What messages call it: `program`, `body`. */
  readonly #title: string;
  readonly #opened: Token;

  constructor(cursor: Cursor, title: string, opened: Token) {
    this.cursor = cursor;
    this.#title = title;
    this.#opened = opened;
  }

  /** `name: f64[2]`, which from here on is defined. */
  declare(): { readonly id: VarId; readonly name: string; readonly at: Token } {
    const at = this.cursor.word('a variable');
    const known = this.#names.get(at.text);
    if (known !== undefined) {
      this.cursor.fail(at, `${at.text} is defined already, on line ${this.cursor.line(known.at)}.`);
    }
    this.cursor.expect(':', `":" and the type of ${at.text}`);
    const typeAt = this.cursor.peek();
    const id = this.types.push(parseType(this.cursor)) - 1;
    this.#names.set(at.text, { id, at });
    return { id, name: at.text, at: typeAt };
  }

  /** An operand: a variable, or a scalar constant. */
  operand(): VarId {
    const token = this.cursor.peek();
    const scalar = parseScalar(this.cursor);
    if (scalar !== undefined) return this.#scalar(scalar);
    const { text } = this.cursor.word('a variable or a number');
    const known = this.#names.get(text);
    if (known !== undefined && !this.#pending.has(text)) return known.id;
    const remedy = this.#title === 'program' ? '' : ` The ${this.#title} sees its own inputs and what it defines only.`;
    return this.cursor.fail(token, `${text} is not defined here.${remedy}`);
  }

  #scalar(value: Concrete): VarId {
    const key = scalarKey(value);
    const known = this.#scalars.get(key);
    if (known !== undefined) return known;
    const id = this.types.push({ dtype: value.dtype, shape: value.shape }) - 1;
    this.#constants.set(id, value);
    this.#scalars.set(key, id);
    return id;
  }

  /** A Program from behind its opening bracket: inputs, then `{ constants, equations, return … }`. */
  body(title: string, opened: Token): { readonly program: Program; readonly written: readonly Written[] } {
    const block = new Block(this.cursor, title, opened);
    const written = inGroups(this.cursor, ')', () => block.inputs.push(block.declare().id));
    return { program: block.read(), written };
  }

  /** `{ constants, equations, return … }`. */
  read(): Program {
    this.cursor.expect('{', `"{" and the equations of the ${this.#title}`);
    while (!this.#atReturn()) this.#line();
    this.cursor.take();
    const outputs: VarId[] = [];
    while (!this.cursor.at('}')) {
      this.#checkOpen('"," or "}"');
      if (outputs.length > 0) this.cursor.expect(',', '"," or "}"');
      outputs.push(this.operand());
    }
    this.cursor.take();
    const { inputs, types } = this;
    return Object.freeze({ inputs, constants: this.#constants, equations: this.#equations, outputs, types });
  }

  /** Whether the results follow; a variable may have that name too. */
  #atReturn(): boolean {
    return this.cursor.at('return') && ![':', ',', '='].includes(this.cursor.peek(1).text);
  }

  #line(): void {
    this.#checkOpen('an equation or return');
    const { cursor } = this;
    const next = cursor.peek();
    if (next.kind !== 'word' && next.text !== '=')
      cursor.fail(next, `expected an equation or return, found ${describe(next)}.`);
    cursor.origin();
    const results: ReturnType<Block['declare']>[] = [];
    while (!cursor.skip('=')) {
      if (results.length > 0) cursor.expect(',', '"," or "="');
      results.push(this.declare());
    }
    if (cursor.at('constant')) {
      this.#constant(results);
      return;
    }
    for (const { name } of results) this.#pending.add(name);
    const { equation, types, at } = parseEquation(
      this,
      results.map(({ id }) => id),
    );
    this.#pending.clear();
    const name = equation.primitive.name;
    if (types.length !== results.length) {
      cursor.fail(
        at,
        `${name} gives ${types.length} result${types.length === 1 ? '' : 's'}, ${results.length} are declared.`,
      );
    }
    for (const [k, result] of results.entries()) {
      const [declared, given] = [this.types[result.id] as TensorType, types[k] as TensorType]; // as many of each
      if (!sameType(declared, given)) {
        cursor.fail(
          result.at,
          `${result.name} is declared ${formatType(declared)}, but ${name} gives ${formatType(given)}.`,
        );
      }
    }
    this.#equations.push(equation);
  }

  #constant(results: readonly { readonly id: VarId; readonly name: string }[]): void {
    const cursor: Cursor = this.cursor;
    const word = cursor.take();
    const [result, ...more] = results;
    if (result === undefined || more.length > 0) {
      cursor.fail(word, `a constant is one value, ${results.length} are declared.`);
    }
    const type = this.types[result.id] as TensorType; // just declared
    if (type.shape.length > 0 && !cursor.at('[')) {
      cursor.fail(
        word,
        `the elements of ${result.name}: ${formatType(type)} were left out. Print with { constants: 'full' }.`,
      );
    }
    this.#constants.set(result.id, parseElements(cursor, type));
  }

  #checkOpen(expected: string): void {
    if (this.cursor.peek().kind !== 'end') return;
    this.cursor.fail(
      this.cursor.peek(),
      `the text ends within the ${this.#title} that starts on line ${this.cursor.line(this.#opened)}: expected ${expected}.`,
    );
  }
}

import type { Equation, Program, Semantics } from '@throughline/autograd';
import { broadcastShapes, type Concrete, type Shape, sameShape, type TensorType } from '@throughline/tensor';
import {
  atom,
  call,
  contractText,
  letters,
  mapText,
  numberText,
  onlyParam,
  shapeText,
  type Text,
  transposed,
} from './text.ts';

/** A variable that has a line of its own. */
export interface Named {
  readonly name: string;
  readonly id: number;
}

/** What a printer is told about a Program. */
export interface ExpressionOptions {
  /** What stands on a line of its own, and inputs. */
  readonly names: ReadonlyMap<number, string>;
  /** What an intermediate is to be called, should it need a name; where it is the cotangent of another, after that. */
  readonly suggestions?: ReadonlyMap<number, string | { readonly cotangentOf: readonly number[] }>;
  /** Whether intermediates that come twice get names; they do unless told. */
  readonly share?: boolean;
  /** Letters of extents. */
  readonly extents?: ReadonlyMap<number, string>;
}

type View = Extract<Semantics, { kind: 'view' }>;

/** Prints variables of a Program as expressions of those that have a name; none is printed twice. */
export class Expressions {
  /** Intermediates that are used more than once, under names of their own. */
  readonly shared: readonly Named[];
  readonly #program: Program;
  readonly #names: Map<number, string>;
  readonly #extents: ReadonlyMap<number, string>;
  readonly #sources = new Map<number, Equation>();
  readonly #texts = new Map<number, Text>();

  constructor(
    program: Program,
    { names, suggestions = new Map(), extents = new Map(), share = true }: ExpressionOptions,
  ) {
    this.#program = program;
    this.#names = new Map(names);
    this.#extents = extents;
    for (const equation of program.equations) for (const id of equation.outputs) this.#sources.set(id, equation);
    this.shared = share ? this.#nameShared([...names.keys()], suggestions) : [];
  }

  /** What a variable is equal to, in terms of others. */
  definition(id: number): string {
    const equation = this.#sources.get(id);
    if (equation !== undefined) return this.#apply(equation, id).text;
    const constant = this.#program.constants.get(id);
    return (constant === undefined ? this.#term(id) : (uniformText(constant) ?? constantText(constant))).text;
  }

  /** The same, one number at every place being that number. */
  bareDefinition(id: number): string {
    const bare = this.#sources.has(id) ? this.#unspreadSource(id) : id;
    return this.definition(this.#program.constants.has(bare) ? bare : id);
  }

  /** The same, of what is only repeated the thing itself. */
  unspreadDefinition(id: number): string {
    const bare = this.#sources.has(id) ? this.#unspreadSource(id) : id;
    return this.#names.get(bare) ?? this.definition(bare);
  }

  /** The name under which a variable is known, views that go without saying left out. */
  nameOf(id: number): string | undefined {
    return this.#names.get(id);
  }

  /** Counts how often each intermediate would be printed, and names those that would be twice. */
  #nameShared(roots: readonly number[], suggestions: NonNullable<ExpressionOptions['suggestions']>): Named[] {
    const uses = new Map<number, number>();
    const seen = new Set<number>();
    const visit = (id: number): void => {
      const equation = this.#sources.get(id);
      if (equation === undefined || seen.has(id)) return;
      seen.add(id);
      const inputs = equation.inputs.map((one) => this.#bare(one, equation));
      for (const input of isSquare(equation) ? [inputs[0] ?? -1] : inputs) {
        uses.set(input, (uses.get(input) ?? 0) + 1);
        visit(input);
      }
    };
    for (const id of roots) visit(id);
    const shared: Named[] = [];
    const taken = new Set(this.#names.values());
    let count = 0;
    for (const { outputs } of this.#program.equations) {
      for (const id of outputs) {
        if (this.#names.has(id) || (uses.get(id) ?? 0) < 2 || this.#isTransposedLeaf(id)) continue;
        const suggested = suggestions.get(id);
        const values = typeof suggested === 'object' ? suggested.cotangentOf : [];
        const of = values.map((value) => this.#names.get(value)).find((known) => known !== undefined);
        const wanted = [typeof suggested === 'object' ? of && `δ${of}` : suggested, this.#spokenName(id)].find(
          (name) => name !== undefined && !taken.has(name),
        );
        let name = wanted ?? `v${++count}`;
        while (taken.has(name)) name = `v${++count}`;
        taken.add(name);
        this.#names.set(id, name);
        shared.push({ id, name });
      }
    }
    return shared;
  }

  /** tanh_c' for tanh(c'), co_f for 1 − f. */
  #spokenName(id: number): string | undefined {
    const equation = this.#sources.get(id);
    const semantics = equation?.primitive.semantics;
    if (equation === undefined || semantics?.kind !== 'map' || !('op' in semantics.expression)) return undefined;
    const [x, y] = equation.inputs.map((input) => this.#term(this.#bare(input, equation)));
    const isName = (term: Text | undefined): boolean =>
      term !== undefined && /^\p{L}[\p{L}\p{M}\p{N}.']*$/u.test(term.text);
    if (semantics.expression.op === 'sub' && x?.text === '1' && isName(y)) return `co_${y?.text}`;
    if (equation.inputs.length !== 1 || !isName(x) || semantics.expression.op === 'neg') return undefined;
    return `${letters[semantics.expression.op] ?? equation.primitive.name}_${x?.text}`;
  }

  #type(id: number): TensorType {
    return this.#program.types[id] as TensorType; // ids index types
  }

  #term(id: number): Text {
    const name = this.#names.get(id);
    if (name !== undefined) return atom(name);
    const constant = this.#program.constants.get(id);
    if (constant !== undefined) return constantText(constant);
    const equation = this.#sources.get(id);
    if (equation === undefined) return atom('?');
    const text = this.#texts.get(id) ?? this.#apply(equation, id);
    this.#texts.set(id, text);
    return text;
  }

  /** The operand of an equation as it is printed: of what is only repeated to fit the others, the thing itself. */
  #bare(id: number, user: Equation): number {
    const bare = this.#unspread(id);
    if (bare === id || user.primitive.semantics.kind !== 'map') return id;
    // The reader spreads operands over each other: that must give the shape again.
    const shape = user.inputs
      .map((input) => this.#type(this.#names.has(input) ? input : this.#unspread(input)).shape)
      .reduce<Shape | null>((all, own) => (all === null ? own : spread(all, own)), null);
    const needed = this.#type(user.outputs[0] ?? -1).shape;
    return shape !== null && sameShape(shape, needed) ? bare : id;
  }

  /** One number in every place of a constant, where another operand says how many places there are. */
  #numberFor(id: number, user: Equation): Text | undefined {
    const constant = this.#program.constants.get(id);
    if (constant === undefined) return undefined;
    const hasShape = user.inputs.some(
      (input) =>
        !this.#program.constants.has(input) &&
        sameShape(this.#type(this.#bare(input, user)).shape, this.#type(user.outputs[0] ?? -1).shape),
    );
    return hasShape ? uniformText(constant) : undefined;
  }

  #unspread(id: number): number {
    return this.#names.has(id) ? id : this.#unspreadSource(id);
  }

  #unspreadSource(id: number): number {
    const equation = this.#sources.get(id);
    const semantics = equation?.primitive.semantics;
    const [inner] = equation?.inputs ?? [];
    if (equation === undefined || semantics?.kind !== 'view' || inner === undefined || equation.inputs.length > 1)
      return id;
    return this.#isSpread(equation, semantics) ? this.#unspread(inner) : id;
  }

  #apply(equation: Equation, id: number): Text {
    const { semantics, name } = equation.primitive;
    const args = equation.inputs.map((input) => this.#term(this.#bare(input, equation)));
    if (semantics.kind === 'map')
      equation.inputs.forEach((input, i) => {
        args[i] = this.#numberFor(input, equation) ?? (args[i] as Text); // in place
      });
    if (semantics.kind === 'map' && name !== 'cast') return mapText(semantics, name, args);
    if (semantics.kind === 'contract') return contractText(equation.params, args);
    if (semantics.kind === 'view' && this.#isTransposed(equation, semantics)) return transposed(args[0]);
    if (semantics.kind === 'reduce' && semantics.combine === 'sum') {
      const axes = `${equation.params.axes}`;
      return call(axes === '0' ? 'Σ' : `Σ[${axes}]`, args);
    }
    const which = equation.outputs.length > 1 ? `[${equation.outputs.indexOf(id)}]` : '';
    return atom(`${call(`${name}${this.#params(equation)}`, args).text}${which}`);
  }

  /** What is needed to do it again, where that is short: shapes and places by the letters of extents. */
  #params({ primitive, params }: Equation): string {
    const entries = Object.entries(params);
    if (entries.length === 0) return '';
    const list = (value: unknown): string =>
      Array.isArray(value)
        ? shapeText(value as readonly number[], this.#extents) // params of views are counts
        : typeof value === 'object'
          ? '…'
          : `${value}`;
    if (primitive.name === 'slice') {
      const [starts, stops, steps] = entries.map(([, value]) => value as readonly number[]); // what slice carries
      const ranges = starts?.map((start, axis) => {
        const stop = list([stops?.[axis] ?? 0]);
        return `${start}:${stop}${steps?.[axis] === 1 ? '' : `:${steps?.[axis]}`}`;
      });
      return `[${ranges?.join(', ')}]`;
    }
    const texts = entries.map(([key, value]) =>
      onlyParam[primitive.name] === key ? list(value) : `${key}: ${list(value)}`,
    );
    return `[${texts.join('; ')}]`;
  }

  #pieces(equation: Equation, semantics: View) {
    const types = (ids: readonly number[]): TensorType[] => ids.map((id) => this.#type(id));
    return semantics.pieces(types(equation.inputs), types(equation.outputs), equation.params);
  }

  /** Repetition as operands of a map are repeated anyway. */
  #isSpread(equation: Equation, semantics: View): boolean {
    const [from, to] = [equation.inputs[0], equation.outputs[0]].map((id) => this.#type(id ?? -1));
    const [piece, ...more] = this.#pieces(equation, semantics);
    if (from === undefined || to === undefined || piece === undefined || more.length > 0) return false;
    const all = spread(from.shape, to.shape);
    if (all === null || !sameShape(all, to.shape) || piece.from.offset !== 0) return false;
    const lead = to.shape.length - from.shape.length;
    let stride = 1;
    for (let axis = to.shape.length - 1; axis >= 0; axis--) {
      const own = axis < lead ? 1 : (from.shape[axis - lead] ?? 1);
      const expected = own === 1 ? 0 : stride;
      if (to.shape[axis] !== 1 && piece.from.strides[axis] !== expected) return false;
      stride *= own;
    }
    return piece.shape.length === to.shape.length;
  }

  #isTransposed(equation: Equation, semantics: View): boolean {
    const [piece, ...more] = this.#pieces(equation, semantics);
    const [rows, columns, ...rest] = this.#type(equation.inputs[0] ?? -1).shape;
    if (piece === undefined || more.length > 0 || columns === undefined || rest.length > 0) return false;
    return String([piece.shape, piece.from.strides, piece.from.offset]) === String([columns, rows, 1, columns, 0]);
  }

  #isTransposedLeaf(id: number): boolean {
    const equation = this.#sources.get(id);
    const semantics = equation?.primitive.semantics;
    const [inner] = equation?.inputs ?? [];
    return (
      equation !== undefined &&
      semantics?.kind === 'view' &&
      inner !== undefined &&
      this.#names.has(inner) &&
      this.#isTransposed(equation, semantics)
    );
  }
}

/** x ⊙ x is printed with x once. */
const isSquare = ({ primitive: { semantics }, inputs }: Equation): boolean =>
  semantics.kind === 'map' &&
  'op' in semantics.expression &&
  semantics.expression.op === 'mul' &&
  inputs.every((id) => id === inputs[0]);

/** The shape that two have together; null when they do not fit. */
function spread(a: Shape, b: Shape): Shape | null {
  try {
    return broadcastShapes('equations', { dtype: 'float64', shape: a }, { dtype: 'float64', shape: b });
  } catch {
    return null;
  }
}

/** The number that stands in every place of a constant, if one does. */
function uniformText({ storage, dtype }: Concrete): Text | undefined {
  const [first] = storage;
  if (first === undefined || dtype === 'bool') return undefined;
  return storage.every((x) => Object.is(x, first)) ? numberText(first) : undefined;
}

/** A number, or a few; of more, that there is a constant. */
function constantText(value: Concrete): Text {
  const [first] = value.storage;
  if (value.shape.length === 0) {
    if (value.dtype === 'bool') return atom(first === 1 ? 'true' : 'false');
    return numberText(first ?? 0);
  }
  if (value.size > 16) return atom(`const ${value.dtype}[${value.shape}]`);
  return atom(JSON.stringify(value.toArray()).replaceAll(',', ', ').replaceAll('-', '−'));
}

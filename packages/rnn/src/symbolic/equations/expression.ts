import type { Equation, Program, Semantics } from '@throughline/autograd';
import { formatNumber, formatType, type TensorType } from '@throughline/tensor';

/** A text, and how tightly its outermost operation binds. */
interface Text {
  readonly text: string;
  readonly level: number;
}

const SUM = 1;
const TIMES = 2;
const MATRIX = 3;
const ATOM = 4;

/** Letters up to which a repeated intermediate prints in place. */
const LONG = 60;

type MapSemantics = Extract<Semantics, { kind: 'map' }>;
type ScalarOp = Extract<MapSemantics['expression'], { op: unknown }>['op'];

const infix: Partial<Record<ScalarOp, { sign: string; level: number }>> = {
  add: { sign: '+', level: SUM },
  sub: { sign: '−', level: SUM },
  mul: { sign: '⊙', level: TIMES },
  div: { sign: '/', level: TIMES },
};

/** Letters of the literature where they are not the op's own name. */
const letters: Partial<Record<ScalarOp, string>> = { sigmoid: 'σ', maximum: 'max', minimum: 'min', select: 'where' };

const atom = (text: string): Text => ({ text, level: ATOM });
const at = (term: Text | undefined, level: number): string =>
  term === undefined ? '?' : term.level >= level ? term.text : `(${term.text})`;

/** Prints variables of a Program as expressions of those that have a name. */
export class Expressions {
  /** Long intermediates that are used more than once: printed once, under names v1, v2, … */
  readonly shared: { readonly id: number; readonly name: string }[] = [];
  readonly #program: Program;
  readonly #names: Map<number, string>;
  readonly #sources = new Map<number, Equation>();
  readonly #texts = new Map<number, Text>();

  constructor(program: Program, names: ReadonlyMap<number, string>) {
    this.#program = program;
    this.#names = new Map(names);
    const uses = new Map<number, number>();
    for (const { inputs } of program.equations) for (const id of inputs) uses.set(id, (uses.get(id) ?? 0) + 1);
    for (const equation of program.equations) {
      for (const id of equation.outputs) {
        this.#sources.set(id, equation);
        const { text } = this.#term(id);
        // Without names, x ⊙ x thirty times over would print as a line of 2³⁰ letters.
        if (this.#names.has(id) || (uses.get(id) ?? 0) < 2 || text.length <= LONG) continue;
        const name = `v${this.shared.length + 1}`;
        this.#names.set(id, name);
        this.shared.push({ id, name });
      }
    }
  }

  /** What a variable is equal to, in terms of others. */
  definition(id: number): string {
    const equation = this.#sources.get(id);
    return equation === undefined ? this.#term(id).text : this.#apply(equation, id).text;
  }

  #term(id: number): Text {
    const name = this.#names.get(id);
    if (name !== undefined) return atom(name);
    const constant = this.#program.constants.get(id);
    if (constant !== undefined) {
      if (constant.shape.length > 0) return atom(`const ${formatType(constant)}`);
      const text = formatNumber(constant.storage[0] as number).replace('-', '−'); // a scalar has one element
      return { text, level: text.startsWith('−') ? SUM : ATOM };
    }
    const equation = this.#sources.get(id);
    if (equation === undefined) return atom('?');
    const text = this.#texts.get(id) ?? this.#apply(equation, id);
    this.#texts.set(id, text);
    return text;
  }

  #apply(equation: Equation, id: number): Text {
    const { semantics, name } = equation.primitive;
    const args = equation.inputs.map((input) => this.#term(input));
    if (semantics.kind === 'map') return mapText(semantics, name, args);
    if (semantics.kind === 'contract') return contractText(equation.params, args);
    if (semantics.kind === 'view' && this.#isSame(equation, semantics)) return args[0] ?? atom('?');
    if (semantics.kind === 'view' && this.#isTransposed(equation, semantics)) return atom(`${at(args[0], ATOM)}ᵀ`);
    if (semantics.kind === 'reduce' && semantics.combine === 'sum') return atom(`Σ(${args[0]?.text ?? '?'})`);
    const which = equation.outputs.length > 1 ? `[${equation.outputs.indexOf(id)}]` : '';
    return atom(`${name}(${args.map(({ text }) => text).join(', ')})${which}`);
  }

  #pieces(equation: Equation, semantics: Extract<Semantics, { kind: 'view' }>) {
    const types = (ids: readonly number[]): TensorType[] => ids.map((id) => this.#program.types[id] as TensorType); // ids index types
    return semantics.pieces(types(equation.inputs), types(equation.outputs), equation.params);
  }

  /** The same elements in the same order, perhaps repeated: broadcasting and reshaping are not worth a word. */
  #isSame(equation: Equation, semantics: Extract<Semantics, { kind: 'view' }>): boolean {
    const [piece, ...more] = this.#pieces(equation, semantics);
    if (piece === undefined || more.length > 0 || piece.from.offset !== 0) return false;
    let stride = 1;
    for (let axis = piece.shape.length - 1; axis >= 0; axis--) {
      const own = piece.from.strides[axis];
      const extent = piece.shape[axis] as number; // axis < length
      if (own === 0 || extent === 1) continue;
      if (own !== stride) return false;
      stride *= extent;
    }
    return stride === sizeOfInput(this.#program, equation);
  }

  #isTransposed(equation: Equation, semantics: Extract<Semantics, { kind: 'view' }>): boolean {
    const [piece, ...more] = this.#pieces(equation, semantics);
    const [rows, columns, ...rest] = this.#program.types[equation.inputs[0] ?? -1]?.shape ?? [];
    if (piece === undefined || more.length > 0 || columns === undefined || rest.length > 0) return false;
    return String([piece.shape, piece.from.strides, piece.from.offset]) === String([columns, rows, 1, columns, 0]);
  }
}

const sizeOfInput = (program: Program, { inputs }: Equation): number =>
  (program.types[inputs[0] ?? -1]?.shape ?? []).reduce((a, b) => a * b, 1);

function mapText({ expression }: MapSemantics, name: string, args: readonly Text[]): Text {
  const simple = 'op' in expression && expression.args.every((arg, i) => 'input' in arg && arg.input === i);
  if (!simple || expression.args.length !== args.length) return call(name, args);
  const sign = infix[expression.op];
  if (sign !== undefined) {
    const [left, right] = args;
    // a − (b + c) and a / (b ⊙ c) need their brackets; a + (b + c) does not.
    const tight = expression.op === 'sub' || expression.op === 'div' || right?.text.startsWith('−') === true;
    return {
      text: `${at(left, sign.level)} ${sign.sign} ${at(right, tight ? sign.level + 1 : sign.level)}`,
      level: sign.level,
    };
  }
  if (expression.op === 'neg') return { text: `−${at(args[0], TIMES)}`, level: SUM };
  return call(letters[expression.op] ?? name, args);
}

const call = (name: string, args: readonly Text[]): Text => atom(`${name}(${args.map(({ text }) => text).join(', ')})`);

/** x W where it is a product of matrices, in general by its labels. */
function contractText(params: Equation['params'], args: readonly Text[]): Text {
  const { a, b, out } = params as { readonly [key in 'a' | 'b' | 'out']: readonly number[] }; // what contract carries
  const [summed, ...more] = a.filter((label) => b.includes(label) && !out.includes(label));
  const rest = (list: readonly number[]): number[] => list.filter((label) => label !== summed);
  const isProduct =
    more.length === 0 &&
    summed !== undefined &&
    a.at(-1) === summed &&
    String([...rest(a), ...rest(b)]) === String(out);
  if (isProduct && b[0] === summed) return { text: `${at(args[0], MATRIX)} ${at(args[1], ATOM)}`, level: MATRIX };
  // The products that pullbacks make: ȳ Wᵀ and xᵀ ȳ.
  if (a.length === 2 && b.length === 2 && more.length === 0 && summed !== undefined) {
    const [left, right] = [at(args[0], MATRIX), at(args[1], ATOM)];
    if (a[1] === summed && b[1] === summed && String(out) === String([a[0], b[0]])) {
      return { text: `${left} ${right}ᵀ`, level: MATRIX };
    }
    if (a[0] === summed && b[0] === summed && String(out) === String([b[1], a[1]])) {
      return { text: `${right}ᵀ ${at(args[0], ATOM)}`, level: MATRIX };
    }
  }
  const letter = (label: number): string => 'ijklmnopqrstuvw'[label] ?? '?';
  const spec = `${a.map(letter).join('')},${b.map(letter).join('')}→${out.map(letter).join('')}`;
  return call(`contract[${spec}]`, args);
}

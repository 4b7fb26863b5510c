import { type Equation, isProgram, type Program } from '@throughline/autograd';
import type { Concrete, Shape, TensorType } from '@throughline/tensor';
import { type Dyadic, dyadic, one, times } from './dyadic.ts';
import {
  atom,
  constantIn,
  keyOf,
  type Monomial,
  negated,
  number,
  type Polynomial,
  product,
  single,
  sum,
  textOf,
} from './polynomial.ts';

import { isIdentity } from './views.ts';

/** The expression of a map, as its primitive states it. */
type Expression = Extract<Equation['primitive']['semantics'], { kind: 'map' }>['expression'];

/** Beyond this many terms a product is kept as a factor of its own: equal things stay equal, fewer are seen to be. */
const mostTerms = 4000;

/**
 * Every value of a Program as a polynomial, element by element, in atoms: its inputs, functions that are no polynomials, and
 * contractions, sums and views of monomials, which are taken out of sums since they are linear. Two values with one normal
 * form are equal for all inputs, over the reals. Primitives are asked for their meaning, never for their name.
 */
export class NormalForms {
  readonly #ids = new Map<string, number>();

  /** The normal forms of the outputs, as texts that are equal when the forms are. */
  outputsOf(program: Program): string[] {
    const forms = new Map<number, Polynomial>();
    const typeAt = (id: number): TensorType => program.types[id] as TensorType; // an index into types
    program.inputs.forEach((id, i) => {
      forms.set(id, this.#atom(`input ${i}`));
    });
    for (const [id, value] of program.constants) forms.set(id, this.#constant(value));
    for (const equation of program.equations) {
      const operands = equation.inputs.map((id) => ({ form: forms.get(id) as Polynomial, type: typeAt(id) })); // defined before use
      const results = this.#apply(equation, operands, equation.outputs.map(typeAt));
      equation.outputs.forEach((id, k) => {
        forms.set(id, results[k] as Polynomial); // one per output
      });
    }
    return program.outputs.map((id) => `${String(typeAt(id).shape)}: ${textOf(forms.get(id) as Polynomial)}`); // defined above
  }

  #id(key: string): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#ids.set(key, this.#ids.size);
    return this.#ids.size - 1;
  }

  #atom = (key: string): Polynomial => atom(this.#id(key));

  /** A short name for a whole form. */
  #nameOf = ({ form, type }: Operand): string =>
    `f${this.#id(`form ${String(type.shape)} ${type.dtype}: ${textOf(form)}`)}`;

  #constant(value: Concrete): Polynomial {
    const [first = 0] = value.storage;
    const isUniform = value.storage.every((x: number) => x === first) && Number.isFinite(first);
    if (isUniform && value.dtype.startsWith('float')) return number(dyadic(Number(first)));
    return this.#atom(`constant ${value.dtype} ${String(value.shape)} ${Array.from(value.storage, String).join()}`);
  }

  #apply(equation: Equation, operands: readonly Operand[], results: readonly TensorType[]): readonly Polynomial[] {
    const { primitive, params } = equation;
    const { semantics } = primitive;
    const [first, second] = operands;
    const [type] = results;
    const isFloat = results.every(({ dtype }) => dtype.startsWith('float'));
    if (first !== undefined && type !== undefined && isFloat && results.length === 1) {
      if (semantics.kind === 'map') return [this.#map(semantics.expression, operands, type)];
      if (semantics.kind === 'contract' && second !== undefined)
        return [this.#contract(params as unknown as Labels, first, second)]; // its params
      const head = `${primitive.name} ${textOfParams(params)} ${String(first.type.shape)}`;
      if (semantics.kind === 'reduce' && semantics.combine === 'sum')
        return [this.#linear(first.form, ({ factors }) => this.#id(`${head}(${keyOf(factors)})`))];
      if (semantics.kind === 'view' && operands.length === 1 && semantics.fill === undefined)
        return [
          isIdentity(semantics.pieces([first.type], results, params))
            ? first.form
            : this.#view(head, first.form, type.shape),
        ];
    }
    const key = `${primitive.name} v${primitive.version} ${textOfParams(params)}(${operands.map(this.#nameOf).join()})`;
    return results.map((_, k) => this.#atom(`${key}#${k}`));
  }

  #map(expression: Expression, operands: readonly Operand[], type: TensorType): Polynomial {
    if ('input' in expression) return (operands[expression.input] as Operand).form; // the primitive says so
    if ('constant' in expression)
      return Number.isFinite(expression.constant)
        ? number(dyadic(expression.constant))
        : this.#atom(`number ${expression.constant}`);
    const args = expression.args.map((arg) => this.#map(arg, operands, type));
    const [a, b] = args as [Polynomial, Polynomial]; // b where there are two
    if (expression.op === 'add') return sum(a, b);
    if (expression.op === 'sub') return sum(a, negated(b));
    if (expression.op === 'neg') return negated(a);
    if (expression.op === 'mul') return this.#product(a, b);
    if (expression.op === 'div') return this.#product(a, this.#inverse(b));
    const power = expression.op === 'pow' ? wholeNumber(constantIn(b)) : undefined;
    if (power !== undefined)
      return Array.from({ length: power }).reduce<Polynomial>((x) => this.#product(x, a), number(one));
    // Comparisons inside a select compare what is of another dtype: their operands are named with the dtype of their result.
    const names = args.map((form) => this.#nameOf({ form, type: { dtype: type.dtype, shape: [] } }));
    return this.#atom(`${expression.op} ${type.dtype}(${names.join()})`);
  }

  #product(a: Polynomial, b: Polynomial): Polynomial {
    if (a.size * b.size <= mostTerms) return product(a, b);
    const none: TensorType = { dtype: 'float64', shape: [] };
    return this.#atom(
      `product(${[a, b]
        .map((form) => this.#nameOf({ form, type: none }))
        .sort()
        .join()})`,
    );
  }

  /** 1/b: exact where b is a power of two. */
  #inverse(b: Polynomial): Polynomial {
    const constant = constantIn(b);
    if (constant !== undefined && (constant.n === 1n || constant.n === -1n))
      return number({ n: constant.n, e: -constant.e });
    return this.#atom(`inverse(${this.#nameOf({ form: b, type: { dtype: 'float64', shape: [] } })})`);
  }

  /** What is linear is applied to each monomial. */
  #linear(form: Polynomial, apply: (term: { readonly factors: Monomial }) => number): Polynomial {
    return sum(...[...form.values()].map((term) => single(new Map([[apply(term), 1]]), term.coefficient)));
  }

  /** A view without gaps moves whole elements: it commutes with sums and products, and leaves numbers as they are. */
  #view(head: string, form: Polynomial, to: Shape): Polynomial {
    const moved = (id: number): number => this.#id(`${head} → ${String(to)}(${id})`);
    const terms = [...form.values()].map(({ factors, coefficient }) =>
      single(new Map([...factors].map(([id, power]) => [moved(id), power])), coefficient),
    );
    return sum(...terms);
  }

  #contract(labels: Labels, a: Operand, b: Operand): Polynomial {
    const terms = [...a.form.values()].flatMap((left) =>
      [...b.form.values()].map((right) => {
        const id = this.#id(
          contractionKey(
            labels,
            `${String(a.type.shape)}:${keyOf(left.factors)}`,
            `${String(b.type.shape)}:${keyOf(right.factors)}`,
          ),
        );
        return single(new Map([[id, 1]]), times(left.coefficient, right.coefficient));
      }),
    );
    return sum(...terms);
  }
}

interface Operand {
  readonly form: Polynomial;
  readonly type: TensorType;
}

interface Labels {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly out: readonly number[];
}

/** One text for a contraction, whichever operand came first and whatever its labels are called. */
function contractionKey({ a, b, out }: Labels, left: string, right: string): string {
  const text = (first: readonly number[], second: readonly number[], x: string, y: string): string => {
    const names = new Map<number, number>();
    const renamed = (list: readonly number[]): string =>
      list
        .map((label) => {
          if (!names.has(label)) names.set(label, names.size);
          return names.get(label);
        })
        .join();
    return `contract ${renamed(first)};${renamed(second)};${renamed(out)}(${x} × ${y})`;
  };
  return [text(a, b, left, right), text(b, a, right, left)].sort().join(' or ');
}

const wholeNumber = (value: Dyadic | undefined): number | undefined =>
  value !== undefined &&
  value.n >= 0n &&
  value.n <= 16n &&
  value.e >= 0 &&
  value.e <= 4 &&
  Number(value.n) * (1 << value.e) <= 16
    ? Number(value.n) * (1 << value.e)
    : undefined;

/** Params as text; bodies by what they are made of. */
function textOfParams(params: unknown): string {
  return JSON.stringify(params, (_, value: unknown) => {
    if (!isProgram(value)) return value;
    return {
      inputs: value.inputs,
      outputs: value.outputs,
      types: value.types.map(({ dtype, shape }) => `${dtype}${String(shape)}`),
      constants: [...value.constants].map(([id, x]) => [id, x.dtype, Array.from(x.storage, String)]),
      equations: value.equations.map((equation) => [
        equation.primitive.name,
        equation.inputs,
        equation.outputs,
        equation.params,
      ]),
    };
  });
}

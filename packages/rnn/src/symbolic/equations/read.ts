import {
  bind,
  broadcastTo,
  contract,
  matmul,
  neg,
  type Primitive,
  primitives,
  square,
  sum,
  transpose,
} from '@throughline/autograd';
import { ArgumentError, broadcastShapes, full, type Shape, Tensor, tensor } from '@throughline/tensor';
import { gateOf, lineFor } from './likewise.ts';
import { type Definition, type Node, parseEquation } from './parse.ts';
import { letters, onlyParam } from './text.ts';

/** Extents by letter, as in `{ B: 2, I: 3, H: 4 }`. */
export interface Extents {
  readonly [letter: string]: number;
}

/**
 * Reads equations as `explain`, `equations` and `backwardEquations` print them, and computes them in order: what the
 * print says is what is run, by ordinary ops.
 *
 * `given` holds the values of the letters that no line defines: parameters (W_f), states, x, and the cotangents that come
 * in (δh'). `extents` gives the letters in shapes, where a line has any. `i, o likewise` stands for those gates' lines.
 * Titles and lines that begin with ∂ are passed over.
 * @throws ArgumentError pointing at what cannot be read, or naming a letter that has no value.
 * @example readEquations(['y = x² − 1'], { x: tensor([2, 3]) }).get('y')   // f64[2] [3, 8]
 */
export function readEquations(
  lines: string | readonly string[],
  given: { readonly [name: string]: Tensor },
  extents: Extents = {},
): Map<string, Tensor> {
  const values = new Map(Object.entries(given));
  for (const { name, value } of definitionsOf(lines))
    values.set(name, tensorOf(new Reader(values, extents).value(value)));
  return values;
}

/** The equations in a text, one for each name. */
export function definitionsOf(lines: string | readonly string[]): Definition[] {
  const list = typeof lines === 'string' ? lines.split('\n') : lines;
  return list
    .map((line) => line.trim())
    .filter((line) => line.includes(' = ') && !line.startsWith('∂'))
    .flatMap((line) => {
      const [, text = line, others] = /^(.*?) {3}(.*) likewise$/.exec(line) ?? [];
      const gate = gateOf(text.split(' = ', 1)[0] ?? '');
      const copies = others?.split(', ').map((other) => lineFor(text, gate, other)) ?? [];
      return [text, ...copies].map(parseEquation);
    });
}

type Value = Tensor | number;

const tensorOf = (value: Value): Tensor => (typeof value === 'number' ? full([], value) : value);

class Reader {
  readonly #values: ReadonlyMap<string, Tensor>;
  readonly #extents: Extents;
  constructor(values: ReadonlyMap<string, Tensor>, extents: Extents) {
    this.#values = values;
    this.#extents = extents;
  }

  value(node: Node): Value {
    switch (node.kind) {
      case 'number':
        return node.value;
      case 'name':
        return this.#letter(node.name);
      case 'array':
        return tensor(this.#array(node.items));
      case 'neg': {
        const x = this.value(node.args[0]);
        return typeof x === 'number' ? -x : neg(x);
      }
      case 'ᵀ':
        return transpose(tensorOf(this.value(node.args[0])));
      case '²':
        return square(this.value(node.args[0]));
      case 'matmul':
        return matmul(tensorOf(this.value(node.args[0])), tensorOf(this.value(node.args[1])));
      case 'call':
        return this.#call(node);
      default:
        return this.#map(
          INFIX[node.kind],
          node.args.map((arg) => this.value(arg)),
        );
    }
  }

  #letter(name: string): Tensor {
    if (name === 'true' || name === 'false') return full([], name === 'true' ? 1 : 0, 'bool');
    const value = this.#values.get(name);
    if (value === undefined) {
      throw new ArgumentError(
        'readEquations',
        `${name} has no value. There are ${[...this.#values.keys()].join(', ')}.`,
      );
    }
    return value;
  }

  #array(items: readonly Node[]): number[] {
    return items.map((item) => (item.kind === 'array' ? this.#array(item.items) : this.value(item))) as number[]; // nested as the text is
  }

  #call({ name, params, args: nodes, result }: Extract<Node, { kind: 'call' }>): Value {
    const args = nodes.map((arg) => this.value(arg));
    const [first, second] = args.map(tensorOf);
    if (name === 'Σ' && first) return sum(first, params === '' ? [0] : this.#numbers(params));
    if (name === 'contract' && first && second) return contract(params.replace('→', '->'), first, second);
    const own = params === '' ? OPERATIONS.get(name) : undefined;
    const primitive = primitives.get(own ?? name);
    if (primitive === undefined) throw new ArgumentError('readEquations', `there is no operation ${name}.`);
    if (primitive.semantics.kind === 'map' && params === '') return this.#map(primitive.name, args);
    const results = bind(primitive as Primitive<unknown>, args.map(tensorOf), this.#params(primitive.name, params)); // its params are its own
    return results[result] as Tensor; // the text names one that there is
  }

  /** A map, its numbers of the others' dtype, its operands spread over each other. */
  #map(name: string, args: readonly Value[]): Tensor {
    const dtype = args.find(
      (arg): arg is Tensor => arg instanceof Tensor && (name !== 'where' || arg.dtype !== 'bool'),
    )?.dtype;
    const operands = args.map((arg) => (typeof arg === 'number' ? full([], arg, dtype ?? 'float64') : arg));
    const shape = operands.reduce<Shape>((all, { shape: own }) => broadcastShapes(name, float(all), float(own)), []);
    const primitive = primitives.get(name) as Primitive<unknown>; // one of ours
    return bind(
      primitive,
      operands.map((x) => broadcastTo(x, shape)),
      {},
    )[0] as Tensor; // a map has one result
  }

  #params(name: string, text: string): { readonly [key: string]: unknown } {
    if (name === 'slice') {
      const ranges = text.split(',').map((range) => range.split(':').map((bound) => this.#number(bound)));
      const column = (k: number, otherwise: number): number[] => ranges.map((range) => range[k] ?? otherwise);
      return { starts: column(0, 0), stops: column(1, 0), steps: column(2, 1) };
    }
    const entries = text.split(';').map((part): [string, string] => {
      const [key, value] = part.split(':');
      return value === undefined ? [onlyParam[name] ?? '', part] : [key?.trim() ?? '', value];
    });
    return Object.fromEntries(
      entries.map(([key, value]) => {
        if (LISTS.has(key)) return [key, this.#numbers(value)];
        return [key, key === 'dtype' ? value.trim() : this.#number(value)];
      }),
    );
  }

  #numbers(text: string): number[] {
    return text.trim() === '' ? [] : text.split(',').map((part) => this.#number(part));
  }

  #number(text: string): number {
    const word = text.trim();
    const [, letter, less] = /^([A-Z])(−1)?$/.exec(word) ?? [];
    const value = letter === undefined ? Number(word) : this.#extents[letter];
    if (value === undefined || Number.isNaN(value)) {
      const what = letter === undefined ? `${word} is not a number` : `the extent ${letter} is not known`;
      throw new ArgumentError('readEquations', `${what}. Pass extents, as in { B: 2, I: 3, H: 4 }.`);
    }
    return less === undefined ? value : value - 1;
  }
}

const float = (shape: Shape) => ({ dtype: 'float64', shape }) as const;

const INFIX = { '+': 'add', '−': 'sub', '⊙': 'mul', '/': 'div' } as const;

/** Operations whose letter is not their name. */
const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ...Object.entries(letters).map(([op, letter]) => [letter ?? op, op === 'select' ? 'where' : op] as const),
]);

/** Params that are lists, whatever their length. */
const LISTS: ReadonlySet<string> = new Set([
  'shape',
  'permutation',
  'axes',
  'sizes',
  'low',
  'high',
  'interior',
  'starts',
  'stops',
  'steps',
]);

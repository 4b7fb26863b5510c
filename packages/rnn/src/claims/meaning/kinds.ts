import { formatType, type TensorType } from '@throughline/tensor';
import { letterOf } from '../../symbolic/equations/extents.ts';
import type { LineNode, Node } from '../language/ast.ts';
import { ClaimError, suggestion } from '../language/claim-error.ts';
import { isElementwise, largestSlope } from '../language/functions.ts';
import { constantOf } from '../language/times.ts';
import { floatLine, lineNamed, paramNamed, type Vocabulary } from './vocabulary.ts';

/** What a part of a claim is, for each row of the batch. The identity takes the size of what stands beside it. */
export type Kind =
  | { readonly kind: 'number' }
  | { readonly kind: 'vector'; readonly n: number }
  | { readonly kind: 'matrix'; readonly m: number; readonly n: number }
  | { readonly kind: 'identity' };

export const describeKind = (kind: Kind): string => {
  if (kind.kind === 'vector') return `a vector [${kind.n}]`;
  if (kind.kind === 'matrix') return `a matrix [${kind.m},${kind.n}]`;
  return kind.kind === 'number' ? 'a number' : 'the identity';
};

const number: Kind = { kind: 'number' };

/** Kinds by node: found once, then asked by what evaluates. */
export type Kinds = ReadonlyMap<Node, Kind>;

/** Finds the kinds of an expression. */
export class Sorter {
  readonly kinds = new Map<Node, Kind>();
  readonly #text: string;
  readonly #words: Vocabulary;
  readonly #times: ReadonlySet<string>;

  /** `times`: the variables that stand for steps. */
  constructor(text: string, words: Vocabulary, times: ReadonlySet<string>) {
    this.#text = text;
    this.#words = words;
    this.#times = times;
  }

  sort(node: Node, bound: readonly string[] = []): Kind {
    const kind = this.#kindOf(node, bound);
    this.kinds.set(node, kind);
    return kind;
  }

  #kindOf(node: Node, bound: readonly string[]): Kind {
    switch (node.kind) {
      case 'number':
        return number;
      case 'constant':
        return this.#ofType(node, node.value, 'an interpolated tensor');
      case 'name':
        return this.#ofName(node, bound);
      case 'line':
        return { kind: 'vector', n: floatLine(this.#text, this.#words, node).size };
      case 'derivative': {
        const [y, x] = [node.y, node.x].map((line: LineNode) => floatLine(this.#text, this.#words, line).size);
        for (const held of node.holding) lineNamed(this.#text, this.#words, held);
        return { kind: 'matrix', m: y ?? 0, n: x ?? 0 };
      }
      case 'negative':
        return this.sort(node.of, bound);
      case 'transpose':
        return this.#transposed(node, this.sort(node.of, bound));
      case 'slope':
        return this.#slope(node);
      case 'fold': {
        const kind = this.sort(node.body, [...bound, node.variable]);
        const extreme = node.op === 'max' || node.op === 'min';
        if (extreme && kind.kind !== 'number')
          throw this.#error(
            node.body,
            `${node.op} over steps takes numbers, this is ${describeKind(kind)}. Take its max, sum or norm.`,
          );
        if (node.op === 'prod' && kind.kind === 'matrix' && kind.m !== kind.n)
          throw this.#error(node.body, `factors must be square, this is ${describeKind(kind)}.`);
        return kind;
      }
      case 'call':
        return this.#call(node, bound);
      case 'binary':
        return node.op === '^' ? this.#power(node, bound) : this.#binary(node, bound);
    }
  }

  #ofType(node: Node, type: TensorType, what: string): Kind {
    const [m, n] = type.shape;
    if (m === undefined) return number;
    if (n === undefined) return { kind: 'vector', n: m };
    if (type.shape.length === 2) return { kind: 'matrix', m, n };
    throw this.#error(node, `${what} is ${formatType(type)}; numbers, vectors and matrices can be claimed about.`);
  }

  #ofName(node: Node & { kind: 'name' }, bound: readonly string[]): Kind {
    const { name } = node;
    if (bound.includes(name) || this.#times.has(name) || name === 'T') return number;
    const path = paramNamed(this.#text, this.#words, node);
    if (path !== undefined) return this.#ofType(node, this.#words.params.get(path) as TensorType, path); // just found
    if (name === 'I') return { kind: 'identity' };
    const { lines, params, cell } = this.#words;
    if (lines.has(name)) throw this.#error(node, `${name} is a line: write at which step, as in ${name}[t].`);
    const known = [...[...params.keys()].map(letterOf), ...lines.keys()];
    throw this.#error(
      node,
      `${cell} has no parameter ${name}.${suggestion(name, known)} Its parameters are ${[...params.keys()].map(letterOf).join(', ')}; its lines are ${[...lines.keys()].join(', ')}.`,
    );
  }

  #transposed(node: Node, kind: Kind): Kind {
    if (kind.kind === 'matrix') return { kind: 'matrix', m: kind.n, n: kind.m };
    if (kind.kind === 'identity') return kind;
    throw this.#error(node, `only a matrix has a transpose, this is ${describeKind(kind)}.`);
  }

  #slope(node: Node & { kind: 'slope' }): Kind {
    if (Object.hasOwn(largestSlope, node.activation)) return number;
    const known = Object.keys(largestSlope);
    throw this.#error(
      node,
      `the largest slope of ${node.activation} is not known.${suggestion(node.activation, known)} It is known of ${known.join(', ')}.`,
    );
  }

  #call(node: Node & { kind: 'call' }, bound: readonly string[]): Kind {
    const kinds = node.args.map((arg) => this.sort(arg, bound));
    const [first = number, second] = kinds;
    const { name } = node;
    const several = name === 'max' || name === 'min';
    if (second !== undefined && !several) throw this.#error(node, `${name} takes one argument, got ${kinds.length}.`);
    if (several) {
      const other = kinds.findIndex((kind) => kinds.length > 1 && kind.kind !== 'number');
      if (other >= 0)
        throw this.#error(
          node.args[other] ?? node,
          `${name} of several takes numbers, this is ${describeKind(kinds[other] ?? number)}.`,
        );
      return number;
    }
    if (isElementwise(name) || name === 'transpose') {
      if (name === 'transpose') return this.#transposed(node, first);
      if (first.kind === 'identity')
        throw this.#error(node, `${name} of the identity has no size here. Take it of diag(…).`);
      return first;
    }
    if (name === 'diag') {
      if (first.kind === 'number') return { kind: 'identity' };
      if (first.kind === 'vector') return { kind: 'matrix', m: first.n, n: first.n };
      throw this.#error(node, `diag takes a vector and makes it a matrix, this is ${describeKind(first)}.`);
    }
    if (name === 'sum' || name === 'prod') return number;
    if (name === 'norm') return number;
    if (first.kind !== 'matrix' && first.kind !== 'identity')
      throw this.#error(node, `${node.name} takes a matrix, this is ${describeKind(first)}.`);
    if ((name === 'ρ' || name === 'rho') && first.kind === 'matrix' && first.m !== first.n)
      throw this.#error(node, `only a square matrix has a spectral radius, this is ${describeKind(first)}.`);
    return number;
  }

  #power(node: Node & { kind: 'binary' }, bound: readonly string[]): Kind {
    const [base, exponent] = [this.sort(node.left, bound), this.sort(node.right, bound)];
    const bare = node.right.kind === 'name' && node.right.name === 'T' && this.#text[node.right.end] !== ')';
    if (base.kind === 'matrix' && bare)
      throw this.#error(
        node,
        'this is a power, T being the number of steps. For the transpose write ᵀ or transpose(…), for the power ^(T).',
      );
    if (exponent.kind !== 'number')
      throw this.#error(node.right, `an exponent is a number, this is ${describeKind(exponent)}.`);
    const steps = Object.fromEntries([...this.#times, ...bound, 'T'].map((name) => [name, 1]));
    if (constantOf(node.right, steps) === undefined)
      throw this.#error(node.right, 'an exponent is made of numbers and steps.');
    if (base.kind === 'matrix' && base.m !== base.n)
      throw this.#error(node.left, `only a square matrix has powers, this is ${describeKind(base)}.`);
    return base;
  }

  #binary(node: Node & { kind: 'binary' }, bound: readonly string[]): Kind {
    const [left, right] = [this.sort(node.left, bound), this.sort(node.right, bound)];
    const { op } = node;
    if (left.kind === 'number' && op !== '/' && (right.kind !== 'matrix' || (op !== '+' && op !== '-'))) {
      if (right.kind !== 'identity' || (op !== '+' && op !== '-')) return right;
    }
    if (right.kind === 'number' && (left.kind === 'vector' || op === '·' || op === '*' || op === '⊙' || op === '/'))
      return left;
    const product = op === '·' || op === '*' ? productOf(op, left, right) : undefined;
    if (product !== undefined) return product;
    if (left.kind === 'identity' && (right.kind === 'identity' || square(right)) && op !== '/')
      return op === '⊙' ? right : right;
    if (right.kind === 'identity' && square(left) && op !== '/') return left;
    if (op !== '·' && sameKind(left, right) && (left.kind === 'vector' || left.kind === 'matrix')) return left;
    const beside = `${describeKind(left)} ${op} ${describeKind(right)}`;
    throw this.#error(node, `shapes do not fit: ${beside}.${remedyFor(op, left, right)}`);
  }

  #error(node: Node, message: string): ClaimError {
    return new ClaimError(this.#text, node, message);
  }
}

/** Of matrices, and of a matrix and a vector; two vectors are multiplied by elements, with * or ⊙. */
function productOf(op: string, left: Kind, right: Kind): Kind | undefined {
  if (left.kind === 'matrix' && right.kind === 'matrix')
    return left.n === right.m ? { kind: 'matrix', m: left.m, n: right.n } : undefined;
  if (left.kind === 'matrix' && right.kind === 'vector')
    return left.n === right.n ? { kind: 'vector', n: left.m } : undefined;
  if (left.kind === 'vector' && right.kind === 'matrix')
    return left.n === right.m ? { kind: 'vector', n: right.n } : undefined;
  if (left.kind === 'identity' && right.kind !== 'number') return right;
  if (right.kind === 'identity' && left.kind !== 'number') return left;
  return op === '*' && left.kind === 'vector' && sameKind(left, right) ? left : undefined;
}

function remedyFor(op: string, left: Kind, right: Kind): string {
  if (op === '·' && left.kind === 'vector' && sameKind(left, right)) return ' The product by elements is ⊙ or *.';
  const [a, b] = [left.kind, right.kind];
  if ((op === '+' || op === '-') && (a === 'number' || b === 'number') && (a === 'matrix' || b === 'matrix'))
    return ' A number on the diagonal is written as a multiple of I.';
  if ((a === 'vector' && b === 'matrix') || (a === 'matrix' && b === 'vector'))
    return ' As a matrix, a vector is diag(…).';
  if (left.kind === 'matrix' && right.kind === 'matrix') {
    const isSum = op === '+' || op === '-';
    const turned = isSum ? left.m === right.n && left.n === right.m : left.n === right.n || left.m === right.m;
    if (turned) return ' A transpose is written ᵀ.';
  }
  return '';
}

const square = (kind: Kind): boolean => kind.kind === 'matrix' && kind.m === kind.n;

export const sameKind = (a: Kind, b: Kind): boolean =>
  a.kind === b.kind &&
  (a.kind !== 'vector' || b.kind !== 'vector' || a.n === b.n) &&
  (a.kind !== 'matrix' || b.kind !== 'matrix' || (a.m === b.m && a.n === b.n));

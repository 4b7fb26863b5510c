import { add, cast, contract, div, mul, neg, sub } from '@throughline/autograd';
import { full, type Tensor } from '@throughline/tensor';
import type { DerivativeNode, Node } from '../language/ast.ts';
import { constantOf, valueOfTime } from '../language/times.ts';
import type { Times } from '../meaning/domain.ts';
import { Evaluator, type Source } from '../meaning/evaluate.ts';
import type { Kind, Kinds } from '../meaning/kinds.ts';
import { spread } from '../meaning/value.ts';
import { Unprovable } from './unprovable.ts';

/** A matrix of a claim as what it does to vectors, so that no matrix is ever made: v·M from the left, M·v from the right. */
export type Side = 'left' | 'right';

/** Where a derivative's products with vectors come from. */
export interface OperatorSource extends Source {
  /** ct · ∂y/∂x. */
  pull(node: DerivativeNode, times: Times, ct: Tensor): Tensor;
}

/** Applies matrices of a claim to vectors [B, n]. @throws Unprovable for what has no rule. */
export class Operator {
  readonly #kinds: Kinds;
  readonly #source: OperatorSource;
  readonly #evaluator: Evaluator;

  constructor(kinds: Kinds, source: OperatorSource) {
    this.#kinds = kinds;
    this.#source = source;
    this.#evaluator = new Evaluator(kinds, source);
  }

  /** `columns`: the extent of the result, which 0 as a matrix does not say itself. */
  apply(node: Node, v: Tensor, side: Side, times: Times): Tensor {
    const kind = this.#kindOf(node);
    if (kind.kind === 'vector') throw new Unprovable('a vector stands where a matrix is expected');
    switch (node.kind) {
      case 'number':
        return mul(v, node.value);
      case 'name':
        return this.#named(node, v, side);
      case 'constant':
        return multiply(cast(node.value, 'float64'), v, side);
      case 'derivative':
        if (side === 'right') throw new Unprovable('a derivative is transposed');
        return this.#source.pull(node, times, v);
      case 'negative':
        return neg(this.apply(node.of, v, side, times));
      case 'transpose':
        return this.apply(node.of, v, side === 'left' ? 'right' : 'left', times);
      case 'call':
        return this.#call(node, v, side, times);
      case 'fold':
        return this.#fold(node, v, side, times);
      case 'binary':
        return this.#binary(node, v, side, times);
      default:
        throw new Unprovable('a part of it has no rule');
    }
  }

  #kindOf(node: Node): Kind {
    return this.#kinds.get(node) ?? { kind: 'number' };
  }

  #isMatrix(node: Node): boolean {
    const { kind } = this.#kindOf(node);
    return kind === 'matrix' || kind === 'identity';
  }

  #named(node: Node & { kind: 'name' }, v: Tensor, side: Side): Tensor {
    const param = this.#source.param(node);
    return param === undefined ? v : multiply(param, v, side);
  }

  #call({ name, args }: Node & { kind: 'call' }, v: Tensor, side: Side, times: Times): Tensor {
    const [of] = args as [Node]; // the parser read one
    if (name === 'transpose') return this.apply(of, v, side === 'left' ? 'right' : 'left', times);
    if (name !== 'diag') throw new Unprovable(`${name} of a matrix has no rule`);
    const { x } = this.#evaluator.evaluate(of, times);
    return mul(v, x.rank === 1 ? spread(x, 2) : x);
  }

  #fold({ op, variable, from, to, body }: Node & { kind: 'fold' }, v: Tensor, side: Side, times: Times): Tensor {
    const steps: number[] = [];
    for (let s = valueOfTime(from, times); s <= valueOfTime(to, times); s++) steps.push(s);
    const at = (s: number, x: Tensor): Tensor => this.apply(body, x, side, { ...times, [variable]: s });
    if (op === 'sum') return steps.map((s) => at(s, v)).reduce((a, b) => add(a, b), mul(v, 0));
    // The latest factor stands first, so from the left it comes first.
    return (side === 'left' ? steps.toReversed() : steps).reduce((x, s) => at(s, x), v);
  }

  #binary(node: Node & { kind: 'binary' }, v: Tensor, side: Side, times: Times): Tensor {
    const { op, left, right } = node;
    if (op === '^') {
      const exponent = constantOf(right, times) ?? Number.NaN;
      if (!(exponent >= 0 && exponent <= 64)) throw new Unprovable('a power has no rule');
      let x = v;
      for (let i = 0; i < exponent; i++) x = this.apply(left, x, side, times);
      return x;
    }
    const [a, b] = [this.#isMatrix(left), this.#isMatrix(right)];
    if (op === '+' || op === '-') {
      const f = op === '+' ? add : sub;
      return f(this.apply(left, v, side, times), this.apply(right, v, side, times));
    }
    if (a && b) {
      if (op === '⊙' || op === '/') throw new Unprovable(`${op} of matrices has no rule`);
      const [first, second] = side === 'left' ? [left, right] : [right, left];
      return this.apply(second, this.apply(first, v, side, times), side, times);
    }
    const [matrix, number] = a ? [left, right] : [right, left];
    const { x } = this.#evaluator.evaluate(number, times);
    const applied = this.apply(matrix, v, side, times);
    return op === '/' ? div(applied, spread(x, 2)) : mul(applied, spread(x, 2));
  }
}

const multiply = (matrix: Tensor, v: Tensor, side: Side): Tensor =>
  contract(side === 'left' ? 'bi,ij->bj' : 'bj,ij->bi', v, matrix);

/** The matrix 0 with n columns, applied from the left. */
export const zeroFor = (v: Tensor, n: number): Tensor => full([v.shape[0] ?? 0, n], 0);

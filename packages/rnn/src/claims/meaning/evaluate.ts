import { add, broadcastTo, cast, div, mul, neg, sub } from '@throughline/autograd';
import { full, type Tensor } from '@throughline/tensor';
import type { BinaryOp, DerivativeNode, Node } from '../language/ast.ts';
import { isElementwise, largestSlope } from '../language/functions.ts';
import { constantOf, valueOfTime } from '../language/times.ts';
import type { Times } from './domain.ts';
import type { Kinds } from './kinds.ts';
import {
  byMatrix,
  diagonalMatrix,
  functions,
  identityMatrix,
  largestSingularValue,
  length2,
  numberValue,
  pairwise,
  perRow,
  power,
  product,
  reduceRow,
  spectralRadius,
  spread,
  transposed,
  type Value,
} from './value.ts';

/** Where the numbers of a claim come from: a run, numeric or traced. */
export interface Source {
  /** Rows of the batch. */
  readonly rows: number;
  /** A line's value, [B, elements]. */
  line(name: string, t: number): Tensor;
  /** A parameter by the name in the claim, or undefined. */
  param(node: Node & { kind: 'name' }): Tensor | undefined;
  /** [B, elements of y, elements of x]. */
  derivative(node: DerivativeNode, times: Times): Tensor;
}

/** The value of an expression. */
export class Evaluator {
  readonly #kinds: Kinds;
  readonly #source: Source;

  constructor(kinds: Kinds, source: Source) {
    this.#kinds = kinds;
    this.#source = source;
  }

  /** With the identity's size taken from `like`, where there is one. */
  evaluate(node: Node, times: Times): Value {
    const { rows } = this.#source;
    switch (node.kind) {
      case 'number':
        return numberValue(node.value, rows);
      case 'slope':
        return numberValue(largestSlope[node.activation] ?? Number.NaN, rows);
      case 'constant':
        return this.#shared(cast(node.value, 'float64'));
      case 'name':
        return this.#name(node, times);
      case 'line':
        return { kind: 'vector', x: this.#source.line(node.name, valueOfTime(node.time, times)) };
      case 'derivative':
        return { kind: 'matrix', x: this.#source.derivative(node, times) };
      case 'negative': {
        const { kind, x } = this.evaluate(node.of, times);
        return { kind, x: neg(x) };
      }
      case 'transpose':
        return transposeValue(this.evaluate(node.of, times));
      case 'fold':
        return this.#fold(node, times);
      case 'call':
        return this.#call(
          node.name,
          node.args.map((arg) => this.evaluate(arg, times)),
        );
      case 'binary':
        return this.#binary(node, times);
    }
  }

  /** A tensor that all rows share. */
  #shared(x: Tensor): Value {
    const { rows } = this.#source;
    if (x.rank === 2) return { kind: 'matrix', x };
    return { kind: x.rank === 1 ? 'vector' : 'number', x: broadcastTo(x, [rows, ...x.shape]) };
  }

  #name(node: Node & { kind: 'name' }, times: Times): Value {
    const { rows } = this.#source;
    const time = times[node.name];
    if (time !== undefined) return numberValue(time, rows);
    const param = this.#source.param(node);
    return param === undefined ? { kind: 'identity', x: full([rows], 1) } : this.#shared(param);
  }

  #fold({ op, variable, from, to, body }: Node & { kind: 'fold' }, times: Times): Value {
    const values: Value[] = [];
    for (let s = valueOfTime(from, times); s <= valueOfTime(to, times); s++)
      values.push(this.evaluate(body, { ...times, [variable]: s }));
    if (values.length === 0) return this.#empty(op, body);
    return values.reduce((soFar, next) => {
      // Later factors stand on the left, as in the chain rule.
      if (op === 'prod') return combine('*', next, soFar, this.#source.rows);
      if (op === 'sum') return combine('+', soFar, next, this.#source.rows);
      return { kind: 'number', x: pairwise[op](soFar.x, next.x) };
    });
  }

  #empty(op: string, body: Node): Value {
    const { rows } = this.#source;
    const kind = this.#kinds.get(body) ?? { kind: 'number' };
    const fill = { prod: 1, sum: 0, max: Number.NEGATIVE_INFINITY, min: Number.POSITIVE_INFINITY }[op] ?? 0;
    if (kind.kind === 'vector') return { kind: 'vector', x: full([rows, kind.n], fill) };
    if (kind.kind === 'number') return numberValue(fill, rows);
    if (op === 'prod') return { kind: 'identity', x: full([rows], 1) };
    return kind.kind === 'matrix'
      ? { kind: 'matrix', x: full([rows, kind.m, kind.n], 0) }
      : { kind: 'identity', x: full([rows], 0) };
  }

  #call(name: string, args: readonly Value[]): Value {
    const { rows } = this.#source;
    const [value] = args as [Value, ...Value[]]; // the parser read at least one
    if (isElementwise(name)) return { kind: value.kind, x: functions[name](value.x) };
    if (name === 'transpose') return transposeValue(value);
    if (name === 'diag') {
      return value.kind === 'number'
        ? { kind: 'identity', x: value.x }
        : { kind: 'matrix', x: diagonalMatrix(value.x) };
    }
    const number = (x: Tensor): Value => ({ kind: 'number', x });
    if (name === 'max' || name === 'min') {
      const reduced = args.map((arg) => reduceRow(name, { ...arg, x: perRow(arg, rows) }));
      return number(reduced.reduce(pairwise[name]));
    }
    if (name === 'sum' || name === 'prod') return number(reduceRow(name, { ...value, x: perRow(value, rows) }));
    if (value.kind === 'identity' || value.kind === 'number') return number(functions.abs(value.x));
    if (name === 'norm' && value.kind === 'vector') return number(length2(value.x));
    return number(byMatrix(value, rows, name === 'ρ' || name === 'rho' ? spectralRadius : largestSingularValue));
  }

  #binary(node: Node & { kind: 'binary' }, times: Times): Value {
    const { rows } = this.#source;
    const left = this.evaluate(node.left, times);
    if (node.op === '^') return raise(left, constantOf(node.right, times) ?? Number.NaN, rows);
    return combine(node.op, left, this.evaluate(node.right, times), rows);
  }
}

const transposeValue = ({ kind, x }: Value): Value => ({ kind, x: kind === 'matrix' ? transposed(x) : x });

/** Whole exponents of matrices are products; of everything else, elements are raised. */
function raise(base: Value, e: number, rows: number): Value {
  if (base.kind !== 'matrix') return { kind: base.kind, x: power(base.x, e) };
  let result: Value = { kind: 'identity', x: full([rows], 1) };
  for (let i = 0; i < e; i++) result = combine('·', result, base, rows);
  return result;
}

type Operation = Exclude<BinaryOp, '^'>;
const operations: Readonly<Record<Operation, (a: Tensor, b: Tensor) => Tensor>> = {
  '+': add,
  '-': sub,
  '·': mul,
  '*': mul,
  '⊙': mul,
  '/': div,
};

/** One operation on two values that fit. */
export function combine(op: Operation, left: Value, right: Value, rows: number): Value {
  const f = operations[op];
  const multiplies = op === '·' || op === '*';
  const [a, b] = [left.kind, right.kind];
  if (a === 'identity' && b === 'identity') return { kind: a, x: f(left.x, right.x) };
  if (a === 'number' || b === 'number') return withNumber(f, left, right, rows);
  if (multiplies && a === 'identity') return combine('*', { kind: 'number', x: left.x }, right, rows);
  if (multiplies && b === 'identity') return combine('*', { kind: 'number', x: right.x }, left, rows);
  if (multiplies && (a === 'matrix' || b === 'matrix')) return product(left, right);
  if (a === 'vector') return { kind: a, x: f(left.x, right.x) };
  const n = (a === 'matrix' ? left : right).x.shape.at(-1) ?? 0;
  const full_ = (value: Value): Tensor =>
    value.kind === 'identity' ? identityMatrix(value.x, n) : perRow(value, rows);
  return { kind: 'matrix', x: f(full_(left), full_(right)) };
}

/** A number beside anything: it is the same for every element. */
function withNumber(f: (a: Tensor, b: Tensor) => Tensor, left: Value, right: Value, rows: number): Value {
  if (left.kind === right.kind) return { kind: 'number', x: f(left.x, right.x) };
  const other = left.kind === 'number' ? right : left;
  const whole = perRow(other, rows);
  const number = (value: Value): Tensor => (value === other ? whole : spread(value.x, whole.rank));
  return { kind: other.kind, x: f(number(left), number(right)) };
}

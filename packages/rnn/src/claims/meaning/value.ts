import {
  abs,
  at,
  broadcastTo,
  contract,
  div,
  exp,
  log,
  max,
  maximum,
  min,
  minimum,
  mul,
  pow,
  reshape,
  sigmoid,
  sqrt,
  stack,
  sum,
  tanh,
  transpose,
} from '@throughline/autograd';
import { singularValues, spectralRadius } from '@throughline/autograd/linalg';
import { full, type Tensor, tensor } from '@throughline/tensor';
import type { Elementwise } from '../language/functions.ts';

/**
 * A value of a claim for every row of a batch: numbers are [B], vectors [B, n], matrices [B, m, n], and [m, n] where all
 * rows share one. Of the identity only its factor is known.
 */
export interface Value {
  readonly kind: 'number' | 'vector' | 'matrix' | 'identity';
  readonly x: Tensor;
}

export const functions: Readonly<Record<Elementwise, (x: Tensor) => Tensor>> = { tanh, sigmoid, exp, log, sqrt, abs };

/** The same number in every row. */
export const numberValue = (value: number, rows: number): Value => ({ kind: 'number', x: full([rows], value) });

/** A number with as many axes as what it multiplies. */
export const spread = (x: Tensor, rank: number): Tensor =>
  reshape(x, [...x.shape, ...new Array<number>(rank - 1).fill(1)]);

/** The matrix with rows of its own. */
export function perRow({ kind, x }: Value, rows: number): Tensor {
  return kind === 'matrix' && x.rank === 2 ? broadcastTo(x, [rows, ...x.shape]) : x;
}

/** Factor · I as matrices [B, n, n]. */
export const identityMatrix = (factor: Tensor, n: number): Tensor => mul(spread(factor, 3), eye(n));

export const eye = (n: number): Tensor =>
  tensor(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => (i === j ? 1 : 0))));

/** Vectors [B, n] on the diagonals of matrices [B, n, n]. */
export function diagonalMatrix(x: Tensor): Tensor {
  const [rows = 0, n = 0] = x.shape;
  return mul(reshape(x, [rows, n, 1]), eye(n));
}

/** Matrix · matrix, matrix · vector, vector · matrix. */
export function product(left: Value, right: Value): Value {
  const a = left.kind === 'vector' ? 'bi' : left.x.rank === 2 ? 'ij' : 'bij';
  const inner = a.slice(-1);
  const b = right.kind === 'vector' ? `b${inner}` : right.x.rank === 2 ? `${inner}k` : `b${inner}k`;
  const batch = a.startsWith('b') || b.startsWith('b') ? 'b' : '';
  const row = left.kind === 'matrix' ? 'i' : '';
  const column = right.kind === 'matrix' ? 'k' : '';
  const x = contract(`${a},${b}->${batch}${row}${column}`, left.x, right.x);
  return { kind: row !== '' && column !== '' ? 'matrix' : 'vector', x };
}

export const transposed = (x: Tensor): Tensor => transpose(x, x.rank === 2 ? [1, 0] : [0, 2, 1]);

/** By binary powers for whole exponents, so that no rounding of a logarithm enters. */
export function power(x: Tensor, exponent: number): Tensor {
  if (!Number.isInteger(exponent)) return pow(x, exponent);
  let result: Tensor | undefined;
  for (let rest = Math.abs(exponent), square = x; rest > 0; rest = Math.floor(rest / 2), square = mul(square, square))
    if (rest % 2 === 1) result = result === undefined ? square : mul(result, square);
  const whole = result ?? full(x.shape, 1, 'float64');
  return exponent < 0 ? div(1, whole) : whole;
}

/** Something of every row's matrix. */
export const byMatrix = (value: Value, rows: number, f: (matrix: Tensor) => Tensor): Tensor => {
  const x = perRow(value, rows);
  return stack(Array.from({ length: rows }, (_, row) => f(at(x, row))));
};

export const largestSingularValue = (x: Tensor): Tensor => at(singularValues(x), 0);
export { spectralRadius };

/** √Σx² of each row, without squares that leave the range. */
export function length2(x: Tensor): Tensor {
  const largest = maximum(max(abs(x), [1]), 1e-300);
  const scaled = div(x, spread(largest, 2));
  return mul(largest, sqrt(sum(mul(scaled, scaled), [1])));
}

/** max, min or sum of a row's elements. */
export function reduceRow(op: 'max' | 'min' | 'sum' | 'prod', { kind, x }: Value): Tensor {
  if (kind === 'number') return x;
  const rows = x.shape[0] ?? 0;
  const flat = reshape(x, [rows, rows === 0 ? 0 : x.size / rows]);
  if (op === 'sum') return sum(flat, [1]);
  if (op === 'max') return max(flat, [1]);
  if (op === 'min') return min(flat, [1]);
  return Array.from({ length: flat.shape[1] ?? 0 }, (_, i) => at(flat, i, 1)).reduce((a, b) => mul(a, b));
}

export const pairwise: Readonly<Record<'max' | 'min', (a: Tensor, b: Tensor) => Tensor>> = {
  max: maximum,
  min: minimum,
};

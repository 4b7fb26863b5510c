/** @file What running sums add up: products, products with constants, other terms, views and sums of these. */
import type { Tensor } from '@throughline/tensor';
import {
  add,
  broadcastTo,
  concat,
  contract,
  div,
  expandDims,
  flip,
  matmul,
  mul,
  neg,
  pad,
  reshape,
  sqrt,
  square,
  sub,
  sum,
  tanh,
  transpose,
} from '../../index.ts';

/** What a step is given beside its values. */
export interface Given {
  readonly U: Tensor; // [H, H]
  readonly V: Tensor; // [H, H]
  readonly gain: Tensor; // [H]
  readonly shift: Tensor; // [H]
  readonly x: Tensor; // [B, H]
  readonly flag: Tensor; // bool []
  readonly n: Tensor; // int32 [], below 4
}

/** What is added at a step, of two [B, H]. */
interface Term {
  readonly of: (a: Tensor, b: Tensor, given: Given) => Tensor;
  /** A letter per axis: see `shapeOf`. */
  readonly shape: string;
}

/** Extents by letter: rows, units, units twice, units squared, all of a value, units and one. */
export const shapeOf = (letters: string, { B, H }: { readonly B: number; readonly H: number }): number[] =>
  [...letters].map((letter) => ({ B, H, D: 2 * H, S: H * H, A: B * H, P: H + 1 })[letter] ?? 0);

const outer = (a: Tensor, b: Tensor): Tensor => contract('bi,bj->ij', a, b);
const byUnit = (a: Tensor, b: Tensor): Tensor => contract('bi,bi->i', a, b);

const products = {
  product: { of: outer, shape: 'HH' },
  square: { of: (a) => outer(a, a), shape: 'HH' },
  pairs: { of: (a, b) => contract('bi,ci->bc', a, b), shape: 'BB' },
  inner: { of: (a, b) => contract('bi,bi->', a, b), shape: '' },
  byUnit: { of: byUnit, shape: 'H' },
  byRow: { of: (a, b) => contract('bi,bi->b', a, b), shape: 'B' },
  nothingSummed: { of: (a, b) => contract('bi,bj->bij', a, b), shape: 'BHH' },
  withInput: { of: (a, _, { x }) => outer(x, a), shape: 'HH' },
  ofInput: { of: (_, __, { x }) => outer(x, x), shape: 'HH' },
  withConstant: { of: (a, _, { U }) => contract('bi,ij->bj', a, U), shape: 'BH' },
  ofConstants: { of: (_, __, { U, V }) => matmul(U, V), shape: 'HH' },
  scaled: { of: (a, b) => mul(outer(a, b), 0.5), shape: 'HH' },
} satisfies Record<string, Term>;

const others = {
  elementwise: { of: (a, b) => mul(a, b), shape: 'BH' },
  itself: { of: (a) => a, shape: 'BH' },
  input: { of: (_, __, { x }) => x, shape: 'BH' },
  constant: { of: (_, __, { U }) => U, shape: 'HH' },
  quotient: { of: (a, b) => div(a, add(square(b), 0.5)), shape: 'BH' },
  root: { of: (a) => sqrt(add(square(a), 0.1)), shape: 'BH' },
  overRows: { of: (a) => sum(a, [0]), shape: 'H' },
  overRowsOfInput: { of: (_, __, { x }) => sum(x, [0]), shape: 'H' },
  overUnits: { of: (a, b) => sum(mul(a, b), [1]), shape: 'B' },
  overAll: { of: (a) => sum(tanh(a)), shape: '' },
  repeated: { of: (a) => broadcastTo(sum(a, [0], { keepDims: true }), a.shape), shape: 'BH' },
} satisfies Record<string, Term>;

const views = {
  transposed: { of: (a, b) => transpose(contract('bj,bi->ji', b, a)), shape: 'HH' },
  transposedTerm: { of: (a) => transpose(tanh(a)), shape: 'HB' },
  reshaped: { of: (a, b, { gain }) => reshape(outer(a, b), [gain.size * gain.size]), shape: 'S' },
  reshapedTerm: { of: (a, b) => reshape(mul(a, b), [a.size]), shape: 'A' },
  flipped: { of: (a, b) => flip(outer(a, b), 0), shape: 'HH' },
  joined: { of: (a, b) => concat([outer(a, b), outer(b, b)]), shape: 'DH' },
  joinedWithTerm: { of: (a, b) => concat([byUnit(a, b), sum(a, [0])]), shape: 'D' },
  padded: { of: (a, b) => pad(byUnit(a, b), [1], [0]), shape: 'P' },
} satisfies Record<string, Term>;

const combined = {
  difference: { of: (a, b) => sub(outer(a, b), outer(b, a)), shape: 'HH' },
  differenceOfTerms: { of: (a, b) => sub(mul(a, b), tanh(a)), shape: 'BH' },
  transposedDifference: { of: (a, b) => transpose(sub(outer(a, b), transpose(outer(a, a)))), shape: 'HH' },
  negative: { of: (a, b) => neg(outer(a, b)), shape: 'HH' },
  productAndSum: { of: (a, b) => add(byUnit(a, b), sum(tanh(a), [0])), shape: 'H' },
  productLessSum: { of: (a, b) => sub(byUnit(a, a), neg(sum(mul(a, b), [0]))), shape: 'H' },
  productAndInput: { of: (a, b, { x }) => add(sum(x, [0]), byUnit(a, b)), shape: 'H' },
  productAndConstant: { of: (a, b, { gain }) => add(byUnit(a, b), gain), shape: 'H' },
  productAndElements: {
    of: (a, b, { gain }) => add(outer(a, b), mul(expandDims(sum(a, [0]), 1), expandDims(gain, 0))),
    shape: 'HH',
  },
  withConstantAndElements: { of: (a, b, { U }) => add(mul(a, b), matmul(a, U)), shape: 'BH' },
  productOfProduct: { of: (a, b, { V }) => add(outer(a, b), matmul(outer(b, a), V)), shape: 'HH' },
} satisfies Record<string, Term>;

export const terms = { ...products, ...others, ...views, ...combined };

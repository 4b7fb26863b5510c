import {
  add,
  grad,
  key,
  matmul,
  mul,
  type Program,
  scan,
  sigmoid,
  slice,
  split,
  sum,
  tanh,
  trace,
} from '@throughline/autograd';
import { bodiesOf } from '@throughline/autograd/back-end';
import { type Tensor, zeros } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { gru, gruResetBefore, lstm, unroll } from '../../../rnn/src/index.ts';
import { optimise } from './index.ts';

/** The number of products in each loop's body, then outside. */
function products(program: Program): number[] {
  const own = program.equations.filter(({ primitive }) => primitive.name === 'contract').length;
  return [...program.equations.flatMap((equation) => bodiesOf(equation).flatMap(([, body]) => products(body))), own];
}

const dims = { I: 3, H: 5 };
const xs = zeros([7, 4, 3]);

function ofCell(cell: typeof lstm, reassociate: boolean): number[] {
  const loss = (params: ReturnType<typeof lstm.init>, x: Tensor) => {
    const { out } = unroll(cell, params, x);
    return sum(mul(out, out));
  };
  const program = trace(
    (params: ReturnType<typeof lstm.init>, x: Tensor) => grad(loss)(params, x),
    cell.init(key(1), dims),
    xs,
  );
  return products(optimise(program, { reassociate }).program);
}

/** The same LSTM with one matrix for all gates, as somebody would write it who thinks of speed. */
function tidy(cut: (all: Tensor) => Tensor[], reassociate: boolean): number[] {
  const loss = ({ W, U, b }: { W: Tensor; U: Tensor; b: Tensor }, x: Tensor) => {
    const start = { h: zeros([4, 5]), c: zeros([4, 5]) };
    const { ys } = scan(
      ({ h, c }: typeof start, row: Tensor) => {
        const all = add(add(matmul(row, W), matmul(h, U)), b);
        const [f, i, o, g] = cut(all) as [Tensor, Tensor, Tensor, Tensor]; // four gates
        const next = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)));
        const out = mul(sigmoid(o), tanh(next));
        return { carry: { h: out, c: next }, y: out };
      },
      start,
      x,
    );
    return sum(mul(ys, ys));
  };
  const program = trace((p, x) => grad(loss)(p, x), { W: zeros([3, 20]), U: zeros([5, 20]), b: zeros([20]) }, xs);
  return products(optimise(program, { reassociate }).program);
}

test('an LSTM of eight products has one per step, forward and back, and three for all steps, as a tidy one has', () => {
  expect(ofCell(lstm, true)).toEqual([1, 1, 3]);
  expect(tidy((all) => split(all, [5, 5, 5, 5], 1), true)).toEqual([1, 1, 3]);
  const slices = (all: Tensor) => [0, 5, 10, 15].map((start) => slice(all, [0, start], [4, start + 5]));
  expect(tidy(slices, true)).toEqual([1, 1, 3]);
});

test('without another order of sums its hidden cotangents are four products, its weight gradients two in the loop', () => {
  expect(ofCell(lstm, false)).toEqual([1, 6, 1]);
});

test('a GRU has one product per step, one more where its reset gate stands before it', () => {
  const cell = (other: unknown) => other as typeof lstm; // unroll takes any cell
  expect(ofCell(cell(gru), true)).toEqual([1, 1, 3]);
  expect(ofCell(cell(gruResetBefore), true)).toEqual([2, 2, 4]);
});

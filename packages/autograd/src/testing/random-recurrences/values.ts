/** @file What steps compute: values of [B, H] from two others, with choices, loops and loops in loops inside. */
import { type Tensor, zeros } from '@throughline/tensor';
import { cond, whileLoop } from '../../control/index.ts';
import {
  add,
  broadcastTo,
  contract,
  div,
  exp,
  expandDims,
  flip,
  less,
  matmul,
  mean,
  mul,
  neg,
  reshape,
  scan,
  sigmoid,
  sqrt,
  square,
  sub,
  sum,
  tanh,
  transpose,
} from '../../index.ts';
import type { Given } from './terms.ts';

type Op = (a: Tensor, b: Tensor, given: Given) => Tensor;

const meanOf = (a: Tensor): Tensor => (a.size === 0 ? a : mean(a, 1, { keepDims: true }));
const deviationOf = (centred: Tensor): Tensor => sqrt(add(meanOf(square(centred)), 0.1));

/** A loop over the units of a, which captures b; it adds up a product and a term. */
const loopOver =
  (reverse: boolean): Op =>
  (a, b) => {
    const captured = tanh(sum(b, [1]));
    const { carry, ys } = scan(
      ({ h, total, sums }: Record<'h' | 'total' | 'sums', Tensor>, v: Tensor) => {
        const next = tanh(add(mul(h, captured), v));
        return {
          carry: { h: next, total: add(contract('i,j->ij', v, next), total), sums: add(sums, mul(v, h)) },
          y: mul(h, v),
        };
      },
      { h: captured, total: contract('i,j->ij', captured, captured), sums: zeros([...captured.shape], a.dtype) },
      transpose(a),
      { reverse },
    );
    const rows = expandDims(add(carry.h, add(sum(carry.total, [0]), carry.sums)), 1);
    return add(transpose(ys), mul(a, rows));
  };

/** As often as the step's number says. */
const times = (f: (x: Tensor) => Tensor, x: Tensor, { n }: Given): Tensor =>
  whileLoop(
    ({ left }) => less(0, left),
    ({ left, x }) => ({ left: sub(left, 1), x: f(x) }),
    { left: n, x },
    { maxSteps: 3 },
  ).x;

const inLoop: Op = (a, b, given) => {
  const { carry, ys } = scan(
    (h: Tensor, v: Tensor) => {
      const next = tanh(add(loopOver(false)(a, mul(h, v), given), h));
      return { carry: next, y: sum(next) };
    },
    b,
    given.gain,
  );
  return add(carry, sum(ys));
};

const chosen: Op = (a, b, { flag, U }) =>
  cond(
    flag,
    () => tanh(matmul(a, U)),
    () => mul(a, b),
  );

export const ops = {
  add,
  sub,
  mul,
  neg,
  tanh,
  sigmoid,
  exp: (a) => exp(neg(square(a))),
  product: (a, _, { U }) => matmul(a, U),
  back: (a, _, { U }) => matmul(a, transpose(U)),
  affine: (a, _, { U, V, x, shift }) => add(add(matmul(x, V), matmul(a, U)), shift),
  gain: (a, _, { gain, shift }) => add(mul(a, gain), shift),
  gated: (a, b, { U, V }) => mul(sigmoid(matmul(a, U)), tanh(matmul(b, V))),
  attention: (a, b) => matmul(tanh(contract('bh,ch->bc', a, b)), a),
  centred: (a) => sub(a, meanOf(a)),
  deviation: (a) => broadcastTo(deviationOf(a), a.shape),
  normed: (a, _, { gain, shift }) => {
    const centred = sub(a, meanOf(a));
    return add(mul(div(centred, deviationOf(centred)), gain), shift);
  },
  normedForTwo: (a, b) => {
    const centred = sub(a, meanOf(a));
    const normed = div(centred, deviationOf(centred));
    return add(mul(normed, b), mul(normed, centred));
  },
  quotient: (a, b) => div(a, add(square(b), 0.5)),
  quotientForTwo: (a, b) => {
    const quotient = div(a, add(square(b), 0.5));
    return sub(mul(quotient, b), add(quotient, sum(quotient, [0])));
  },
  reciprocal: (a, b) => mul(div(1, add(square(a), 0.5)), b),
  root: (a) => sqrt(add(square(a), 0.1)),
  rootForTwo: (a, b) => {
    const root = sqrt(add(square(a), 0.1));
    return add(div(b, root), mul(root, a));
  },
  share: (a) => div(exp(tanh(a)), add(sum(exp(tanh(a)), [1], { keepDims: true }), 0.1)),
  overRows: (a, b) => add(a, sum(b, [0])),
  flipped: (a, b) => add(flip(a, 1), flip(b, 0)),
  flat: (a, b) => reshape(add(reshape(a, [a.size]), reshape(b, [b.size])), a.shape),
  loop: loopOver(false),
  loopBack: loopOver(true),
  loopInLoop: inLoop,
  chosen,
  handedOn: (a, b, { flag }) =>
    cond(
      flag,
      () => a,
      () => b,
    ),
  loopInChoice: (a, b, given) =>
    cond(
      given.flag,
      () => loopOver(false)(a, b, given),
      () => loopOver(true)(b, a, given),
    ),
  while: (a, b, given) => times((x) => tanh(add(matmul(x, given.U), b)), a, given),
  loopInWhile: (a, b, given) => times((x) => tanh(loopOver(false)(x, b, given)), a, given),
  choiceInWhile: (a, b, given) => times((x) => chosen(x, b, given), a, given),
} satisfies Record<string, Op>;

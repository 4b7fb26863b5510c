import {
  at,
  type Cell,
  concat,
  type FloatType,
  full,
  type GateParams,
  type ParamSpecs,
  type ParamsOf,
  type StateSpec,
  type Taps,
  type Tensor,
  unroll,
} from 'throughline';
import {
  type BidirectionalParams,
  bidirectional,
  cosineCell,
  gru,
  linearRecurrenceCell,
  naiveLstm,
  peepholeLstm,
  tidyLstm,
} from '../cells/index.ts';
import type { Size } from './sizes.ts';
import { values } from './values.ts';

/** A net that a workload trains: its parameters at a size, and its output after the last step. */
export interface Net<P> {
  readonly name: string;
  params(size: Size, dtype: FloatType): P;
  /** The last row of the output: xs [T, B, I] → [B, width]. */
  last(params: P, xs: Tensor): Tensor;
  /** Of the last row. */
  width(size: Size): number;
}

/** Weights of the gate numbered `number`, which a peer computes too. */
function gateAt(number: number, { I, H }: Size, dtype: FloatType): GateParams {
  const draw = (which: number, shape: readonly number[]): Tensor =>
    values(10 * number + which, shape, H ** -0.5, dtype);
  return { W: draw(1, [I, H]), U: draw(2, [H, H]), b: draw(3, [H]) };
}

const lstmGates = (size: Size, dtype: FloatType, first = 0): Record<'i' | 'f' | 'g' | 'o', GateParams> => ({
  i: gateAt(first, size, dtype),
  f: gateAt(first + 1, size, dtype),
  g: gateAt(first + 2, size, dtype),
  o: gateAt(first + 3, size, dtype),
});

function net<P extends ParamSpecs, S extends StateSpec, T extends Taps>(
  cell: Cell<P, S, T>,
  params: (size: Size, dtype: FloatType) => ParamsOf<P>,
): Net<ParamsOf<P>> {
  return { name: cell.name, params, last: (p, xs) => at(unroll(cell, p, xs).out, -1), width: ({ H }) => H };
}

export const tidy = net(tidyLstm, (size, dtype) => {
  const gates = Object.values(lstmGates(size, dtype));
  return {
    W: concat(
      gates.map(({ W }) => W),
      1,
    ),
    U: concat(
      gates.map(({ U }) => U),
      1,
    ),
    b: concat(gates.map(({ b }) => b)),
  };
});

export const naive = net(naiveLstm, (size, dtype) => lstmGates(size, dtype));

export const peephole = net(peepholeLstm, (size, dtype) => {
  const { H } = size;
  const rows = (seed: number, count: number, scale: number): Tensor[] =>
    Array.from({ length: count }, (_, n) => at(values(seed, [count, H], scale, dtype), n));
  const [i, f, o] = rows(101, 3, H ** -0.5) as [Tensor, Tensor, Tensor]; // three were asked for
  const norms = rows(102, 5, 0.1).map((shift) => ({ gain: full([H], 1, dtype), shift }));
  type Norm = (typeof norms)[number];
  const [ni, nf, ng, no, nc] = norms as [Norm, Norm, Norm, Norm, Norm]; // five were asked for
  return { ...lstmGates(size, dtype), peep: { i, f, o }, norm: { i: ni, f: nf, g: ng, o: no, c: nc } };
});

export const gruNet = net(gru, (size, dtype) => ({
  r: gateAt(0, size, dtype),
  z: gateAt(1, size, dtype),
  n: gateAt(2, size, dtype),
}));

export const recurrence = net(linearRecurrenceCell, ({ I, H }, dtype) => ({
  a: values(1, [H], 3, dtype),
  b: values(2, [H], 1, dtype),
  W: values(3, [I, H], I ** -0.5, dtype),
}));

export const cosine = net(cosineCell, (size, dtype) => {
  const { W, U, b } = gateAt(0, size, dtype);
  const vector = (seed: number): Tensor => values(seed, [size.H], 1, dtype);
  return { m: { W, U, alpha: vector(51), beta: vector(52), gamma: vector(53), b }, r: gateAt(1, size, dtype) };
});

export const twoWays: Net<BidirectionalParams> = {
  name: 'bidirectional',
  params(size, dtype) {
    const above = { ...size, I: 2 * size.H };
    return {
      first: { forward: lstmGates(size, dtype, 0), backward: lstmGates(size, dtype, 4) },
      second: { forward: lstmGates(above, dtype, 8), backward: lstmGates(above, dtype, 12) },
    };
  },
  last: (p, xs) => at(bidirectional(p, xs), -1),
  width: ({ H }) => 2 * H,
};

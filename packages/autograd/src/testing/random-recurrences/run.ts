/** @file A random recurrence as a function of its arguments. */
import { full, type Tensor, zeros } from '@throughline/tensor';
import { cond, whileLoop } from '../../control/index.ts';
import { add, broadcastTo, contract, flatten, less, mul, neg, scan, sub, sum, tanh } from '../../index.ts';
import type { Arguments, Recurrence, Total } from './net.ts';
import { type Given, shapeOf, terms } from './terms.ts';
import { ops } from './values.ts';

type Carry = Arguments['start'] & { readonly unread: Tensor; readonly totals: readonly Tensor[] };
type Row = Arguments['xs'] & Arguments['marks'];

/** The value that a number chooses. */
const pick = (values: readonly Tensor[], i: number): Tensor => values[i % values.length] as Tensor; // never empty

/** A scalar of tensors, unequal in its elements. */
export const scoreOf = (leaves: readonly Tensor[], dtype: Recurrence['dtype']): Tensor =>
  leaves.map((leaf) => sum(mul(tanh(leaf), add(leaf, 0.3)))).reduce(add, zeros([], dtype));

function startOf({ term, start }: Total, given: Tensor, { sizes, dtype }: Recurrence): Tensor {
  const shape = shapeOf(terms[term].shape, sizes);
  if (start === 'zero') return zeros(shape, dtype);
  if (start === 'constant') return full(shape, 0.75, dtype);
  return start === 'argument' ? given : mul(given, 0.5);
}

/** All that a step has made: what it was given, what its lines made of it. */
function valuesOf({ lines, totals }: Recurrence, carry: Carry, { x, z }: Row, given: Given): Tensor[] {
  const read = totals.flatMap(({ reader }, i) => (reader === 'step' ? [pick(carry.totals, i)] : []));
  const values = [carry.h, carry.c, carry.p, carry.kept, z];
  for (const total of read) values.push(broadcastTo(tanh(sum(total)), x.shape));
  for (const { op, a, b } of lines) values.push(ops[op](pick(values, a), pick(values, b), given));
  return values;
}

function nextOf(net: Recurrence, carry: Carry, values: readonly Tensor[], given: Given): Carry {
  const [before, last] = values.slice(-2) as [Tensor, Tensor]; // five at least
  const state = [tanh(add(last, mul(carry.h, 0.5))), tanh(add(carry.c, before))] as const;
  const [h, c] = net.crossed ? [state[1], state[0]] : state;
  const totals = net.totals.map(({ term, a, b, order }, i) => {
    const total = pick(carry.totals, i);
    const added = terms[term].of(pick(values, a), pick(values, b), given);
    return order === 'total first' ? add(total, added) : add(added, total);
  });
  const { p, q, kept } = carry;
  return {
    ...{ h, c, kept, totals, p: q },
    q: net.swap === 'changed' ? tanh(add(p, last)) : p,
    unread: tanh(add(carry.unread, last)),
  };
}

/** The loop itself: what it carries in the end, and what it stacks. */
function loop(net: Recurrence, { params, start, totals, xs, marks }: Arguments) {
  const { T, B, H } = net.sizes;
  const first: Carry = {
    ...{ ...start, unread: zeros([B, H], net.dtype) },
    totals: net.totals.map((total, i) => startOf(total, pick(totals, i), net)),
  };
  const step = (carry: Carry, row: Row) => {
    const given = { ...params, x: row.x, flag: row.flag, n: row.n };
    const values = valuesOf(net, carry, row, given);
    const next = nextOf(net, carry, values, given);
    const [before, last] = values.slice(-2) as [Tensor, Tensor]; // five at least
    const stacked = next.totals.filter((_, i) => net.totals[i]?.reader === 'ys');
    return { carry: next, y: { out: last, rows: sum(before, [1]), stacked } };
  };
  return scan<Carry, Row, ReturnType<typeof step>['y']>(
    step,
    first,
    { ...xs, ...marks },
    { reverse: net.reverse, checkpoint: net.checkpoint, length: T },
  );
}

/** What a second loop, the other way round, makes of the sequences. */
function second(net: Recurrence, out: Tensor, { xs, start }: Arguments): readonly Tensor[] {
  const { H } = net.sizes;
  const { carry, ys } = scan(
    ({ h, total }: Record<'h' | 'total', Tensor>, { x, y }: Record<'x' | 'y', Tensor>) => {
      const next = tanh(add(add(x, y), h));
      return { carry: { h: next, total: add(total, contract('bi,bj->ij', y, next)) }, y: mul(y, h) };
    },
    { h: start.h, total: zeros([H, H], net.dtype) },
    { x: xs.x, y: out },
    { reverse: !net.reverse },
  );
  return [carry.h, carry.total, ys];
}

/** The loop, and what reads its ys. */
function once(net: Recurrence, args: Arguments): readonly Tensor[] {
  const { carry, ys } = loop(net, args);
  const { unread: _, ...read } = carry;
  const results: Tensor[] = [];
  if (net.results !== 'ys') results.push(...flatten('recurrence', read).leaves);
  if (net.results !== 'carry') results.push(...flatten('recurrence', ys).leaves);
  if (net.after === 'sum' || net.after === 'both') results.push(sum(ys.out, [0]), sum(args.xs.x, [0]));
  if (net.after === 'loop' || net.after === 'both') results.push(...second(net, ys.out, args));
  return results;
}

/** The loop again and again, in steps of a loop, each from what the one before left. */
function repeated(net: Recurrence, args: Arguments): readonly Tensor[] {
  const { dtype, sizes } = net;
  type State = Record<'h' | 'total' | 'score', Tensor>;
  const next = ({ h, total, score }: State): State => {
    const results = once(net, { ...args, start: { ...args.start, h } });
    const more = scoreOf(results, dtype);
    const after = tanh(add(neg(h), more));
    return { h: after, total: add(contract('bi,bj->ij', h, after), total), score: add(score, more) };
  };
  const first: State = { h: args.start.h, total: zeros([sizes.H, sizes.H], dtype), score: zeros([], dtype) };
  if (net.inside === 'scan') {
    const step = (state: State) => ({ carry: next(state), y: sum(state.h, [0]) });
    const { carry, ys } = scan(step, first, {}, { length: 2, reverse: !net.reverse });
    return [carry.h, carry.total, carry.score, ys];
  }
  const { state } = whileLoop(
    ({ left }) => less(0, left),
    ({ left, state }) => ({ left: sub(left, 1), state: next(state) }),
    { left: args.once.n, state: first },
    { maxSteps: 3 },
  );
  return [state.h, state.total, state.score];
}

/** The recurrence as a function: what comes out, and two of the arguments as they are. */
export const run =
  (net: Recurrence) =>
  (args: Arguments): readonly Tensor[] => {
    const given = [args.params.U, args.start.kept];
    if (net.inside === 'nothing') return [...once(net, args), ...given];
    if (net.inside !== 'cond') return [...repeated(net, args), ...given];
    const other = { ...args, start: { ...args.start, h: neg(args.start.c) } };
    const results = cond(
      args.once.flag,
      () => once(net, args),
      () => once({ ...net, reverse: !net.reverse }, other),
    );
    return [...results, ...given];
  };

/** @file Random recurrent nets: steps over a batch that nobody wrote, at all sizes, with what nets are made of in them. */
import { type Tensor, zeros } from '@throughline/tensor';
import fc from 'fast-check';
import {
  add,
  bernoulli,
  broadcastTo,
  cast,
  concat,
  contract,
  div,
  expandDims,
  flatten,
  flip,
  gather,
  greater,
  jvp,
  key,
  logicalNot,
  matmul,
  max,
  maximum,
  mean,
  mul,
  neg,
  pad,
  relu,
  reshape,
  type Schedule,
  scan,
  scatterAdd,
  sigmoid,
  slice,
  softmax,
  split,
  splitKey,
  sqrt,
  square,
  stack,
  sub,
  sum,
  tanh,
  transpose,
  uniform,
  valueAndGrad,
  vmap,
  where,
} from '../index.ts';

type FloatType = 'float64' | 'float32';

/** Steps, rows, inputs, units. */
export interface Sizes {
  readonly T: number;
  readonly B: number;
  readonly I: number;
  readonly H: number;
}

/** What a step uses: weights, and what it is given. */
interface Given {
  readonly W: Tensor; // [I, H]
  readonly U: Tensor; // [H, H]
  readonly V: Tensor; // [H, 2H]
  readonly gain: Tensor; // [H]
  readonly shift: Tensor; // [H]
  readonly table: Tensor; // [4, H]
  readonly x: Tensor; // [B, I]
  readonly mask: Tensor; // bool [B]
  readonly id: Tensor; // int32 [B], below 4
  readonly count: Tensor; // int32 [], of the steps so far
}

/** A [B, H] of two others. */
type Op = (a: Tensor, b: Tensor, given: Given) => Tensor;

const normed: Op = (a, _, { gain, shift }) => {
  if (a.size === 0) return a;
  const centred = sub(a, mean(a, 1, { keepDims: true }));
  const deviation = sqrt(add(mean(square(centred), 1, { keepDims: true }), 0.1));
  return add(mul(div(centred, deviation), gain), shift);
};

/** A loop inside the step, over the units of a; it captures b. */
const inner: Op = (a, b) => {
  const captured = sum(b, [1]);
  const { carry, ys } = scan(
    (c: Tensor, v: Tensor) => ({ carry: tanh(add(mul(c, captured), v)), y: mul(c, v) }),
    sum(a, [1]),
    transpose(a),
  );
  return mul(transpose(ys), expandDims(carry, 1));
};

const ops = {
  add,
  sub,
  mul,
  maximum,
  neg,
  relu,
  tanh,
  sigmoid,
  square: (a) => square(tanh(a)),
  div: (a, b) => div(a, add(square(b), 0.5)),
  fromInput: (_, __, { W, x }) => matmul(x, W),
  affine: (a, _, { U, W, x, shift }) => add(add(matmul(x, W), matmul(a, U)), shift),
  product: (a, _, { U }) => matmul(a, U),
  back: (a, _, { U }) => matmul(a, transpose(U)),
  joined: (a, b, { V }) => matmul(concat([a, b], 1), transpose(V)),
  halves: (a, b, { V }) => {
    const width = a.shape[1] ?? 0;
    const [gate, value] = split(matmul(a, V), [width, width], 1) as [Tensor, Tensor]; // two parts
    return mul(sigmoid(gate), add(value, b));
  },
  gain: (a, _, { gain, shift }) => add(mul(a, gain), shift),
  normed,
  softmax: (a) => (a.size === 0 ? a : softmax(a, 1)),
  overRows: (a, b) => add(a, sum(b, [0])),
  most: (a, b) => (a.size === 0 ? a : sub(a, max(b, 1, { keepDims: true }))),
  attention: (a, b) => (a.size === 0 ? b : matmul(softmax(contract('bh,ch->bc', a, b), 1), a)),
  outer: (a, b) => tanh(matmul(a, contract('bh,bk->hk', a, b))),
  shifted: (a) => {
    const [rows = 0, width = 0] = a.shape;
    return width === 0 ? a : pad(slice(a, [0, 1], [rows, width]), [0, 0], [0, 1]);
  },
  strided: (a) => {
    const [rows = 0, width = 0] = a.shape;
    const half = slice(a, [0, 0], [rows, width], [1, 2]);
    return concat([half, slice(a, [0, 0], [rows, width - (half.shape[1] ?? 0)])], 1);
  },
  flipped: (a, b) => add(flip(a, 1), flip(b, 0)),
  flat: (a, b) => reshape(add(reshape(a, [a.size]), reshape(b, [b.size])), a.shape),
  larger: (a, b) => where(greater(a, b), a, mul(b, 0.5)),
  masked: (a, b, { mask }) => where(expandDims(mask, 1), a, b),
  unmasked: (a, _, { mask }) => where(expandDims(logicalNot(mask), 1), a, 0),
  early: (a, b, { count }) => where(greater(count, 1), a, b),
  counted: (a, _, { count }) => mul(a, cast(count, a.dtype as FloatType)), // all that steps work on are floats
  embedded: (a, _, { table, id }) => add(a, gather(table, id)),
  scattered: (a, b, { table, id }) => add(b, sum(scatterAdd(table, id, a), [0])),
  other: (a, b) => mul(cast(cast(a, a.dtype === 'float32' ? 'float64' : 'float32'), a.dtype), b),
  spread: (a, b) => mul(a, broadcastTo(sum(b, [1], { keepDims: true }), a.shape)),
  inner,
} satisfies Record<string, Op>;

/** One line of a step: an op on two of the values made so far. */
interface Line {
  readonly op: keyof typeof ops;
  readonly a: number;
  readonly b: number;
}

export interface Net {
  readonly sizes: Sizes;
  readonly dtype: FloatType;
  readonly lines: readonly Line[];
  readonly reverse: boolean;
  readonly checkpoint: Schedule;
  /** Of the numbers it runs on. */
  readonly seed: number;
}

type Arguments = ReturnType<typeof argumentsOf>;

/** Numbers for a net. */
export function argumentsOf({ sizes: { T, B, I, H }, dtype, seed }: Net) {
  const keys = splitKey(key(seed), 12);
  let next = 0;
  const draw = (...shape: number[]): Tensor => uniform(keys[next++] as Tensor, shape, { low: -1, high: 1, dtype }); // fewer than keys
  const ids = uniform(keys[next++] as Tensor, [T, B], { low: 0, high: 4 });
  return {
    params: { W: draw(I, H), U: draw(H, H), V: draw(H, 2 * H), gain: draw(H), shift: draw(H), table: draw(4, H) },
    start: { h: draw(B, H), c: draw(B, H), count: zeros([], 'int32') },
    xs: { x: draw(T, B, I), mask: bernoulli(keys[next++] as Tensor, 0.7, [T, B]), id: cast(ids, 'int32') },
  };
}

/** The net as a function: the last carry and all outputs. */
export const run =
  ({ lines, reverse, checkpoint, sizes: { T } }: Net) =>
  ({ params, start, xs }: Arguments) =>
    scan(
      ({ h, c, count }: Arguments['start'], step: Arguments['xs']) => {
        const pool = [h, c];
        const given = { ...params, ...step, count };
        for (const { op, a, b } of lines)
          pool.push(ops[op](pool[a % pool.length] as Tensor, pool[b % pool.length] as Tensor, given)); // two at least
        const [last, before] = [pool.at(-1), pool.at(-2)] as [Tensor, Tensor]; // as above
        const carry = { h: tanh(add(last, mul(h, 0.5))), c: tanh(add(c, before)), count: add(count, 1) };
        return { carry, y: { out: last, rows: sum(before, [1]), count } };
      },
      start,
      xs,
      { reverse, checkpoint, length: T },
    );

/** A scalar of everything that comes out, unequal in its elements. */
export const loss =
  (net: Net) =>
  (args: Arguments): Tensor => {
    const floats = flatten('loss', run(net)(args)).leaves.filter(({ dtype }) => dtype === net.dtype);
    return floats.map((leaf) => sum(mul(tanh(leaf), add(leaf, 0.3)))).reduce(add);
  };

const withFloats = (args: Arguments, { params, start, x }: Floats): Arguments => ({
  params,
  start: { ...args.start, ...start },
  xs: { ...args.xs, x },
});
type Floats = Pick<Arguments, 'params'> & {
  readonly start: { readonly h: Tensor; readonly c: Tensor };
  readonly x: Tensor;
};
const floatsOf = ({ params, start: { h, c }, xs: { x } }: Arguments): Floats => ({ params, start: { h, c }, x });

/** What can be asked of a net: functions of its arguments. */
export const questions = {
  run,
  gradient: (net) => (args) => valueAndGrad((floats: Floats) => loss(net)(withFloats(args, floats)))(floatsOf(args)),
  tangent: (net) => (args) => {
    const { params } = args;
    return jvp((U: Tensor) => loss(net)({ ...args, params: { ...params, U } }), params.U, params.U);
  },
  'many at once': (net) => (args) =>
    vmap((h: Tensor) => run(net)({ ...args, start: { ...args.start, h } }))(stack([args.start.h, neg(args.start.c)])),
} satisfies Record<string, (net: Net) => (args: Arguments) => unknown>;

/** Random nets of 1 to `most` lines. */
export const nets = (most = 6): fc.Arbitrary<Net> =>
  fc.record({
    sizes: fc.record({
      T: fc.constantFrom(3, 1, 2, 5, 7, 0),
      B: fc.constantFrom(2, 1, 3, 4, 7, 17, 0),
      I: fc.constantFrom(3, 1, 2, 5, 16, 0),
      H: fc.constantFrom(4, 1, 2, 3, 5, 8, 13, 17, 33, 0),
    }),
    dtype: fc.constantFrom('float64', 'float32'),
    lines: fc.array(
      fc.record({ op: fc.constantFrom(...(Object.keys(ops) as (keyof typeof ops)[])), a: fc.nat(9), b: fc.nat(9) }), // its keys
      { minLength: 1, maxLength: most },
    ),
    reverse: fc.boolean(),
    checkpoint: fc.constantFrom<Schedule>('all', 'sqrt', { every: 2 }),
    seed: fc.nat(1000),
  });

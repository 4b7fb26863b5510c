import {
  concat,
  flatten,
  grad,
  key,
  mapTree,
  mul,
  normal,
  slice,
  split,
  sum,
  transpose,
  unstack,
  vmap,
  where,
} from '@throughline/autograd';
import { checkGrads } from '@throughline/autograd/testing';
import { full, type Tensor, tensor, zeros } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { type ApplyOptions, linear } from '../layers/index.ts';
import {
  causalConv,
  griffinAttentionBlock,
  griffinBlock,
  mambaBlock,
  residualLayer,
  selfAttention,
  transformerBlock,
} from './index.ts';

/** A layer of which only the name's type is known. */
interface AnyLayer {
  readonly takes: number | null;
  readonly gives: number;
  init(key: Tensor): unknown;
  apply(params: never, inputs: Tensor, options?: ApplyOptions<never>): { readonly out: Tensor; readonly last: unknown };
}
type Applied = { readonly out: Tensor; readonly last: object };

const blocks: readonly (readonly [string, AnyLayer])[] = [
  ['causalConv', causalConv({ I: 4, O: 2, K: 3 })],
  ['causalConv, one tap', causalConv({ I: 4, O: 4, K: 1 })],
  ['causalConv, a kernel per channel', causalConv({ I: 4, O: 4, K: 3, groups: 4 })],
  ['selfAttention', selfAttention({ D: 4, heads: 2 })],
  ['selfAttention, window', selfAttention({ D: 4, heads: 2, window: 3 })],
  ['selfAttention, window 1', selfAttention({ D: 4, heads: 1, window: 1 })],
  ['selfAttention, rotary, shared keys', selfAttention({ D: 8, heads: 4, keyHeads: 2, rotary: true })],
  ['selfAttention, rotary, window', selfAttention({ D: 4, heads: 2, window: 2, rotary: true })],
  ['transformerBlock', transformerBlock({ D: 4, heads: 2, M: 3 })],
  ['griffinBlock', griffinBlock({ D: 3, H: 2, M: 3, K: 2 })],
  ['griffinAttentionBlock', griffinAttentionBlock({ D: 4, heads: 2, window: 3, M: 3 })],
  ['mambaBlock', mambaBlock({ D: 3, H: 2, N: 2, K: 2 })],
  ['residualLayer', residualLayer(causalConv({ I: 3, O: 3, K: 2 }))],
];

const apply = (layer: AnyLayer, params: unknown, xs: Tensor, from?: unknown): Applied =>
  layer.apply(params as never, xs, { from: from as never }) as Applied; // of this layer
/** Random parameters: those that start at 0 or 1 too. */
const pointOf = (layer: AnyLayer, T: number, B: number, seed = 1) => {
  const params = mapTree(layer.init(key(seed)) as { readonly [name: string]: Tensor }, (leaf, path) =>
    leaf.add(normal(key(seed + path.length), [...leaf.shape]).mul(0.1)),
  );
  return { params, xs: normal(key(seed + 1), [T, B, layer.takes as number]) }; // none takes indices
};
const off = (a: unknown, b: unknown): number => {
  const [left, right] = [flatten('test', a).leaves, flatten('test', b).leaves];
  expect(left.map(({ shape }) => shape)).toEqual(right.map(({ shape }) => shape));
  return Math.max(
    0,
    ...left.flatMap((leaf, i) =>
      [...leaf.toTypedArray()].map((x, k) => Math.abs((x as number) - ((right[i] as Tensor).data[k] as number))),
    ),
  );
};
const rowsBetween = (xs: Tensor, from: number, to: number): Tensor => slice(xs, [from], [to]);

describe.each(blocks)('%s', (_, layer) => {
  test('no output has a gradient with respect to a later input: exact zeros', () => {
    const { params, xs } = pointOf(layer, 5, 1);
    for (const t of [0, 2, 3]) {
      const slope = grad((x: Tensor) => sum(mul(apply(layer, params, x).out.at(t), normal(key(9), [1, layer.gives]))))(
        xs,
      );
      const sizes = unstack(slope).map((row) => row.abs().max().item());
      expect(sizes.slice(t + 1)).toEqual([0, 0, 0, 0].slice(t));
      expect(sizes[t]).toBeGreaterThan(0);
    }
  });

  test('step by step, and cut in two, it is one run: outputs, states and gradients', () => {
    const { params, xs } = pointOf(layer, 5, 2);
    const inPieces = (cuts: readonly number[]) => (p: unknown, x: Tensor) => {
      let from: unknown;
      const outs = cuts.slice(1).map((end, n) => {
        const { out, last } = apply(layer, p, rowsBetween(x, cuts[n] as number, end), from);
        from = last;
        return out;
      });
      return { out: concat(outs), last: from as object };
    };
    const whole = (p: unknown, x: Tensor) => apply(layer, p, x);
    const slope = (run: typeof whole) =>
      grad((at: { p: typeof params; xs: Tensor }) => {
        const { out } = run(at.p, at.xs);
        return sum(mul(out, normal(key(9), [...out.shape])));
      })({ p: params, xs });
    for (const cuts of [
      [0, 1, 2, 3, 4, 5],
      [0, 2, 5],
    ]) {
      expect(off(inPieces(cuts)(params, xs), whole(params, xs))).toBeLessThanOrEqual(1e-12);
      expect(off(slope(inPieces(cuts)), slope(whole))).toBeLessThanOrEqual(1e-12);
    }
    const forgetful = concat([
      apply(layer, params, rowsBetween(xs, 0, 2)).out,
      apply(layer, params, rowsBetween(xs, 2, 5)).out,
    ]);
    const remembers = flatten('test', whole(params, xs).last).leaves.some(
      (leaf) => leaf.dtype === 'float64' && leaf.size > 0,
    );
    if (remembers) expect(off(forgetful, whole(params, xs).out)).toBeGreaterThan(1e-4);
  });

  test('rows that end early are these rows cut off: outputs, states to go on from, gradients; NaN in the padding', () => {
    const { params, xs } = pointOf(layer, 5, 3);
    const lengths = [2, 5, 0];
    const valid = tensor(Array.from({ length: 5 }, (_, t) => lengths.map((length) => [t < length])));
    const padded = where(valid, xs, full(xs.shape, Number.NaN));
    const masked = (p: unknown, x: Tensor) => {
      const { out, last } = layer.apply(p as never, x, { lengths });
      const more = apply(layer, p, rowsBetween(xs, 0, 2), last).out;
      return concat([out, more]);
    };
    const trimmed = (p: unknown, x: Tensor) =>
      concat(
        lengths.map((length, row) => {
          const one = slice(x, [0, row], [5, row + 1]);
          const go = slice(xs, [0, row], [2, row + 1]);
          if (length === 0) return concat([full([5, 1, layer.gives], 0), apply(layer, p, go).out]);
          const { out, last } = apply(layer, p, rowsBetween(one, 0, length));
          const rest = length === 5 ? [] : [full([5 - length, 1, layer.gives], 0)];
          return concat([out, ...rest, apply(layer, p, go, last).out]);
        }),
        1,
      );
    expect(off(masked(params, padded), trimmed(params, padded))).toBeLessThanOrEqual(1e-12);
    const slope = (run: typeof masked) =>
      grad((at: { p: typeof params; xs: Tensor }) => sum(mul(run(at.p, at.xs), normal(key(9), [7, 3, layer.gives]))))({
        p: params,
        xs: padded,
      });
    expect(off(slope(masked), slope(trimmed))).toBeLessThanOrEqual(1e-12);
  });

  test('rows are independent: mapped over sequences it is the batch; batch-first is a matter of layout', () => {
    const { params, xs } = pointOf(layer, 3, 2);
    const whole = apply(layer, params, xs).out;
    const mapped = vmap((x: Tensor) => apply(layer, params, x.reshape([3, 1, -1])).out.reshape([3, -1]), {
      inAxes: [1],
      outAxes: 1,
    });
    expect(off(mapped(xs), whole)).toBeLessThanOrEqual(1e-14);
    const flipped = layer.apply(params as never, transpose(xs, [1, 0, 2]), { batchFirst: true }).out;
    expect(off(flipped, transpose(whole, [1, 0, 2]))).toBe(0);
  });

  test('gradients, and gradients of gradients, agree with differences', () => {
    const { params, xs } = pointOf(layer, 3, 1);
    // as one vector: alone, a bias of all keys changes nothing, and differences would find only rounding
    const flat = flatten('test', { p: params, xs });
    const sizes = flat.leaves.map(({ size }) => size);
    const loss = (vector: Tensor): Tensor => {
      const leaves = split(vector, sizes).map((part, i) => part.reshape([...(flat.leaves[i] as Tensor).shape])); // as many
      const at = flat.rebuild(leaves) as { readonly p: object; readonly xs: Tensor }; // as it was
      return sum(apply(layer, at.p, at.xs).out.square());
    };
    const point = concat(flat.leaves.map((leaf) => leaf.reshape([leaf.size])));
    const { verdict, message } = checkGrads(loss, [point], { order: 2, directions: 2, tolerance: 1e-8 });
    expect(verdict, message).toBe('right');
  });
});

test('streaming in constant memory: the state does not grow', () => {
  for (const [name, layer] of blocks) {
    const { params, xs } = pointOf(layer, 6, 1);
    const sizes = [2, 6].map((T) =>
      flatten('test', apply(layer, params, rowsBetween(xs, 0, T)).last).leaves.map(({ size }) => size),
    );
    const grows =
      name === 'selfAttention' || name === 'transformerBlock' || name === 'selfAttention, rotary, shared keys';
    expect(String(sizes[0]) !== String(sizes[1]), name).toBe(grows);
  }
});

const message = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};
const attention = selfAttention({ D: 4, heads: 2, window: 3 });
const own = attention.init(key(1));
const xs = normal(key(2), [3, 1, 4]);
const { last } = attention.apply(own, xs);

test.each([
  [
    () => attention.apply(own, xs.at(0)),
    'selfAttention: x is f64[1,4]; it takes [T, B, I] with I = 4 and at least one step.',
  ],
  [
    () => attention.apply(own, xs.slice([0, 0, 0], [3, 1, 2]), { batchFirst: true }),
    'selfAttention: x is f64[3,1,2]; it takes [B, T, I] with I = 4 and at least one step.',
  ],
  [
    () => attention.apply(own, xs, { from: { ...last, v: xs } }),
    'selfAttention: from.v is f64[3,1,4]; with these inputs it takes f64[2,1,2,2].',
  ],
  [
    () => attention.apply(own, xs, { resetAt: zeros([3, 1], 'int32') }),
    'selfAttention: takes no resetAt: what it remembers does not start again within a sequence. Run the pieces apart.',
  ],
  [
    () => attention.apply(own, xs, { from: { ...last, steps: zeros([], 'int32') } }),
    'selfAttention: from.steps is i32[]; with these inputs it takes i32[1].',
  ],
  [
    () => attention.apply(own, xs, { lengths: [4] }),
    'unroll: row 0 has length 4, but xs has 3 steps. Lengths are 0…3.',
  ],
  [() => selfAttention({ D: 4, heads: 3 }), 'selfAttention: 3 heads do not divide D = 4.'],
  [() => selfAttention({ D: 4, heads: 2, keyHeads: 4 }), 'selfAttention: keyHeads = 4 does not divide 2 heads.'],
  [
    () => selfAttention({ D: 4, heads: 4, rotary: true }),
    'selfAttention: rotary turns features in pairs, but each of 4 heads has 1 of D = 4.',
  ],
  [() => selfAttention({ D: 4, heads: 2, window: 0 }), 'selfAttention: window is 0; extents are integers ≥ 1.'],
  [() => causalConv({ I: 4, O: 3, K: 2, groups: 2 }), 'causalConv: 2 groups do not divide I = 4 and O = 3.'],
  [
    () =>
      causalConv({ I: 4, O: 3, K: 2 }).apply(causalConv({ I: 4, O: 3, K: 2 }).init(key(1)), xs, { from: { seen: xs } }),
    'causalConv: from.seen is f64[3,1,4]; with these inputs it takes f64[1,1,4].',
  ],
  [
    () => residualLayer(linear({ I: 2, O: 3 })),
    'residualLayer: linear takes width 2 and gives width 3: a skip joins equal widths.',
  ],
])('errors %#', (f, text) => expect(message(f)).toBe(text));

import {
  add,
  concat,
  evaluate,
  flatten,
  flip,
  grad,
  key,
  mul,
  normal,
  slice,
  sum,
  tanh,
  trace,
  transpose,
  where,
} from '@throughline/autograd';
import { full, type Tensor, tensor, zeros } from '@throughline/tensor';
import fc from 'fast-check';
import { expect, expectTypeOf, test } from 'vitest';
import { affine, defineCell, gate, gru, lstm, rnn, slot, unroll } from '../index.ts';
import { embedding, layer, linear, sequence } from '../layers/index.ts';
import { bidirectional, stacked } from './index.ts';

const leaves = (tree: unknown): readonly Tensor[] => flatten('test', tree).leaves;
const far = (a: unknown, b: unknown): number => {
  const [left, right] = [leaves(a), leaves(b)];
  expect(left.map(({ shape }) => shape)).toEqual(right.map(({ shape }) => shape));
  return Math.max(
    0,
    ...left.flatMap((leaf, i) =>
      [...leaf.toTypedArray()].map((value, k) => Math.abs(value - (right[i]?.data[k] as number))),
    ),
  );
};
const message = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};
const dims = { I: 2, H: 3 };
const xs = normal(key(2), [5, 3, 2]);

test('two layers one way are two layers in a sequence', () => {
  const model = stacked(lstm, dims, { layers: 2 });
  const params = model.init(key(1));
  expectTypeOf(params.layer1.f.W).toEqualTypeOf<Tensor>();
  // @ts-expect-error there are two
  expect(params.layer2).toBeUndefined();
  const two = sequence(layer(lstm, dims, 'layer0'), layer(lstm, { I: 3, H: 3 }, 'layer1'));
  const [a, b] = [model.apply(params, xs), two.apply(params, xs)];
  expectTypeOf(a.last.layer0.c).toEqualTypeOf<Tensor>();
  expect([a.out.toArray(), leaves(a.last).map((leaf) => leaf.toArray())]).toEqual([
    b.out.toArray(),
    leaves(b.last).map((leaf) => leaf.toArray()),
  ]);
  expect([model.name, model.takes, model.gives, stacked(gru, dims).init(key(1)).layer0.z.W.shape]).toEqual([
    'lstm',
    2,
    3,
    [2, 3],
  ]);
});

test('both ways are a run and a run of the sequence turned round; the next layer reads both', () => {
  const model = stacked(gru, dims, { layers: 2, bidirectional: true });
  const params = model.init(key(1));
  let x = xs;
  for (const { forward, backward } of [params.layer0, params.layer1]) {
    x = concat([unroll(gru, forward, x).out, flip(unroll(gru, backward, flip(x, 0)).out, 0)], -1);
  }
  const { out, last } = model.apply(params, xs);
  expectTypeOf(last.layer1.backward.h).toEqualTypeOf<Tensor>();
  expect(far(out, x)).toBe(0);
  expect(far(last.layer1.backward.h, slice(out.at(0), [0, 3], [3, 6]))).toBe(0);
  expect(far(last.layer1.forward.h, slice(out.at(-1), [0, 0], [3, 3]))).toBe(0);
  expect(model.gives).toBe(6);
});

const settings = fc
  .record({
    T: fc.integer({ min: 1, max: 4 }),
    layers: fc.integer({ min: 1, max: 3 }),
    both: fc.boolean(),
    learned: fc.boolean(),
    seed: fc.nat(99),
  })
  .chain((one) =>
    fc.record({ one: fc.constant(one), lengths: fc.array(fc.integer({ min: 0, max: one.T }), { maxLength: 3 }) }),
  );

test('a padded batch is each row alone, whatever the padding: stacked, both ways, with learned starts, and every gradient', () => {
  fc.assert(
    fc.property(settings, ({ one: { T, layers, both, learned, seed }, lengths }) => {
      const B = lengths.length;
      const model = stacked(lstm, dims, {
        layers: layers as number,
        bidirectional: both as boolean,
        learnedStart: learned as boolean,
      });
      const drawn = flatten('test', model.init(key(seed)));
      const params = drawn.rebuild(drawn.leaves.map((leaf, i) => normal(key(seed + i), leaf.shape))) as ReturnType<
        typeof model.init
      >;
      const inside = tensor(
        [...Array(T * B * 2).keys()].map((k) =>
          Math.floor(k / (B * 2)) < (lengths[Math.floor(k / 2) % B] as number) ? 1 : 0,
        ),
      )
        .reshape([T, B, 2])
        .greater(0);
      const padded = where(inside, normal(key(seed + 50), [T, B, 2]), Number.NaN);
      const weights = normal(key(seed + 60), [T, B, model.gives]);
      const run = (p: typeof params, x: Tensor, w: Tensor, all?: readonly number[]) => {
        const { out, last } = model.apply(p, x, all ? { lengths: all } : {});
        return leaves(last).reduce((loss, state) => add(loss, sum(mul(state, state))), sum(mul(out, w)));
      };
      const whole = grad((p: typeof params) => run(p, padded, weights, lengths))(params);
      const rows = lengths.flatMap((length, b) => {
        if (length === 0) return [];
        const cut = (x: Tensor): Tensor => slice(x, [0, b, 0], [length, b + 1, x.shape[2] as number]);
        const row = model.apply(params, cut(padded));
        const batch = model.apply(params, padded, { lengths });
        expect(far(cut(batch.out), row.out)).toBe(0);
        expect(
          far(
            leaves(batch.last).map((state) => slice(state, [b, 0], [b + 1, 3])),
            leaves(row.last),
          ),
        ).toBe(0);
        return [grad((p: typeof params) => run(p, cut(padded), cut(weights)))(params)];
      });
      // A row of no steps ends in the state that it starts with.
      const empty = lengths
        .filter((length) => length === 0)
        .map(() =>
          grad((p: typeof params) => {
            const { last } = model.apply(p, zeros([1, 1, 2]), { lengths: [0] });
            return leaves(last).reduce((loss, state) => add(loss, sum(mul(state, state))), full([], 0) as Tensor);
          })(params),
        );
      const added = [...rows, ...empty]
        .map((tree) => leaves(tree))
        .reduce(
          (a, b) => a.map((leaf, i) => add(leaf, b[i] as Tensor)),
          drawn.leaves.map((leaf) => zeros(leaf.shape) as Tensor),
        );
      expect(far(leaves(whole), added)).toBeLessThanOrEqual(1e-11);
    }),
    { numRuns: 20 },
  );
});

test('a reset in the middle is two runs, in both ways', () => {
  const model = bidirectional(lstm, dims, { learnedStart: true });
  const zero = model.init(key(1));
  const params = { ...zero, backward: { ...zero.backward, start: { h: full([3], 0.3), c: full([3], -0.7) } } };
  const resetAt = tensor([...Array(15).keys()].map((k) => k === 2 * 3 + 1)).reshape([5, 3]);
  const { out } = model.apply(params, xs, { resetAt });
  const row = (from: number, to: number): Tensor => model.apply(params, slice(xs, [from, 1, 0], [to, 2, 2])).out;
  expect(far(slice(out, [0, 1, 0], [5, 2, 6]), concat([row(0, 2), row(2, 5)], 0))).toBe(0);
  const swapped = model.apply(params, transpose(xs, [1, 0, 2]), { resetAt: resetAt.transpose(), batchFirst: true });
  expect(far(transpose(swapped.out, [1, 0, 2]), out)).toBe(0);
});

test('learned starts begin at zero, get gradients, and give way to a given state', () => {
  const model = stacked(gru, dims, { learnedStart: true });
  const params = model.init(key(1));
  expect(params.layer0.start.h.toArray()).toEqual([0, 0, 0]);
  expect(far(model.apply(params, xs).out, unroll(gru, params.layer0.cell, xs).out)).toBe(0);
  const moved = { layer0: { ...params.layer0, start: { h: full([3], 0.5) } } };
  expect(
    far(model.apply(moved, xs).out, unroll(gru, params.layer0.cell, xs, { from: { h: full([3, 3], 0.5) } }).out),
  ).toBe(0);
  const slope = grad((p: typeof params) => sum(model.apply(p, xs).out))(moved).layer0.start.h as Tensor;
  expect(slope.shape).toEqual([3]);
  expect([...slope.data].every((value) => value !== 0)).toBe(true);
  const from = { layer0: { h: zeros([3, 3]) } };
  expect(far(model.apply(moved, xs, { from }).out, model.apply(params, xs).out)).toBe(0);
});

test('all states, at every step, on request', () => {
  const model = stacked(lstm, dims, { layers: 2, bidirectional: true });
  const params = model.init(key(1));
  const { states, last, out } = model.apply(params, xs, { states: true });
  expect(states?.layer0.forward.c.shape).toEqual([5, 3, 3]);
  expect(far(states?.layer1.forward.c.at(-1), last.layer1.forward.c)).toBe(0);
  expect(far(states?.layer1.backward.c.at(0), last.layer1.backward.c)).toBe(0);
  expect(far(concat([states?.layer1.forward.h as Tensor, states?.layer1.backward.h as Tensor], -1), out)).toBe(0);
  expect(model.apply(params, xs).states).toBeUndefined();
  expect(far(model.apply(params, xs).out, out)).toBe(0);
});

const projected = defineCell({
  name: 'projected',
  params: { h: gate() },
  state: { h: slot('BH') },
  gives: 'P',
  step: (p, { h }, x) => {
    const next = tanh(affine(p.h, x, h));
    return { state: { h: next }, out: slice(next, [0, 0], [next.shape[0] as number, 2]) };
  },
});

test('a cell that gives another width than H goes anywhere a cell goes', () => {
  const model = sequence(
    embedding({ V: 4, E: 2 }),
    stacked(projected, { I: 2, H: 3, P: 2 }, { layers: 3, bidirectional: true, name: 'memory' }),
    linear({ I: 4, O: 1 }),
  );
  const { out, last } = model.apply(
    model.init(key(1)),
    tensor(
      [
        [0, 1],
        [2, 3],
      ],
      { dtype: 'int32' },
    ),
  );
  expect(out.shape).toEqual([2, 2, 1]);
  expect(last.memory.layer2.forward.h.shape).toEqual([2, 3]);
  expect(layer(projected, { I: 2, H: 3, P: 2 }).gives).toBe(2);
});

test('under a checkpoint schedule the gradients are the same', () => {
  const model = stacked(lstm, dims, { layers: 2, bidirectional: true });
  const slopes = (options: object) =>
    grad((p: ReturnType<typeof model.init>) => sum(model.apply(p, xs, { lengths: [5, 2, 0], ...options }).out))(
      model.init(key(1)),
    );
  expect(far(slopes({ checkpoint: 'sqrt' }), slopes({}))).toBeLessThanOrEqual(1e-12);
});

test('an empty batch, one step, float32, traced', () => {
  const model = stacked(lstm, dims, { layers: 2, bidirectional: true });
  const params = model.init(key(1), { dtype: 'float32' });
  expect(model.apply(params, zeros([1, 0, 2], 'float32'), { lengths: [] }).out.shape).toEqual([1, 0, 6]);
  expect(model.apply(params, zeros([1, 1, 2], 'float32')).out.dtype).toBe('float32');
  const own = model.init(key(1));
  const lengths = tensor([5, 0, 2], { dtype: 'int32' });
  const run = (p: typeof own, x: Tensor, n: Tensor): Tensor => model.apply(p, x, { lengths: n }).out;
  const [out] = evaluate(trace(run, own, xs, lengths), [...leaves(own), xs, lengths]);
  expect(out?.toArray()).toEqual(run(own, xs, lengths).toArray());
});

test('dropout between layers: none without a key; a mask per step, or one for all', () => {
  const [each, one] = (['each step', 'one for all steps'] as const).map((mask) =>
    stacked(rnn, { I: 1, H: 50 }, { layers: 2, dropout: { rate: 0.4, mask } }),
  ) as [ReturnType<typeof make>, ReturnType<typeof make>];
  const params = each.init(key(1));
  const x = full([6, 2, 1], 1);
  const plain = stacked(rnn, { I: 1, H: 50 }, { layers: 2 }).apply(params, x);
  expect(far(each.apply(params, x).out, plain.out)).toBe(0);
  expect(far(each.apply(params, x, { key: key(3) }).last.layer0.h, plain.last.layer0.h)).toBe(0);
  // What the second layer reads: W at the identity, U and b at 0.
  const reading = {
    layer0: { h: { W: full([1, 50], 1e-3), U: zeros([50, 50]), b: zeros([50]) } },
    layer1: { h: { W: identity(50), U: zeros([50, 50]), b: zeros([50]) } },
  };
  const kept = (model: typeof each, at: Tensor) =>
    (model.apply(reading, x, { key: at }).out.toArray() as number[][][]).map((step) =>
      step.map((row) => row.map((value) => (value === 0 ? 0 : 1)).join('')),
    );
  const [steps, all] = [kept(each, key(3)), kept(one, key(3))];
  expect(new Set(steps.flat()).size).toBe(12);
  expect([new Set(all.map((step) => step[0])).size, new Set(all.flat()).size]).toEqual([1, 2]);
  const share = [...steps.flat().join('')].filter((sign) => sign === '1').length / 600;
  expect(Math.abs(share - 0.6)).toBeLessThan(0.08);
  expect(kept(each, key(3))).toEqual(steps);
  expect(kept(each, key(4))).not.toEqual(steps);
  const scale =
    each
      .apply(reading, x, { key: key(3) })
      .out.max()
      .item() / plainOut(reading, x);
  expect(scale).toBeCloseTo(1 / 0.6, 4);
  // Longer padding changes no draw.
  const longer = concat([x, full([3, 2, 1], Number.NaN)], 0);
  const masked = each.apply(params, longer, { key: key(3), lengths: [6, 6] });
  expect(far(slice(masked.out, [0, 0, 0], [6, 2, 50]), each.apply(params, x, { key: key(3) }).out)).toBe(0);
});
const make = () => stacked(rnn, { I: 1, H: 50 }, { layers: 2 });
const plainOut = (params: Parameters<ReturnType<typeof make>['apply']>[0], x: Tensor): number =>
  make().apply(params, x).out.max().item();
const identity = (n: number): Tensor =>
  tensor([...Array(n * n).keys()].map((k) => (k % (n + 1) === 0 ? 1 : 0))).reshape([n, n]);

test.each([
  [() => stacked(lstm, dims, { layers: 0 }), 'stacked: layers is 0, not an integer from 1 up.'],
  [() => stacked(lstm, dims, { dropout: 1 }), 'stacked: the dropout rate is 1, not in [0, 1).'],
  [
    () => stacked(lstm, dims, { dropout: { rate: 0.1, mask: 'none' as 'each step' } }),
    "stacked: the mask is none; it is 'each step' or 'one for all steps'.",
  ],
  [
    () => bidirectional(lstm, dims).apply(bidirectional(lstm, dims).init(key(1)), xs, { lengths: [1, 2, 9] }),
    'unroll: row 2 has length 9, but xs has 5 steps. Lengths are 0…5.',
  ],
])('errors %#', (f, text) => expect(message(f)).toBe(text));

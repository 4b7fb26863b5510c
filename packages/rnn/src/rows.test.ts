import {
  add,
  cast,
  concat,
  evaluate,
  flatten,
  grad,
  key,
  mul,
  normal,
  slice,
  sub,
  sum,
  trace,
  transpose,
  valueAndGrad,
  vmap,
  where,
} from '@throughline/autograd';
import { full, type Tensor, tensor, zeros } from '@throughline/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stepJacobians, total } from './analysis/index.ts';
import { check, claim } from './claims/index.ts';
import {
  type AnyCell,
  defineCell,
  gru,
  gruResetBefore,
  lstm,
  param,
  rnn,
  rnnRelu,
  type StateTree,
  slot,
  unroll,
} from './index.ts';

const cells: readonly AnyCell[] = [rnn, rnnRelu, lstm, gru, gruResetBefore];
const message = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};
const leaves = (tree: unknown): readonly Tensor[] => flatten('test', tree).leaves;
const far = (a: Tensor, b: Tensor): number => {
  expect(a.shape).toEqual(b.shape);
  const off = sub(a, b).abs().div(b.abs().add(1));
  return off.size === 0 ? 0 : off.max().item();
};
/** xs[0:T, b] of an array of rank ≥ 2, the axes kept. */
const cut = (x: Tensor, T: number, b: number): Tensor => {
  const rest = x.shape.slice(2);
  return slice(x, [0, b, ...rest.map(() => 0)], [T, b + 1, ...rest]);
};
const rowOf = (state: StateTree, b: number): StateTree => {
  const flat = flatten('test', state);
  return flat.rebuild(flat.leaves.map((leaf) => slice(leaf, [b, 0], [b + 1, leaf.shape[1] as number]))) as StateTree; // the same structure
};
const i32 = (values: readonly number[]): Tensor => tensor(values, { dtype: 'int32' });

const settings = fc
  .record({
    T: fc.integer({ min: 1, max: 5 }),
    I: fc.integer({ min: 1, max: 3 }),
    H: fc.integer({ min: 1, max: 3 }),
    seed: fc.nat(1000),
    padding: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1e300, 1e3),
    reverse: fc.boolean(),
  })
  .chain((setting) =>
    fc.record({
      ...Object.fromEntries(Object.entries(setting).map(([name, value]) => [name, fc.constant(value)])),
      lengths: fc.array(fc.integer({ min: 0, max: setting.T }), { minLength: 0, maxLength: 4 }),
    }),
  ) as fc.Arbitrary<{
  T: number;
  I: number;
  H: number;
  seed: number;
  padding: number;
  reverse: boolean;
  lengths: number[];
}>;

/** A batch whose rows end where `lengths` says, with `padding` after it, and what a loss weighs results by. */
function batch(
  cell: AnyCell,
  {
    T,
    I,
    H,
    seed,
    padding,
    lengths,
  }: { T: number; I: number; H: number; seed: number; padding: number; lengths: readonly number[] },
) {
  const B = lengths.length;
  const draw = (n: number, shape: readonly number[]) => normal(key(seed + n), shape);
  const inside = tensor(
    Array.from({ length: T * B * I }, (_, k) =>
      Math.floor(k / (B * I)) < (lengths[Math.floor(k / I) % B] as number) ? 1 : 0,
    ),
  ).reshape([T, B, I]);
  return {
    params: cell.init(key(seed), { I, H }),
    xs: where(inside.greater(0), draw(1, [T, B, I]), padding),
    from: flatten('test', cell.initialState({ I, H }, B)).rebuild(
      cell.stateNames.map((_, n) => draw(2 + n, [B, H])),
    ) as StateTree, // the same structure
    weights: draw(8, [T, B, H]),
    lastWeights: draw(9, [B, H]),
  };
}

describe.each(cells.map((cell) => [cell.name, cell] as const))('%s', (_, cell) => {
  test('a row of a padded batch is that row alone, cut to its length: values and every gradient', () => {
    fc.assert(
      fc.property(settings, (setting) => {
        const { lengths, reverse, T } = setting;
        const { weights, lastWeights, ...at } = batch(cell, setting);
        const taps = true as const;
        const loss = ({ params, xs, from }: typeof at) => {
          const run = unroll(cell, params, xs, { from, lengths, reverse, taps });
          const parts = [
            mul(run.out, weights),
            ...leaves(run.last).map((state) => mul(state, lastWeights)),
            ...leaves(run.taps),
          ];
          return { value: parts.map((part) => sum(part)).reduce(add), aux: { out: run.out, last: run.last } };
        };
        const whole = valueAndGrad(loss, { aux: true })(at);
        const added = leaves(at.params).map((leaf) => zeros(leaf.shape));
        lengths.forEach((length, b) => {
          const row = { params: at.params, xs: cut(at.xs, Math.max(length, 1), b), from: rowOf(at.from, b) };
          const [outWeights, stateWeights] = [
            cut(weights, Math.max(length, 1), b),
            slice(lastWeights, [b, 0], [b + 1, setting.H]),
          ];
          const alone = valueAndGrad(
            ({ params, xs, from }: typeof row) => {
              const run = length === 0 ? undefined : unroll(cell, params, xs, { from, reverse, taps });
              const states = leaves(run?.last ?? from).map((state) => mul(state, stateWeights));
              const parts = [...(run ? [mul(run.out, outWeights), ...leaves(run.taps)] : []), ...states];
              return {
                value: parts.map((part) => sum(part)).reduce(add),
                aux: run ? { out: run.out, last: run.last } : { last: from },
              };
            },
            { aux: true },
          )(row);
          const tail = T - length;
          const padded = (x: Tensor | undefined, width: number): Tensor =>
            concat([...(x && length > 0 ? [x] : []), ...(tail > 0 ? [zeros([tail, 1, width])] : [])], 0);
          expect(far(cut(whole.aux.out, T, b), padded((alone.aux as { out?: Tensor }).out, setting.H))).toBe(0);
          expect(leaves(rowOf(whole.aux.last, b)).map((leaf) => leaf.toArray())).toEqual(
            leaves(alone.aux.last).map((leaf) => leaf.toArray()),
          );
          const grads = alone.grad as typeof row; // floats all
          expect(far(cut((whole.grad as typeof at).xs, T, b), padded(grads.xs, setting.I))).toBeLessThanOrEqual(1e-12);
          leaves(rowOf((whole.grad as typeof at).from, b)).forEach((leaf, n) => {
            expect(far(leaf, leaves(grads.from)[n] as Tensor)).toBeLessThanOrEqual(1e-12);
          });
          leaves(grads.params).forEach((leaf, n) => {
            added[n] = add(added[n] as Tensor, leaf);
          });
        });
        leaves((whole.grad as typeof at).params).forEach((leaf, n) => {
          expect(far(leaf, added[n] as Tensor)).toBeLessThanOrEqual(1e-12);
        });
      }),
      { numRuns: 25 },
    );
  });
});

const [T, B, I, H] = [5, 3, 2, 4];
const params = lstm.init(key(1), { I, H });
const xs = normal(key(2), [T, B, I]);
const lengths = [3, 0, 5];
const padded = where(
  tensor(
    [...Array(T * B * I).keys()].map((k) => Math.floor(k / (B * I)) < (lengths[Math.floor(k / I) % B] as number)),
  ).reshape([T, B, I]),
  xs,
  Number.NaN,
);
const gradient = (options: Parameters<typeof unroll>[3], x = padded) =>
  leaves(
    grad((p: typeof params) => {
      const run = unroll(lstm, p, x, options as object);
      return add(sum(mul(run.out, run.out)), sum(run.last.c));
    })(params),
  );

test('without lengths the padding leaks: the law above can fail', () => {
  expect(Number.isNaN(gradient({}).at(0)?.data[0])).toBe(true);
});

test('traced with lengths as an argument, mapped, batch-first and under a checkpoint schedule it is the same', () => {
  const run = (p: typeof params, x: Tensor, n: Tensor): Tensor => unroll(lstm, p, x, { lengths: n }).out;
  const plain = run(params, padded, i32(lengths));
  expect(
    evaluate(trace(run, params, padded, i32(lengths)), [...leaves(params), padded, i32(lengths)])[0]?.toArray(),
  ).toEqual(plain.toArray());
  const swapped = unroll(lstm, params, transpose(padded, [1, 0, 2]), { lengths, batchFirst: true, taps: ['f'] });
  expect(transpose(swapped.out, [1, 0, 2]).toArray()).toEqual(plain.toArray());
  expect((swapped.taps.f.toArray() as number[][][])[1]).toEqual(Array(T).fill(Array(H).fill(0)));
  const rows = vmap((x: Tensor, n: Tensor) => run(params, x.reshape([T, 1, I]), n.reshape([1])).reshape([T, H]), {
    inAxes: [1, 0],
    outAxes: 1,
  });
  expect(far(rows(padded, i32(lengths)), plain)).toBe(0);
  const all = gradient({ lengths });
  for (const checkpoint of ['sqrt', { every: 2 }] as const) {
    gradient({ lengths, checkpoint }).forEach((leaf, n) => {
      expect(far(leaf, all[n] as Tensor)).toBeLessThanOrEqual(1e-12);
    });
  }
});

test('a length that has no number yet and exceeds T counts as T', () => {
  const run = (n: Tensor): Tensor => unroll(lstm, params, xs, { lengths: n }).out;
  const [out] = evaluate(trace(run, i32([5, 5, 5])), [i32([9, -2, 5])]);
  expect(out?.toArray()).toEqual(run(i32([5, 0, 5])).toArray());
});

test('a reset is a new run: nothing of what was before gets through, forward or back', () => {
  const resetAt = tensor([...Array(T * B).keys()].map((k) => k === 2 * B || k === 4 * B + 2)).reshape([T, B]);
  const from = { h: full([B, H], 0.5), c: full([B, H], -0.5) };
  const whole = unroll(lstm, params, xs, { from, resetAt });
  const head = unroll(lstm, params, slice(xs, [0, 0, 0], [2, 1, I]), {
    from: { h: full([1, H], 0.5), c: full([1, H], -0.5) },
  });
  const tail = unroll(lstm, params, slice(xs, [2, 0, 0], [T, 1, I]));
  expect(cut(whole.out, T, 0).toArray()).toEqual(concat([head.out, tail.out], 0).toArray());
  expect(far(slice(whole.last.c, [0, 0], [1, H]), tail.last.c)).toBe(0);
  const back = grad((x: Tensor) => sum(unroll(lstm, params, x, { resetAt }).out.at(-1)))(xs).toArray() as number[][][];
  expect(back.map((step) => step.map((row) => row.some((value) => value !== 0)))).toEqual([
    [false, true, false],
    [false, true, false],
    [true, true, false],
    [true, true, false],
    [true, true, true],
  ]);
  const resetTo = unroll(lstm, params, xs, { from, resetAt: cast(resetAt, 'int32'), resetTo: from });
  expect(
    far(
      cut(resetTo.out, 3, 0).at(-1),
      unroll(lstm, params, slice(xs, [2, 0, 0], [3, 1, I]), {
        from: { h: full([1, H], 0.5), c: full([1, H], -0.5) },
      }).out.at(0),
    ),
  ).toBe(0);
});

test('lines and spectra see rows end: past it a state is what it was', () => {
  const run = unroll(lstm, params, padded, { lengths });
  const { h, c } = run.lines;
  expect(h.at(T).toArray()).toEqual(run.last.h.toArray());
  const identity = [...Array(H).keys()].map((i) => [...Array(H).keys()].map((j) => (i === j ? 1 : 0)));
  expect(total(c.at(T), c.at(3)).matrix(0).toArray()).toEqual(identity);
  expect(total(h.at(T), h.at(0)).matrix(1).toArray()).toEqual(identity);
  expect(total(c.at(T), c.at(3)).matrix(2).toArray()).not.toEqual(identity);
  const steps = stepJacobians(run).toArray() as number[][][];
  expect(
    steps.map((step) => JSON.stringify(step.slice(H).map((row) => row.slice(H))) === JSON.stringify(identity)),
  ).toEqual([false, false, false, true, true]);
});

test('what has no axis of rows is left alone; inputs may be integers', () => {
  const cell = defineCell({
    name: 'counter',
    params: { a: param('H') },
    state: { n: slot('HB') },
    step: (p, { n }, x) => {
      const next = add(n, cast(transpose(x), 'float64'));
      return { state: { n: next }, out: transpose(next), taps: { a: p.a } };
    },
  });
  const run = unroll(
    cell,
    { a: full([1], 2) },
    tensor(
      [
        [[1], [1]],
        [[1], [9]],
      ],
      { dtype: 'int32' },
    ),
    { lengths: [2, 1], taps: ['a'] },
  );
  expect(run.last.n.toArray()).toEqual([[2, 1]]);
  expect(run.out.toArray()).toEqual([
    [[1], [1]],
    [[2], [0]],
  ]);
  expect(run.taps.a.toArray()).toEqual([[2], [2]]);
});

const shared = defineCell({
  name: 'shared',
  params: { a: param('H') },
  state: { s: slot('H') },
  step: (_, { s }, x) => ({ state: { s }, out: x }),
});

test.each([
  [
    () => unroll(lstm, params, xs, { lengths: [1, 6, 2] }),
    'unroll: row 1 has length 6, but xs has 5 steps. Lengths are 0…5.',
  ],
  [
    () => unroll(lstm, params, xs, { lengths: i32([1, 2, -1]) }),
    'unroll: row 2 has length -1, but xs has 5 steps. Lengths are 0…5.',
  ],
  [() => unroll(lstm, params, xs, { lengths: [1, 2] }), 'unroll: lengths is i32[2]; with these xs it takes i32[3].'],
  [
    () => unroll(lstm, params, xs, { lengths: [1, 2.5, 2] }),
    'unroll: lengths is 1,2.5,2; with these xs it takes i32[3].',
  ],
  [
    () => unroll(lstm, params, xs, { lengths: zeros([3]) }),
    'unroll: lengths is f64[3]; with these xs it takes i32[3].',
  ],
  [
    () => unroll(lstm, params, xs, { resetAt: i32([1, 2, 3]) }),
    'unroll: resetAt is i32[3]; with these xs it takes bool[5,3].',
  ],
  [
    () => unroll(lstm, params, xs, { resetAt: zeros([5, 3]) }),
    'unroll: resetAt is f64[5,3]; with these xs it takes bool[5,3].',
  ],
  [
    () => unroll(lstm, params, xs, { resetTo: { h: zeros([B, H]), c: zeros([B, 9]) } }),
    'unroll: resetTo.c is f64[3,9]; with these parameters and inputs lstm takes f64[3,4].',
  ],
  [
    () => unroll(shared, { a: zeros([2]) }, xs, { lengths }),
    "unroll: rows end and restart apart, but shared's state s has no axis B. Declare it as slot('BH').",
  ],
  [
    () => check(unroll(lstm, params, xs, { lengths }) as never, claim`c[t] = c[t−1]`),
    'check: the run has lengths or resets. Ask it of a row by itself, cut to its steps.',
  ],
])('errors %#', (f, text) => expect(message(f)).toBe(text));

import { add, at, flatten, key, mul, normal } from '@throughline/autograd';
import { linearRecurrence } from '@throughline/autograd/control';
import { type Tensor, tensor, zeros } from '@throughline/tensor';
import { expect, expectTypeOf, test } from 'vitest';
import { minGru } from './cells/index.ts';
import { type AnyCell, defineCell, lstm, type ParallelResult, param, unroll } from './index.ts';
import { layer, sequence } from './layers/index.ts';

type Result = ParallelResult<{ readonly s: Tensor }, { twice: Tensor }>;

/** s′ = a ⊙ s + x, with some parallel form. */
const leakWith = (parallel: (p: { readonly a: Tensor }, from: { readonly s: Tensor }, xs: Tensor) => Result) =>
  defineCell({
    name: 'leak',
    params: { a: param('H') },
    state: ['s'],
    step(p, { s }, x) {
      const next = add(mul(p.a, s), x);
      return { state: { s: next }, out: next, taps: { twice: mul(next, 2) } };
    },
    parallel,
  });
const states = (a: Tensor, s: Tensor, xs: Tensor) => {
  const out = linearRecurrence(a, xs, { from: s });
  return { out, last: { s: at(out, -1) } };
};
const leak = leakWith(({ a }, { s }, xs) => {
  const { out, last } = states(a, s, xs);
  return { out, last, taps: { twice: mul(out, 2) } };
});
const untapped = leakWith(({ a }, { s }, xs) => states(a, s, xs));
const wrong = (result: unknown) => leakWith(() => result as Result); // what types would refuse

const params = leak.init(key(1), { I: 3, H: 3 });
const xs = normal(key(2), [5, 2, 3]);
const from = { s: normal(key(3), [2, 3]) };
const message = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

test.each([{}, { reverse: true }, { batchFirst: true }, { reverse: true, batchFirst: true }])(
  'outputs, taps and the last state are those of the steps: %j',
  (options) => {
    const given = 'batchFirst' in options ? normal(key(2), [2, 5, 3]) : xs;
    const one = unroll(leak, params, given, { ...options, from, taps: ['twice'] });
    const all = unroll(leak, params, given, { ...options, from, taps: ['twice'], parallel: true });
    expectTypeOf(all.taps.twice).toEqualTypeOf<Tensor>();
    expect(all.out.toArray()).toEqual(one.out.toArray());
    expect(all.taps.twice.toArray()).toEqual(one.taps.twice.toArray());
    expect(all.last.s.toArray()).toEqual(one.last.s.toArray());
    expect(all.lines.s.at(2).toArray()).toEqual(one.lines.s.at(2).toArray());
  },
);

test.each([{}, { reverse: true }, { batchFirst: true }])(
  'rows of several lengths end where they do step by step: %j',
  (options) => {
    const dims = { I: 3, H: 3 };
    const own = minGru.init(key(4), dims);
    const given = 'batchFirst' in options ? normal(key(2), [3, 5, 3]) : normal(key(2), [5, 3, 3]);
    const run = (parallel: boolean) => {
      const { out, last, taps } = unroll(minGru, own, given, { ...options, parallel, lengths: [2, 5, 0], taps: ['z'] });
      return { out, last, taps };
    };
    const [one, all] = [flatten('test', run(false)).leaves, flatten('test', run(true)).leaves];
    all.forEach((leaf, i) => {
      expect(
        leaf
          .sub(one[i] as Tensor)
          .abs()
          .max()
          .item(),
      ).toBeLessThanOrEqual(1e-15);
    });
  },
);

test('layers run in one go where their cell can', () => {
  const model = sequence(layer(lstm, { I: 3, H: 4 }), layer(minGru, { I: 4, H: 3 }));
  const own = model.init(key(4));
  const [one, all] = [model.apply(own, xs), model.apply(own, xs, { parallel: true })];
  expect(all.out.sub(one.out).abs().max().item()).toBeLessThanOrEqual(1e-15);
  expect(all.out.toArray()).not.toEqual(one.out.toArray()); // other sums
});

test('another start, and a cell of unknown names, keep the form', () => {
  const half = leak.with({ a: 0.5 });
  const any: AnyCell = half;
  const { out } = unroll(any, half.init(key(1), { I: 1, H: 1 }), tensor([[[1]], [[1]]]), { parallel: true });
  expect(out.toArray()).toEqual([[[1]], [[1.5]]]);
  expect('parallel' in lstm).toBe(false);
});

const parallel = true as const;

test.each([
  [
    () => unroll(lstm, lstm.init(key(1), { I: 3, H: 3 }), xs, { parallel }),
    'unroll: lstm has no parallel form. Leave out parallel: true.',
  ],
  [
    () => unroll(leak as AnyCell, params, xs, { parallel, taps: ['thrice'] }),
    'unroll: the parallel form of leak has no tap thrice; it has twice.',
  ],
  [
    () => unroll(untapped, params, xs, { parallel, taps: ['twice'] }),
    'unroll: the parallel form of leak has no tap twice; it has none.',
  ],
  [
    () => unroll(untapped, params, xs, { parallel, taps: true }),
    'unroll: the parallel form of leak returns no taps. Leave out parallel: true.',
  ],
  [
    () => unroll(leak, params, xs, { parallel, resetAt: zeros([5, 2], 'int32') }),
    'unroll: rows restart step by step. Leave out parallel: true.',
  ],
  [
    () => unroll(wrong({ out: xs }), params, xs, { parallel }),
    'leak.parallel: must return { last: { s }, out }, out [5, B, …]; out is f64[5,2,3].',
  ],
  [
    () => unroll(wrong({ out: from.s, last: from }), params, xs, { parallel }),
    'leak.parallel: must return { last: { s }, out }, out [5, B, …]; out is f64[2,3].',
  ],
  [
    () => unroll(wrong({ out: xs, last: { s: zeros([3]) } }), params, xs, { parallel }),
    'leak.parallel: state s enters step as f64[2,3] but leaves it as f64[3].',
  ],
])('errors %#', (f, text) => expect(message(f)).toBe(text));

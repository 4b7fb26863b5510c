import { grad, key, normal, sum } from '@throughline/autograd';
import { type Tensor, tensor, zeros } from '@throughline/tensor';
import { expect, expectTypeOf, test } from 'vitest';
import { gru, lstm, unroll } from '../index.ts';
import { embedding, layer, linear, sequence } from './index.ts';

const model = sequence(
  embedding({ V: 7, E: 3 }),
  layer(lstm, { I: 3, H: 4 }),
  layer(gru, { I: 4, H: 5 }),
  linear({ I: 5, O: 7 }),
);
const params = model.init(key(1));
const indices = tensor(
  [
    [0, 6],
    [3, 3],
    [1, 2],
    [5, 0],
  ],
  { dtype: 'int32' },
);
const message = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

test('parameters and states go by the layers’ names', () => {
  expectTypeOf(params.lstm.f.W).toEqualTypeOf<Tensor>();
  expectTypeOf(params.embedding.W).toEqualTypeOf<Tensor>();
  const { out, last } = model.apply(params, indices);
  expect(out.shape).toEqual([4, 2, 7]);
  expect(Object.keys(last)).toEqual(['lstm', 'gru']);
  expectTypeOf(last.lstm.c).toEqualTypeOf<Tensor>();
  // @ts-expect-error a linear layer has no state
  expect(last.linear).toBeUndefined();
});

test('continuing from the last state is one run', () => {
  const whole = model.apply(params, indices);
  const head = model.apply(
    params,
    tensor(
      [
        [0, 6],
        [3, 3],
      ],
      { dtype: 'int32' },
    ),
  );
  const tail = model.apply(
    params,
    tensor(
      [
        [1, 2],
        [5, 0],
      ],
      { dtype: 'int32' },
    ),
    { from: head.last },
  );
  expect([...(head.out.toArray() as number[]), ...(tail.out.toArray() as number[])]).toEqual(whole.out.toArray());
});

test('batch-first is a matter of layout only', () => {
  const flipped = model.apply(
    params,
    tensor(
      [
        [0, 3, 1, 5],
        [6, 3, 2, 0],
      ],
      { dtype: 'int32' },
    ),
    { batchFirst: true },
  );
  expect(flipped.out.shape).toEqual([2, 4, 7]);
  expect(flipped.last.gru.h.toArray()).toEqual(model.apply(params, indices).last.gru.h.toArray());
});

test('gradients reach every layer; rows that were not looked up get none', () => {
  const g = grad((p: typeof params) => sum(model.apply(p, indices).out))(params);
  const rows = g.embedding.W.toArray() as number[][];
  expect(rows[4]).toEqual([0, 0, 0]);
  expect(rows[3]?.every((value) => value !== 0)).toBe(true);
  expect(g.linear.b.toArray()).toEqual([8, 8, 8, 8, 8, 8, 8]);
});

test('a model of a cell alone is the cell', () => {
  const alone = sequence(layer(lstm, { I: 2, H: 3 }, 'memory'));
  const own = alone.init(key(2), { dtype: 'float32' });
  const xs = normal(key(3), [4, 1, 2], { dtype: 'float32' });
  expect(own.memory.f.W.dtype).toBe('float32');
  expect(alone.apply(own, xs).out.toArray()).toEqual(unroll(lstm, own.memory, xs).out.toArray());
});

test.each([
  [() => sequence(), 'sequence: needs at least one layer.'],
  [
    () => sequence(embedding({ V: 7, E: 3 }), linear({ I: 4, O: 2 })),
    'sequence: embedding gives width 3, but linear takes I = 4.',
  ],
  [
    () => sequence(linear({ I: 4, O: 2 }), embedding({ V: 7, E: 3 })),
    'sequence: linear gives width 2, but embedding takes indices.',
  ],
  [
    () => sequence(layer(lstm, { I: 2, H: 2 }), layer(lstm, { I: 2, H: 2 })),
    "sequence: two layers are named lstm. Give one another name, as in layer(lstm, { I, H }, 'second').",
  ],
  [() => linear({ I: 0, O: 2 }), 'linear: I is 0; extents are integers ≥ 1.'],
  [
    () => model.apply(params, zeros([4, 2])),
    "embedding: takes int32 indices, got f64[4,2]. Convert with cast(x, 'int32').",
  ],
  [
    () => linear({ I: 3, O: 2 }).apply({ W: zeros([3, 2]), b: zeros([2]) }, zeros([4, 5])),
    'linear: x is f64[4,5], W is f64[3,2]: the last axis of x is 5, W takes I = 3.',
  ],
  [
    () => model.apply({ ...params, gru: undefined } as never, indices),
    'sequence: the parameters have none for gru. Make them with init.',
  ],
])('errors %#', (f, text) => expect(message(f)).toBe(text));

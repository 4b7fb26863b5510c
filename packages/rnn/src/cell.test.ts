import { key, matmul, transpose } from '@throughline/autograd';
import { type Tensor, tensor, zeros } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { chrono, defineCell, gru, initializers, lstm, minus, orthogonal, param, rnn, slot, unroll } from './index.ts';

const dims = { I: 3, H: 4 };
const message = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

describe('names', () => {
  const define = (state: string[], tap?: string) =>
    defineCell({
      name: 'odd',
      params: {},
      state,
      step: (_, s, x) => ({ state: s, out: x, ...(tap === undefined ? {} : { taps: { [tap]: x } }) }),
    });
  test.each([
    [() => define(['x']), 'defineCell odd: a state is named x, which is the input. Rename the state.'],
    [() => define(['out']), 'defineCell odd: a state is named out, which is the output. Rename the state.'],
    [() => define(['h', 'h']), 'defineCell odd: two states are named h.'],
    [
      () => unroll(define(['h'], 'h'), {}, zeros([1, 1, 1]), { from: { h: zeros([1, 1]) } }),
      'odd.initialState: h has axes [B, H], and H was not given. Pass { H: … }.',
    ],
    [
      () => define(['h'], 'h').step({}, { h: zeros([1, 1]) }, zeros([1, 1])),
      'odd: h is both a state and a tap. Rename the tap.',
    ],
    [
      () => define(['h'], 'x').step({}, { h: zeros([1, 1]) }, zeros([1, 1])),
      'odd: a tap is named x, which is the input. Rename the tap.',
    ],
    [() => define(['h']).step({}, {}, zeros([1, 1])), 'odd: step returned no state h.'],
    [() => param('i'), 'param: "i" does not name axes. Write one capital letter for each, as in "IH".'],
    [() => slot('b'), 'slot: "b" does not name axes. Write one capital letter for each, as in "BH".'],
  ])('%#', (f, text) => expect(message(f)).toBe(text));

  test('a belt that does not exist', () => {
    const bad = defineCell({
      name: 'odd',
      params: {},
      state: ['h'],
      step: (_, { h }, x) => ({ state: { h }, out: x, taps: { f: x } }),
      belt: { state: 'h', keep: 'f', holding: ['q' as 'f'] },
    });
    expect(message(() => bad.step({}, { h: zeros([1, 1]) }, zeros([1, 1])))).toBe(
      'odd: the belt holds q; there are h, x, out, f.',
    );
  });

  test('a state that changes its shape', () => {
    const cell = defineCell({
      name: 'odd',
      params: {},
      state: ['h'],
      step: (_, __, x) => ({ state: { h: x }, out: x }),
    });
    expect(message(() => cell.step({}, { h: zeros([2, 3]) }, zeros([2, 5])))).toBe(
      'odd: state h enters step as f64[2,3] but leaves it as f64[2,5].',
    );
  });
});

describe('init', () => {
  test('shapes, dtypes and bounds: uniform in ±1/√H', () => {
    const { f } = lstm.init(key(1), dims);
    expect([f.W.shape, f.U.shape, f.b.shape]).toEqual([[3, 4], [4, 4], [4]]);
    expect(f.U.toTypedArray().every((value) => Math.abs(value) <= 0.5)).toBe(true);
    expect(lstm.init(key(1), { ...dims, dtype: 'float32' }).f.W.dtype).toBe('float32');
    expect(gru.init(key(1), dims).n.b2.shape).toEqual([4]);
  });

  test('the same key gives the same numbers, another other ones, and no two parameters are equal', () => {
    const all = (seed: number) => JSON.stringify(Object.values(lstm.init(key(seed), dims)).map(({ U }) => U.toArray()));
    expect(all(1)).toBe(all(1));
    expect(all(1)).not.toBe(all(2));
    const gates = Object.values(lstm.init(key(1), dims)).map(({ U }) => String(U.toArray()));
    expect(new Set(gates).size).toBe(4);
  });

  test('with gives a gate another start, by number, initialiser, or another parameter', () => {
    const cell = lstm.with({ f: { b: chrono(60), U: orthogonal }, i: { b: minus('f.b') }, o: { b: 1 } });
    const { f, i, o, g } = cell.init(key(1), dims);
    expect(o.b.toArray()).toEqual([1, 1, 1, 1]);
    expect(i.b.toArray()).toEqual([...f.b.toTypedArray()].map((value) => -value));
    expect(f.b.toTypedArray().every((value) => value >= 0 && value < Math.log(59))).toBe(true);
    expect(g.b.toArray()).toEqual(lstm.init(key(1), dims).g.b.toArray());
    const gram = matmul(transpose(f.U), f.U).toTypedArray();
    expect(gram.every((value, at) => Math.abs(value - (at % 5 === 0 ? 1 : 0)) < 1e-14)).toBe(true);
    expect(lstm.with({}).belt).toBe(lstm.belt);
  });

  test('initialisers', () => {
    const made = (initializer: Parameters<typeof param>[1]): Tensor =>
      defineCell({
        name: 'one',
        params: { A: param('IH', initializer) },
        state: ['s'],
        step: (_, s, x) => ({ state: s, out: x }),
      }).init(key(4), dims).A;
    expect(made(initializers.identity).toArray()).toEqual([
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
    ]);
    expect(made(initializers.zeros).toArray()).toEqual(made(initializers.constant(0)).toArray());
    const rows = made(orthogonal);
    const gram = matmul(rows, transpose(rows)).toTypedArray();
    expect(gram.every((value, at) => Math.abs(value - (at % 4 === 0 ? 1 : 0)) < 1e-14)).toBe(true);
    const bound = Math.sqrt(6 / 7);
    expect(
      made(initializers.glorotUniform)
        .toTypedArray()
        .every((value) => Math.abs(value) <= bound),
    ).toBe(true);
    const half = made(initializers.scaled(initializers.normal(2), 0.5)).toTypedArray();
    expect(half).toEqual(made(initializers.normal()).toTypedArray());
    const shifted = made(initializers.shifted(initializers.uniform(0, 1), 5)).toTypedArray();
    expect(shifted.every((value) => value >= 5 && value < 6)).toBe(true);
  });

  test.each([
    [
      () => lstm.init(tensor([1, 2]), dims),
      'lstm.init: the first argument is f64[2], not a random key. Pass key(seed).',
    ],
    [
      () => lstm.init(key(1), { I: 3 } as typeof dims),
      'lstm.init: f.W has axes [I, H], and H was not given. Pass { H: … }.',
    ],
    [() => lstm.init(key(1), { I: 3, H: 0 }), 'lstm.init: H is 0; extents are integers ≥ 1.'],
    [
      () => lstm.init(key(1), { ...dims, dtype: 'int32' as 'float32' }),
      'lstm.init: dtype is "int32"; parameters are float64 or float32.',
    ],
    [() => lstm.with({ q: {} } as object), 'lstm.with: there is no q; there are f, i, o, g.'],
    [() => lstm.with({ f: { V: 1 } } as object), 'lstm.with: there is no f.V; there are f.W, f.U, f.b.'],
    [
      () => rnn.with({ h: { b: minus('h.q') } }).init(key(1), dims),
      'rnn.init: h.b starts from h.q, which rnn does not have.',
    ],
    [() => rnn.with({ h: { b: minus('h.b') } }).init(key(1), dims), 'rnn.init: h.b starts from h.b: a circle.'],
    [
      () => rnn.with({ h: { b: () => zeros([9]) } }).init(key(1), dims),
      'rnn.init: the initialiser of h.b gave f64[9], expected f64[4].',
    ],
    [
      () => rnn.with({ h: { b: orthogonal } }).init(key(1), dims),
      'orthogonal: h.b has shape [4], not that of a matrix.',
    ],
    [() => chrono(1), 'chrono: the longest memory is 1 steps; it must be at least 2.'],
  ])('errors %#', (f, text) => expect(message(f)).toBe(text));
});

import {
  add,
  argmax,
  evaluate,
  exp,
  flatten,
  foldIn,
  grad,
  key,
  logSoftmax,
  mul,
  neg,
  oneHot,
  slice,
  softmax,
  stack,
  sum,
  tanh,
  trace,
} from '@throughline/autograd';
import { full, type Tensor, tensor, zeros } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { defineCell, gru, lstm, param, rnn, slot, unroll } from '../index.ts';
import { embedding, type LinearParams, linear, sequence } from '../layers/index.ts';
import { encoderDecoder, generate, sampleSymbol, stacked } from './index.ts';

const i32 = (values: unknown): Tensor => tensor(values as number[][], { dtype: 'int32' });
const leaves = (tree: unknown): readonly Tensor[] => flatten('test', tree).leaves;
const far = (a: Tensor, b: Tensor): number => {
  expect(a.shape).toEqual(b.shape);
  return Math.max(0, ...[...a.toTypedArray()].map((x, k) => Math.abs(x - (b.data[k] as number))));
};
const message = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

describe('a symbol', () => {
  const logits = tensor([
    [0.1, 2, -1, 2],
    [5, 0, 0, 0],
  ]);
  test('is the first of the likeliest at temperature 0', () => {
    expect(sampleSymbol(logits, { temperature: 0 }).toArray()).toEqual([1, 0]);
  });
  test('comes as often as the softmax at its temperature says, among the top k', () => {
    const many = stack(Array.from({ length: 4000 }, () => tensor([0, 1, 2, 3])));
    const share = (options: object): number[] => {
      const drawn = [...sampleSymbol(many, { key: key(3), ...options }).data];
      return [0, 1, 2, 3].map((symbol) => drawn.filter((one) => one === symbol).length / 4000);
    };
    const close = (a: number[], b: Tensor): void =>
      a.forEach((x, i) => void expect(Math.abs(x - (b.data[i] as number))).toBeLessThan(0.03));
    close(share({}), softmax(tensor([0, 1, 2, 3])));
    close(share({ temperature: 2 }), softmax(tensor([0, 0.5, 1, 1.5])));
    close(share({ topK: 2 }), softmax(tensor([-1e9, -1e9, 2, 3])));
    expect(share({ topK: 1 })).toEqual([0, 0, 0, 1]);
    expect(share({ topK: 9 })).toEqual(share({}));
    expect(() => close(share({ temperature: 2 }), softmax(tensor([0, 1, 2, 3])))).toThrow();
  });
  test.each([
    [
      () => sampleSymbol(logits),
      'sampleSymbol: has no key to draw from. Pass { key: key(seed) }, or { temperature: 0 }.',
    ],
    [
      () => sampleSymbol(logits, { temperature: -1 }),
      'sampleSymbol: temperature is -1, not a number from 0 up. 0 takes the likeliest.',
    ],
    [() => sampleSymbol(logits, { topK: 0, key: key(1) }), 'sampleSymbol: topK is 0, not an integer from 1 up.'],
    [
      () => sampleSymbol(zeros([2, 0]), { temperature: 0 }),
      'sampleSymbol: the logits are f64[2,0]: there is no symbol to choose.',
    ],
  ])('errors %#', (f, text) => expect(message(f)).toBe(text));
});

describe('generate', () => {
  const model = sequence(
    embedding({ V: 5, E: 3 }),
    stacked(lstm, { I: 3, H: 6 }, { layers: 2 }),
    linear({ I: 6, O: 5 }),
  );
  const params = model.init(key(1));
  const prompt = i32([
    [0, 4],
    [3, 1],
  ]);

  test('reads what it wrote: teacher forcing on it gives the same logits, of which each symbol is the likeliest', () => {
    const { ids, last } = generate(model, params, { prompt, length: 6, temperature: 0 });
    expect(ids.shape).toEqual([6, 2]);
    const read = stack([...[0, 1].map((t) => prompt.at(t)), ...[0, 1, 2, 3, 4].map((t) => ids.at(t))]);
    const forced = model.apply(params, read);
    expect(argmax(slice(forced.out, [1, 0, 0], [7, 2, 5]), -1).toArray()).toEqual(ids.toArray());
    expect(leaves(last).map((leaf) => leaf.toArray())).toEqual(leaves(forced.last).map((leaf) => leaf.toArray()));
  });
  test('draws symbol n with foldIn(key, n), rows apart', () => {
    const { ids } = generate(model, params, { prompt, length: 3, temperature: 0.7, topK: 3, key: key(9) });
    let read = prompt;
    for (let n = 0; n < 3; n++) {
      const chosen = sampleSymbol(model.apply(params, read).out.at(-1), {
        temperature: 0.7,
        topK: 3,
        key: foldIn(key(9), n),
      });
      expect(chosen.toArray()).toEqual(ids.at(n).toArray());
      read = stack([...Array.from({ length: read.shape[0] as number }, (_, t) => read.at(t)), chosen]);
    }
    expect(generate(model, params, { prompt, length: 30, key: key(1) }).ids.toArray()).not.toEqual(
      generate(model, params, { prompt, length: 30, key: key(2) }).ids.toArray(),
    );
  });
  test('goes on from a state', () => {
    const head = model.apply(params, slice(prompt, [0, 0], [1, 2]));
    const { ids } = generate(model, params, {
      prompt: slice(prompt, [1, 0], [2, 2]),
      from: head.last,
      length: 4,
      temperature: 0,
    });
    expect(ids.toArray()).toEqual(generate(model, params, { prompt, length: 4, temperature: 0 }).ids.toArray());
  });
  test.each([
    [
      () => generate(model, params, { prompt: zeros([1, 1]), length: 1 }),
      'generate: the prompt is f64[1,1], not i32[T,B] of at least one step.',
    ],
    [() => generate(model, params, { prompt, length: 0 }), 'generate: length is 0, not an integer from 1 up.'],
    [
      () => generate(model, params, { prompt, length: 1 }),
      'generate: has no key to draw from. Pass { key: key(seed) }, or { temperature: 0 }.',
    ],
    [
      () => generate({ apply: () => ({ out: zeros([2, 2]), last: null }) }, null, { prompt, length: 1 }),
      'generate: the model gives f64[2,2], not logits [T, B, V].',
    ],
    [
      () => generate(model, params, { prompt: i32([[7]]), length: 1, temperature: 0 }),
      'gather: index 7 at indices[0,0] is out of range for axis 0 of f64[5,3]. Use -5 to 4.',
    ],
  ])('errors %#', (f, text) => expect(message(f)).toBe(text));
});

describe.each([
  ['gru and gru', gru, gru],
  ['lstm and lstm', lstm, lstm],
  ['gru and lstm', gru, lstm],
] as unknown as [string, typeof gru, typeof gru][])('encoder–decoder of %s', (_, encoder, decoder) => {
  const model = encoderDecoder({ encoder, decoder, sourceSymbols: 6, targetSymbols: 5, E: 3, H: 4, A: 7 });
  const params = model.init(key(1));
  const source = i32([
    [1, 5, 0],
    [2, 0, 0],
    [3, 4, 0],
    [4, 1, 0],
  ]);
  const lengths = [4, 2, 0];
  const inputs = i32([
    [0, 0, 0],
    [2, 1, 4],
  ]);

  test('says the same of the same symbols, whether it was taught them or wrote them', () => {
    const written = model.generate(params, source, { lengths, begin: 0, length: 5, temperature: 0.8, key: key(4) });
    const read = stack([full([3], 0, 'int32'), ...[0, 1, 2, 3].map((t) => written.ids.at(t))]);
    const forced = model.apply(params, { source, lengths, inputs: read });
    expect(forced.logits.toArray()).toEqual(written.logits.toArray());
    expect(forced.weights.toArray()).toEqual(written.weights.toArray());
    expect(forced.logits.shape).toEqual([5, 3, 5]);
  });

  test('weights are of what is there: 0 on padding, a sum of 1, nothing for a row of nothing', () => {
    const { weights, logits } = model.apply(params, { source, lengths, inputs });
    const sums = sum(weights, 1).toArray() as number[][];
    for (const [a, b, c] of sums as [number, number, number][]) {
      expect([Math.abs(a - 1) < 1e-12, Math.abs(b - 1) < 1e-12, c]).toEqual([true, true, 0]);
    }
    expect(slice(weights, [0, 2, 1], [2, 4, 2]).toArray()).toEqual([
      [[0], [0]],
      [[0], [0]],
    ]);
    expect([...logits.toTypedArray()].every(Number.isFinite)).toBe(true);
  });

  test('a padded row is that row alone, gradients too; other padding changes nothing', () => {
    const loss = (p: typeof params, x: Tensor, n: readonly number[], y: Tensor): Tensor =>
      sum(mul(logSoftmax(model.apply(p, { source: x, inputs: y, lengths: n }).logits), oneHot(y, 5)));
    const row = slice(source, [0, 1], [2, 2]);
    const alone = grad((p: typeof params) => loss(p, row, [2], slice(inputs, [0, 1], [2, 2])))(params);
    const padded = grad((p: typeof params) =>
      loss(p, slice(source, [0, 1], [4, 2]), [2], slice(inputs, [0, 1], [2, 2])),
    )(params);
    leaves(alone).forEach((leaf, i) => void expect(far(leaves(padded)[i] as Tensor, leaf)).toBeLessThanOrEqual(1e-12));
    const other = i32([
      [1, 5, 3],
      [2, 0, 3],
      [3, 3, 3],
      [4, 3, 3],
    ]);
    expect(model.apply(params, { source: other, inputs, lengths }).logits.toArray()).toEqual(
      model.apply(params, { source, inputs, lengths }).logits.toArray(),
    );
    const whole = model.apply(params, { source: other, inputs }).logits;
    expect(far(whole, model.apply(params, { source, inputs }).logits)).toBeGreaterThan(1e-6);
  });

  test('every parameter learns', () => {
    const g = grad((p: typeof params) =>
      sum(mul(logSoftmax(model.apply(p, { source, inputs, lengths }).logits), oneHot(inputs, 5))),
    )(params);
    const flat = flatten('test', g);
    flat.leaves.forEach(
      (leaf, i) =>
        void expect(
          [...leaf.data].some((x) => x !== 0),
          flat.paths[i],
        ).toBe(true),
    );
  });

  test('traced with lengths as an argument it is the same', () => {
    const run = (p: typeof params, x: Tensor, y: Tensor, n: Tensor): Tensor =>
      model.apply(p, { source: x, inputs: y, lengths: n }).logits;
    const [out] = evaluate(trace(run, params, source, inputs, i32(lengths)), [
      ...leaves(params),
      source,
      inputs,
      i32(lengths),
    ]);
    expect(out?.toArray()).toEqual(run(params, source, inputs, i32(lengths)).toArray());
  });
});

test('attention by hand: one row, one step of the decoder', () => {
  const model = encoderDecoder({ encoder: rnn, decoder: rnn, sourceSymbols: 3, targetSymbols: 2, E: 2, H: 2 });
  const p = model.init(key(3));
  const source = i32([[0], [2], [1]]);
  const { logits, weights } = model.apply(p, { source, inputs: i32([[1]]) });
  const xs = stack([0, 2, 1].map((id) => slice(p.source.W, [id, 0], [id + 1, 2])));
  const [forth, back] = [
    unroll(rnn, p.encoder.forward, xs).out,
    unroll(rnn, p.encoder.backward, xs, { reverse: true }).out,
  ];
  const rowsOf = [0, 1, 2].map((s) => [...forth.at(s).data, ...back.at(s).data]);
  const times = (v: readonly number[], W: Tensor): number[] =>
    (W.toArray() as number[][])[0]?.map((_, j) =>
      v.reduce((total, x, i) => total + x * ((W.toArray() as number[][])[i]?.[j] as number), 0),
    ) as number[];
  const plus = (...all: number[][]): number[] =>
    (all[0] as number[]).map((_, i) => all.reduce((total, v) => total + (v[i] as number), 0));
  const begin = p.start.h as LinearParams;
  const s0 = plus(times((rowsOf[0] as number[]).slice(2), begin.W), [...begin.b.data]).map(Math.tanh);
  const scores = rowsOf.map((m) =>
    plus(times(s0, p.attention.W), times(m, p.attention.U))
      .map(Math.tanh)
      .reduce((total, x, i) => total + x * (p.attention.v.data[i] as number), 0),
  );
  const total = scores.reduce((a, x) => a + Math.exp(x), 0);
  const alpha = scores.map((x) => Math.exp(x) / total);
  expect(Math.max(...alpha.map((x, i) => Math.abs(x - (weights.data[i] as number))))).toBeLessThan(1e-14);
  const context = plus(...rowsOf.map((m, i) => m.map((x) => x * (alpha[i] as number))));
  const y = [...p.target.W.at(1).data];
  const s1 = plus(times([...y, ...context], p.decoder.h.W), times(s0, p.decoder.h.U), [...p.decoder.h.b.data]).map(
    Math.tanh,
  );
  const said = plus(times([...s1, ...y, ...context], p.readOut.W), [...p.readOut.b.data]);
  expect(Math.max(...said.map((x, i) => Math.abs(x - (logits.data[i] as number))))).toBeLessThan(1e-13);
});

test('a row that has said its end says nothing else', () => {
  const model = encoderDecoder({ encoder: gru, decoder: gru, sourceSymbols: 3, targetSymbols: 3, E: 2, H: 3 });
  const params = model.init(key(3));
  const { ids } = model.generate(params, i32([[0, 1, 2, 1, 0, 2]]), {
    begin: 0,
    end: 2,
    length: 12,
    key: key(5),
    temperature: 3,
  });
  const rows = (ids.transpose().toArray() as number[][]).map((row) => row.join(''));
  expect(rows.every((row) => /^[01]*2*$/.test(row))).toBe(true);
  expect(rows.some((row) => row.includes('2'))).toBe(true);
});

test('it learns to turn a sequence round', () => {
  const model = encoderDecoder({ encoder: gru, decoder: gru, sourceSymbols: 3, targetSymbols: 4, E: 4, H: 8 });
  let params = model.init(key(2));
  const words = Array.from({ length: 9 }, (_, n) => [Math.floor(n / 3), n % 3]);
  const source = i32(words).transpose();
  const turned = i32(words.map(([a, b]) => [b, a])).transpose();
  const inputs = stack([full([9], 3, 'int32'), turned.at(0)]);
  const loss = (p: typeof params): Tensor =>
    neg(sum(mul(logSoftmax(model.apply(p, { source, inputs }).logits), oneHot(turned, 4))));
  for (let n = 0; n < 60; n++) {
    const [flat, slope] = [flatten('test', params), leaves(grad(loss)(params))];
    params = flat.rebuild(
      flat.leaves.map((leaf, i) => add(leaf, mul(slope[i] as Tensor, -0.1))),
    ) as unknown as typeof params;
  }
  expect(exp(mul(loss(params), -1 / 18)).item()).toBeGreaterThan(0.6);
  expect(model.generate(params, source, { begin: 3, length: 2, temperature: 0 }).ids.toArray()).toEqual(
    turned.toArray(),
  );
});

const stateless = defineCell({
  name: 'table',
  params: { a: param('H') },
  state: { m: slot('BHH') },
  step: (_, { m }, x) => ({ state: { m }, out: tanh(x) }),
});
const small = { encoder: gru, decoder: gru, sourceSymbols: 3, targetSymbols: 3, E: 2, H: 3 };
test.each([
  [
    () => encoderDecoder({ ...small, decoder: stateless as never }),
    'encoderDecoder: table has no state [B, H] to look back with.',
  ],
  [
    () => encoderDecoder(small).apply({} as never, { source: zeros([2, 1]), inputs: i32([[0]]) }),
    'encoderDecoder: source is f64[2,1]; it takes symbols i32[T,B].',
  ],
  [
    () => encoderDecoder(small).apply({} as never, { source: i32([[0, 1]]), inputs: i32([[0]]) }),
    'encoderDecoder: inputs is i32[1,1], source is i32[1,2]: axis 1 is the batch of both.',
  ],
])('errors %#', (f, text) => expect(message(f)).toBe(text));

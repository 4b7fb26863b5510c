import { evaluate, key, mul, trace } from '@throughline/autograd';
import { type Concrete, type Tensor, tensor, zeros } from '@throughline/tensor';
import { bitEqual } from '@throughline/tensor/testing';
import { describe, expect, it } from 'vitest';
import { adam, sgd } from '../index.ts';

describe.each([
  ['adam', adam({ rate: 0.1 })],
  ['sgd', sgd({ rate: 0.1, momentum: 0.9 })],
] as const)('%s', (name, optimizer) => {
  const params = {
    seed: key(1),
    w: tensor([1, 2, 3]),
    empty: zeros([0]),
    layers: [tensor(1), tensor([[1]], { dtype: 'float32' })],
  };
  const grads = {
    seed: null,
    w: tensor([0.5, 0, -1]),
    empty: zeros([0]),
    layers: [tensor(1), tensor([[1]], { dtype: 'float32' })],
  };

  it('passes over leaves without cotangents, and leaves its arguments alone', () => {
    const before = String(params.w);
    const state = optimizer.init(params);
    const next = optimizer.update(state as never, grads as never, params); // each optimiser takes its own state
    expect(next.params.seed).toBe(params.seed);
    expect(next.params.layers[1]?.dtype).toBe('float32');
    expect(String(params.w)).toBe(before);
    expect(String(state.step)).toBe('i32[] 0');
    expect(next.params.w.toArray()).not.toEqual(params.w.toArray());
  });

  it('keeps the value of a float leaf whose gradient is null', () => {
    const next = optimizer.update(optimizer.init({ w: params.w }) as never, { w: null } as never, { w: params.w });
    expect(next.params.w).toBe(params.w);
  });

  it('gives the same bits traced and eager', () => {
    const w = { w: params.w };
    const step = (w: Tensor, g: Tensor, state: never) => optimizer.update(state, { w: g } as never, { w });
    const state = optimizer.init(w) as never;
    const [eager, program] = [step(params.w, grads.w, state), trace(step, params.w, grads.w, state)];
    const leaves = (x: unknown): Tensor[] =>
      x !== null && typeof x === 'object' && 'shape' in x ? [x as Tensor] : Object.values(x as object).flatMap(leaves); // nested records
    const results = evaluate(program, [params.w, grads.w, ...leaves(state)]);
    leaves(eager).forEach((leaf, i) => {
      expect(bitEqual(leaf, results[i] as Concrete)).toBe(true); // one result per leaf
    });
    expect(results.length).toBe(leaves(eager).length);
  });

  it('says what does not fit', () => {
    const w = { w: params.w };
    const state = optimizer.init(w) as never;
    expect(() => optimizer.update(state, { v: params.w } as never, w)).toThrow(
      `${name}: params are {w:*}, grads are {v:*}: structures differ.`,
    );
    expect(() => optimizer.update(state, { w: tensor([1]) }, w)).toThrow(
      `${name}: grads.w is f64[1], its parameter is f64[3].`,
    );
    const other = { w: tensor([1]) };
    expect(() => optimizer.update(state, other, other)).toThrow(
      `${name}: the state belongs to other parameters: its m are f64[3], the parameters are f64[1]. Start with init(params).`,
    );
  });
});

it('a rate may be a function of the updates so far', () => {
  const optimizer = sgd({ rate: (step) => mul(step, 0.5) });
  let params = tensor(1) as Tensor;
  let state = optimizer.init(params);
  const seen: number[] = [];
  for (let step = 0; step < 3; step++) {
    ({ state, params } = optimizer.update(state, tensor(1), params));
    seen.push(params.item());
  }
  expect(seen).toEqual([1, 0.5, -0.5]);
});

it('refuses hyperparameters out of range', () => {
  expect(() => adam({ rate: -1 })).toThrow('adam: rate is -1, not a number from 0 up, or a function of the step.');
  expect(() => adam({ beta1: 1 })).toThrow('adam: beta1 is 1, not a number from 0 to below 1.');
  expect(() => adam({ epsilon: Number.NaN })).toThrow('adam: epsilon is NaN, not a number from 0 up.');
  expect(() => sgd({ rate: 1, momentum: 2 })).toThrow('sgd: momentum is 2, not a number from 0 to below 1.');
});

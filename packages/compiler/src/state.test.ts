/** @file compile(step, { state }): the state stays inside, goes on, and survives what goes wrong. */
import { add, gather, key, mul, normal, sub, sum } from '@throughline/autograd';
import { full, type Tensor, tensor, zeros } from '@throughline/tensor';
import { bitEqual } from '@throughline/tensor/testing';
import { describe, expect, test } from 'vitest';
import { compile } from './index.ts';

describe('a step with a state', () => {
  const init = { total: tensor([0, 0]), count: tensor(0, { dtype: 'int32' }), key: key(7) };
  const step = (s: typeof init, x: Tensor, scale: number) => ({
    state: { total: add(s.total, mul(sum(x), scale)), count: add(s.count, 1), key: s.key },
    aux: { before: s.total, noise: normal(s.key, [2]) },
  });

  test('goes on from what it left, and read gives copies', () => {
    const run = compile(step, { state: init });
    expect(run(tensor([1, 2]), 2).before.toArray()).toEqual([0, 0]);
    const seen = run.read();
    expect(run(tensor([1]), 1).before.toArray()).toEqual([6, 6]);
    expect([seen.total.toArray(), run.read().total.toArray(), String(run.read().count)]).toEqual([
      [6, 6],
      [7, 7],
      'i32[] 2',
    ]);
    expect(run.read().key.toArray()).toEqual(init.key.toArray());
    expect(init.total.toArray()).toEqual([0, 0]);
  });

  test('write and read give back what was written, before the first call too; keys may come in another order', () => {
    for (const calls of [0, 1, 2]) {
      const run = compile(step, { state: init });
      for (let i = 0; i < calls; i++) run(full([i + 1], 1), 1);
      run.write({ key: key(3), count: tensor(9, { dtype: 'int32' }), total: tensor([Number.NaN, -0]) });
      const { total, count } = run.read();
      expect([[...total.data].map(String), Object.is(total.data[1], -0), count.item()]).toEqual([
        ['NaN', '0'],
        true,
        9,
      ]);
      expect(run(tensor([1]), 1).before.toArray()).toEqual([Number.NaN, -0]);
      expect(run.read().key.toArray()).toEqual(key(3).toArray());
    }
  });

  test('a step may return its state in another order, and exchange its parts', () => {
    const swap = compile(
      (s: { a: Tensor; b: Tensor; c: Tensor }) => ({ state: { c: s.b, b: s.a, a: s.b }, aux: s.c }),
      {
        state: { a: tensor([1, 2]), b: tensor([3, 4]), c: tensor([5, 6]) },
      },
    );
    const rows = () => Object.values(swap.read()).map((leaf) => leaf.toArray());
    expect(swap().toArray()).toEqual([5, 6]);
    expect(rows()).toEqual([
      [3, 4],
      [1, 2],
      [3, 4],
    ]);
    expect(swap().toArray()).toEqual([3, 4]);
    expect(rows()).toEqual([
      [1, 2],
      [3, 4],
      [1, 2],
    ]);
  });

  test('shapes that change keep the state', () => {
    const run = compile(step, { state: init });
    for (const n of [3, 1, 3, 0, 2, 1]) run(full([n], 1), 1);
    expect([run.read().total.toArray(), run.read().count.item()]).toEqual([[10, 10], 6]);
  });

  test('a step that throws leaves the state, whether it fails when traced or when run', () => {
    const look = compile((s: Tensor, x: Tensor, i: Tensor) => ({ state: add(s, gather(x, i)), aux: null }), {
      state: tensor(1) as Tensor,
    });
    const index = (i: number) => tensor(i, { dtype: 'int32' });
    look(tensor([10, 20]), index(1));
    expect(() => look(tensor([10, 20]), index(2))).toThrow('gather');
    expect(look.read().item()).toBe(21);
    expect(() => look(tensor([10, 20, 30]), index(3))).toThrow('gather');
    expect(() => look(tensor([10, 20]), tensor(1))).toThrow('gather');
    expect(look.read().item()).toBe(21);
    look(tensor([10, 20, 30]), index(2));
    expect(look.read().item()).toBe(51);
  });

  test('refuses states of another type or structure, whoever gives them', () => {
    const narrow = compile((_: Tensor) => ({ state: tensor([1]) as Tensor, aux: null }), {
      state: tensor([1, 2]) as Tensor,
    });
    expect(() => narrow()).toThrow(
      expect.objectContaining({ name: 'ShapeError', message: 'compile: state was f64[2], and is now f64[1].' }),
    );
    const lost = compile((s: { a: Tensor; b: Tensor }) => ({ state: { a: s.a } as typeof s, aux: null }), {
      state: { a: tensor(1), b: tensor(2) },
    });
    expect(() => lost()).toThrow('compile: the state was {a:*,b:*}, and is now {a:*}. Return all of its parts.');
    const run = compile(step, { state: init });
    expect(() => run.write({ ...init, total: tensor([1, 2], { dtype: 'float32' }) })).toThrow(
      'compile: state.total was f64[2], and is now f32[2].',
    );
    expect(() => compile(() => tensor(1) as never, { state: tensor(1) })()).toThrow(
      'compile: a step with a state must return { state, aux }.',
    );
    expect(run.read().count.item()).toBe(0);
  });

  test.each([1, 2, 5])('steps: %d is as many calls, bit for bit', (steps) => {
    const xs = normal(key(1), [steps, 4]);
    const one = compile(step, { state: init });
    const many = compile(step, { state: init, steps });
    for (let round = 0; round < 3; round++) {
      const aux = many(xs, 0.3);
      for (let t = 0; t < steps; t++) {
        const single = one(gather(xs, tensor(t, { dtype: 'int32' })), 0.3);
        expect(bitEqual(gather(aux.before, tensor(t, { dtype: 'int32' })), single.before)).toBe(true);
        expect(bitEqual(gather(aux.noise, tensor(t, { dtype: 'int32' })), single.noise)).toBe(true);
      }
      expect(bitEqual(many.read().total, one.read().total)).toBe(true);
      expect(many.read().count.item()).toBe((round + 1) * steps);
    }
    expect(() => many(zeros([steps + 1, 4]), 1)).toThrow(
      `compile: an argument is f64[${steps + 1},4]; a call makes ${steps} steps, and needs as many slices.`,
    );
  });

  test('words among the arguments of several steps', () => {
    const run = compile(
      (s: Tensor, x: { v: Tensor; how: string }) => ({
        state: x.how === 'add' ? add(s, x.v) : sub(s, x.v),
        aux: undefined,
      }),
      {
        state: tensor(0) as Tensor,
        steps: 3,
      },
    );
    run({ v: tensor([1, 2, 3]), how: 'add' });
    expect(run.read().item()).toBe(6);
    run({ v: tensor([1, 1, 1]), how: 'sub' });
    expect(run.read().item()).toBe(3);
  });
});

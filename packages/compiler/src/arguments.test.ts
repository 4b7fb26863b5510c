/** @file What of a call's arguments is part of what is compiled, and what is an input. */
import { add, grad, mul, scan, sin, square, sub, sum } from '@throughline/autograd';
import { full, type Tensor, tensor } from '@throughline/tensor';
import { firstDifference } from '@throughline/tensor/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { compile } from './index.ts';

const warn = vi.spyOn(console, 'warn');
beforeEach(() => {
  warn.mockReset().mockImplementation(() => undefined);
});
afterEach(() => {
  expect(warn.mock.calls).toEqual([]); // what a test expects it takes off
});
const told = (): unknown[] => warn.mock.calls.splice(0).flat();

describe('arguments', () => {
  const counting = () => {
    const runs: unknown[] = [];
    const f = compile((x: Tensor, how: unknown) => {
      runs.push(how);
      return typeof how === 'function'
        ? (how as (y: Tensor) => Tensor)(x)
        : how === 'twice' || how === true
          ? mul(x, 2)
          : x;
    });
    return { f, runs };
  };

  test('words, truth values, null and functions are part of what is asked for', () => {
    const { f, runs } = counting();
    const x = tensor([1, 2]);
    const negate = (y: Tensor) => sub(0, y);
    for (let i = 0; i < 2; i++) {
      expect(f(x, 'twice').toArray()).toEqual([2, 4]);
      expect(f(x, 'once').toArray()).toEqual([1, 2]);
      expect(f(x, true).toArray()).toEqual([2, 4]);
      expect(f(x, 'true').toArray()).toEqual([1, 2]);
      expect(f(x, false).toArray()).toEqual([1, 2]);
      expect(f(x, null).toArray()).toEqual([1, 2]);
      expect(f(x, undefined).toArray()).toEqual([1, 2]);
      told();
      expect(f(x, negate).toArray()).toEqual([-1, -2]);
      told();
    }
    expect(runs).toEqual(['twice', 'once', true, 'true', false, null, undefined, negate]);
  });

  test('structures and element types are, numbers and the values of tensors are not', () => {
    let runs = 0;
    const f = compile((tree: unknown) => {
      runs++;
      return sum(Object.values(tree as Record<string, Tensor>)[0] ?? tensor(0));
    });
    f({ a: tensor([1, 2]) });
    f({ a: tensor([3, 4]) });
    expect(runs).toBe(1);
    f({ b: tensor([1, 2]) });
    f([tensor([1, 2])]);
    f({ a: tensor([1, 2], { dtype: 'float32' }) });
    f({ a: tensor([[1, 2]]) });
    expect(runs).toBe(5);
  });

  test('lists and records are not each other, and holes are part of a list', () => {
    let runs = 0;
    const f = compile((tree: readonly unknown[] | object) => {
      runs++;
      return tensor(Array.isArray(tree) ? tree.length : -1);
    });
    const x = tensor(1);
    const holed = new Array(3);
    holed[0] = x;
    for (let i = 0; i < 2; i++) {
      expect([[x], { 0: x }, holed, [x, undefined, undefined]].map((tree) => f(tree).item())).toEqual([1, -1, 3, 3]);
    }
    expect(runs).toBe(4);
  });

  test('a tensor that comes again is what it was, whatever stands beside it', () => {
    const f = compile((x: Tensor, h: Tensor, n: number) => {
      const { carry } = scan((c: Tensor, y: Tensor) => ({ carry: add(mul(c, y), n), y: null }), h, x);
      return { last: carry, h };
    });
    const [a, b, c] = [tensor([1, 2]), tensor([3, 5]), tensor(7)];
    const calls = [
      [a, c, 1],
      [a, c, 1],
      [a, c, 2],
      [b, c, 2],
      [b, tensor(7), 2],
      [a, tensor(1), 1],
      [a, c, 1],
    ] as const;
    expect(calls.map(([x, h, n]) => f(x, h, n).last.item())).toEqual([17, 17, 20, 117, 117, 5, 17]);
    expect(f(b, c, 1).h.item()).toBe(7);
  });

  test('what a function does to the records that it is given is not seen by the next call', () => {
    let runs = 0;
    const f = compile((p: { x: Tensor; y?: Tensor }) => {
      runs++;
      p.y = mul(p.x, 2);
      return p.y;
    });
    expect([1, 2].map((n) => f({ x: tensor(n) }).item())).toEqual([2, 4]);
    expect(runs).toBe(1);
  });

  test('none at all, and a capture is what it was', () => {
    let x = tensor(1) as Tensor;
    const f = compile(() => add(x, 1));
    expect(f().item()).toBe(2);
    x = tensor(5);
    expect(f().item()).toBe(2);
  });

  test('results are trees, with null where a gradient is absent, and are their own', () => {
    const g = compile(grad((p: { w: Tensor; ids: Tensor }) => sum(square(p.w))));
    const p = { w: tensor([1, 2]), ids: tensor([0], { dtype: 'int32' }) };
    const first = g(p);
    expect(first).toEqual({ w: expect.anything(), ids: null });
    const before = String(first.w);
    g({ ...p, w: tensor([7, 8]) });
    expect(String(first.w)).toBe(before);
    const same = compile((x: Tensor) => ({ a: x, b: [x, tensor([9])] }));
    expect(same(tensor([3])).b.map(String)).toEqual(['f64[1] [3]', 'f64[1] [9]']);
  });

  test('sizes 0 and scalars', () => {
    const f = (x: Tensor) => ({ y: add(mul(x, x), 1), total: sum(x), grad: grad((z: Tensor) => sum(sin(z)))(x) });
    for (const shape of [[0], [0, 3], [3, 0], [], [1]]) {
      const x = full(shape, 0.5);
      const [compiled, eager] = [compile(f)(x), f(x)];
      for (const name of ['y', 'total', 'grad'] as const)
        expect([shape, firstDifference(eager[name], compiled[name])]).toEqual([shape, null]);
    }
  });
});

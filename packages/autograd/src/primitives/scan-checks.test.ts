import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { add, evaluate, mul, scan, trace } from '../index.ts';

const xs = tensor([1, 2, 3]);

describe('the order of keys means nothing', () => {
  type State = { h: Tensor; c: Tensor; rest: { a: Tensor; b: Tensor } };
  const zero = tensor(0);
  const start = { h: zero, c: zero, rest: { a: zero, b: zero } };
  const step = ({ h, c, rest: { a, b } }: State, x: Tensor) => ({
    carry: { rest: { b: mul(x, 4), a: mul(x, 3) }, c: mul(x, 2), h: add(add(h, c), add(a, b)) },
    y: h,
  });
  test('in a carry, eager and traced', () => {
    const { carry, ys } = scan(step, start, xs);
    expect(Object.entries(carry.rest).map(([name, x]) => `${name} ${x.item()}`)).toEqual(['a 9', 'b 12']);
    expect([carry.h, carry.c].map((x) => x.item())).toEqual([27, 6]);
    expect(String(ys)).toBe('f64[3] [0, 0, 9]');
    const program = trace((s: State) => scan(step, s, xs).carry, start);
    expect(evaluate(program, [zero, zero, zero, zero]).map((x) => x.item())).toEqual([27, 6, 9, 12]);
  });
  test('in y', () => {
    const { ys } = scan(
      (n: Tensor, x: Tensor) => {
        const square = mul(x, x);
        return { carry: n, y: x.item() > 1 ? { square, x } : { x, square } };
      },
      zero,
      xs,
    );
    expect([String(ys.x), String(ys.square)]).toEqual(['f64[3] [1, 2, 3]', 'f64[3] [1, 4, 9]']);
  });
});

describe('an eager loop refuses what a body of a Program could not do', () => {
  const run = (y: (x: Tensor) => unknown) => () =>
    scan((n: Tensor, x: Tensor) => ({ carry: n, y: y(x) }), tensor(0), xs);
  test('a y of another structure', () => {
    expect(run((x) => (x.item() > 1 ? { a: x } : { a: x, b: x }))).toThrow(
      'scan: y is {a:*} at step 1, but {a:*,b:*} before. Return the same tree in every step, and choose between values with where.',
    );
    expect(run((x) => (x.item() > 1 ? { a: x } : { b: x }))).toThrow('scan: y is {a:*} at step 1, but {b:*} before.');
  });
  test('a y of another type', () => {
    expect(run((x) => ({ a: x.item() > 2 ? tensor([1, 2]) : x }))).toThrow(
      'scan: y.a is f64[2] at step 2, but f64[] before. Give it one shape and dtype in every step.',
    );
  });
  test('a carry with other keys', () => {
    const step = (s: { h: Tensor }) => ({ carry: { h: s.h, z: s.h }, y: s.h });
    expect(() => scan(step, { h: tensor(0) }, xs)).toThrow(
      'scan: the carry enters step as {h:*} but leaves it as {h:*,z:*}.',
    );
  });
});

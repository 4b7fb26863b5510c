import { full, type Tensor, tensor } from '@throughline/tensor';
import { bitEqual, maxDeviation, tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { associativeScan, linearRecurrence } from '../control/index.ts';
import { add, grad, jacobian, mul, scan, sum } from '../index.ts';

const shapes = fc
  .tuple(fc.constantFrom(0, 1, 2, 7), fc.constantFrom([], [3], [2, 1]))
  .map(([length, rest]) => [length, ...rest]);
const calls = shapes.chain((shape) =>
  fc.record({
    a: tensors({ shape }),
    b: tensors({ shape }),
    from: tensors({ shape: shape.slice(1) }),
    reverse: fc.boolean(),
  }),
);

/** The same by a loop. */
const byScan = (a: Tensor, b: Tensor, from: Tensor, reverse: boolean): Tensor =>
  scan(
    (y: Tensor, step: { a: Tensor; b: Tensor }) => {
      const next = add(mul(step.a, y), step.b);
      return { carry: next, y: next };
    },
    from,
    { a, b },
    { reverse },
  ).ys;

describe('the same as a scan', () => {
  test('bit for bit, and gradients to 1e-12', () => {
    fc.assert(
      fc.property(calls, ({ a, b, from, reverse }) => {
        const one = linearRecurrence(a, b, { from, reverse });
        expect(bitEqual(one, byScan(a, b, from, reverse))).toBe(true);
        const weigh = (y: Tensor): Tensor => sum(mul(y, mul(y, 0.3)));
        const ours = grad((p: Record<'a' | 'b' | 'from', Tensor>) =>
          weigh(linearRecurrence(p.a, p.b, { from: p.from, reverse })),
        );
        const theirs = grad((p: Record<'a' | 'b' | 'from', Tensor>) => weigh(byScan(p.a, p.b, p.from, reverse)));
        const [p, q] = [ours({ a, b, from }), theirs({ a, b, from })];
        for (const name of ['a', 'b', 'from'] as const) expect(maxDeviation(p[name], q[name])).toBeLessThan(1e-12);
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  test('and as the associative scan of affine maps, to 1e-12', () => {
    type Affine = { a: Tensor; b: Tensor };
    const then = (p: Affine, q: Affine): Affine => ({ a: mul(q.a, p.a), b: add(mul(q.a, p.b), q.b) });
    fc.assert(
      fc.property(calls, ({ a, b, reverse }) => {
        const { b: y } = associativeScan(then, { a, b }, { reverse });
        expect(maxDeviation(linearRecurrence(a, b, { reverse }), y)).toBeLessThan(1e-12);
      }),
      { seed: 6, numRuns: 60 },
    );
  });
});

test('∂y_t/∂b_k is the product of a_{k+1}…a_t, by hand', () => {
  const a = tensor([9, 2, 3]);
  expect(jacobian((b: Tensor) => linearRecurrence(a, b))(tensor([1, 1, 1])).toArray()).toEqual([
    [1, 0, 0],
    [2, 1, 0],
    [6, 3, 1],
  ]);
});

test('without from the first a has no effect, were it infinite', () => {
  const f = (a: Tensor) => linearRecurrence(a, tensor([1, 2]));
  const a = tensor([Number.POSITIVE_INFINITY, 3]);
  expect(String(f(a))).toBe('f64[2] [1, 5]');
  expect(String(grad((x: Tensor) => sum(f(x)))(a))).toBe('f64[2] [0, 1]');
  expect(bitEqual(linearRecurrence(tensor([1, 1]), tensor([-0, -0])), [-0, -0])).toBe(true);
});

test('numbers and rows are broadcast', () => {
  expect(
    String(
      linearRecurrence(
        tensor([1, 10]),
        tensor([
          [1, 2],
          [3, 4],
        ]),
      ),
    ),
  ).toBe('f64[2,2] [[1, 2], [4, 24]]');
  expect(String(linearRecurrence(2, tensor([[1, 2]]), { from: 5 }))).toBe('f64[1,2] [[11, 12]]');
});

test('refused', () => {
  expect(() => linearRecurrence(tensor([1], { dtype: 'int32' }), tensor([1], { dtype: 'int32' }))).toThrow(
    "linearRecurrence: takes float64 or float32, got i32[1]. Convert with cast(x, 'float64').",
  );
  expect(() => linearRecurrence(tensor([true]), tensor([true]))).toThrow(
    "linearRecurrence: takes float64 or float32, got bool[1]. Convert with cast(x, 'float64').",
  );
  expect(() => linearRecurrence(1, 2)).toThrow(
    'linearRecurrence: a is f64[] and b f64[]: they must have one shape, with time along axis 0.',
  );
  expect(() => linearRecurrence(tensor([1]), tensor([1], { dtype: 'float32' }))).toThrow(
    "linearRecurrence: cannot mix f64[1] with f32[1]. Convert one with cast(x, 'float64').",
  );
  expect(() => linearRecurrence(1, full([2, 3], 1), { from: full([2], 0) })).toThrow(
    'linearRecurrence: from is f64[2], but one step of b is f64[3].',
  );
});

import { tensor, zeros } from '@throughline/tensor';
import { expect, it } from 'vitest';
import { clipByNorm, clipByValue, nonFinite, norm } from './index.ts';

it('keeps the bits of gradients within the limit, zeros among them', () => {
  const grads = { a: tensor([0.1, -0]), b: null };
  const clipped = clipByNorm(grads, 1);
  expect(Object.is(clipped.grads.a.data[1], -0)).toBe(true);
  expect(clipped.grads.a.data[0]).toBe(0.1);
  expect(clipped.grads.b).toBeNull();
  expect(String(clipByNorm([zeros([2])], 1).grads[0])).toBe('f64[2] [0, 0]');
  expect(norm({ a: null, b: zeros([0]) }).item()).toBe(0);
});

it('neither overflows nor vanishes', () => {
  expect(norm([tensor([3e200]), tensor([4e200])]).item() / 5e200).toBeCloseTo(1, 15);
  expect(norm([tensor([3e-200]), tensor([4e-200])]).item() / 5e-200).toBeCloseTo(1, 15);
  expect(clipByNorm([tensor([3e200]), tensor([4e200])], 1).grads[1]?.item()).toBeCloseTo(0.8, 15);
});

it('leaves gradients that are not finite as they are, reports the norm, and names the leaf', () => {
  const grads = { W: tensor([1]), U: [tensor([2]), tensor([Number.NaN, 5])], b: tensor([Number.POSITIVE_INFINITY]) };
  const clipped = clipByNorm(grads, 1);
  expect(clipped.norm.item()).toBeNaN();
  expect(clipped.grads.W.item()).toBe(1);
  expect(clipByNorm({ b: grads.b }, 1).norm.item()).toBe(Number.POSITIVE_INFINITY);
  expect(nonFinite(grads)).toBe('U[1]');
  expect(nonFinite({ W: grads.W })).toBeNull();
});

it('clips float32 in float32', () => {
  const { grads } = clipByNorm([tensor([3, 4], { dtype: 'float32' })], 1);
  expect(grads[0]?.dtype).toBe('float32');
  expect(grads[0]?.data[1]).toBe(Math.fround(Math.fround(4) * Math.fround(0.2)));
});

it('values are clipped entry by entry, NaN stays', () => {
  expect(clipByValue(tensor([-3, Number.NaN, 0.5]), 1).toArray()).toEqual([-1, Number.NaN, 0.5]);
});

it('refuses a limit that is none', () => {
  expect(() => clipByNorm([tensor(1)], 0)).toThrow('clipByNorm: the limit is 0, not a number above 0.');
  expect(() => clipByValue([tensor(1)], Number.NaN)).toThrow('clipByValue: the limit is NaN, not a number above 0.');
});

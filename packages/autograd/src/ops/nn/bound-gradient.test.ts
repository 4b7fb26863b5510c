import { full, type Tensor, tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { evaluate } from '../../evaluate.ts';
import { grad, jvp, mul, sqrt, square, sum, trace, vmap } from '../../index.ts';
import { boundGradient } from './bound-gradient.ts';

const xs = tensor([0, 1e-8, 1e-7, 0.01, 4]);
const bounded = (x: Tensor): Tensor => boundGradient(sqrt, x, 1000);
const total = (f: (x: Tensor) => Tensor) => grad((x: Tensor) => sum(f(x)));
const near = (actual: Tensor, expected: readonly number[]): void => {
  const off = expected.map((b, i) => Math.abs((actual.data[i] as number) - b) / (1 + Math.abs(b)));
  expect(Math.max(...off)).toBeLessThanOrEqual(1e-14);
};
const message = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

// By hand, of min(1 / (2√x), 1000): the first three lie beyond the bound.
const slopes = [1000, 1000, 1000, 5, 0.25];
const second = [0, 0, 0, -250, -0.03125];
const third = [0, 0, 0, 37500, 0.01171875];

test('the value is that of f, to the bit', () => {
  expect(bounded(xs).toArray()).toEqual(sqrt(xs).toArray());
});

test('the slope is that of f up to the bound, and the bound beyond: in both modes', () => {
  near(total(bounded)(xs), slopes);
  expect(total(sqrt)(xs).data[0]).toBe(Number.POSITIVE_INFINITY);
  const tangent = [1, -2, 3, 1, 2];
  const products = slopes.map((slope, i) => slope * (tangent[i] as number));
  near(jvp(bounded, xs, tensor(tangent)).tangent, products);
  const scaled = grad((x: Tensor) => sum(mul(bounded(x), 1e6)))(xs);
  near(
    scaled,
    slopes.map((slope) => slope * 1e6),
  ); // it is not the cotangent that is bounded
});

test('the sign is kept, and the bound itself is within', () => {
  const steep = (x: Tensor): Tensor => boundGradient((z) => mul(square(z), -10), x, 4);
  const at = tensor([-3, -0.1, 0, 0.2, 3]);
  near(total(steep)(at), [4, 2, 0, -4, -4]);
  near(total(total(steep))(at), [0, -20, -20, -20, 0]);
});

test('second and third derivatives are those of the bounded slope: 0 beyond, and no NaN at the singularity', () => {
  near(total(total(bounded))(xs), second);
  near(total(total(total(bounded)))(xs), third);
  near(jvp(total(bounded), xs, full([5], 1)).tangent, second);
  near(jvp((x: Tensor) => jvp(bounded, x, full([5], 1)).tangent, xs, full([5], 1)).tangent, second);
});

test('traced and mapped it is the same', () => {
  near(evaluate(trace(total(bounded), xs), [xs])[0] as Tensor, slopes);
  near(vmap(total(bounded))(xs), slopes);
});

test('outside the domain it is NaN, as f is', () => {
  expect(total(bounded)(tensor([-1])).data[0]).toBeNaN();
});

test.each([
  [() => boundGradient(sqrt, xs, 0), 'boundGradient: the bound is 0; it must be above 0.'],
  [
    () => boundGradient((x) => sum(x), xs, 1),
    'boundGradient: f takes f64[5] but gives f64[]: it must work element by element.',
  ],
  [
    () => boundGradient(sqrt, tensor([1], { dtype: 'int32' }), 1),
    "boundGradient: takes float64 or float32, got i32[1]. Convert with cast(x, 'float64').",
  ],
])('errors %#', (f, text) => expect(message(f)).toBe(text));

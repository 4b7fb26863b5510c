/** @file Gradients have null at leaves without a cotangent, so what gives gradients can be transformed again. */
import { type Tensor, tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import {
  cast,
  evaluate,
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  key,
  mul,
  normal,
  sum,
  trace,
  valueAndGrad,
  vjp,
} from '../index.ts';

const point = { x: tensor([1, 2]), key: key(3) };
const cubes = (p: { x: Tensor; key: Tensor }): Tensor => sum(mul(mul(p.x, mul(p.x, p.x)), 1));
const noisy = (p: { x: Tensor; key: Tensor }): Tensor => sum(mul(mul(p.x, p.x), normal(p.key, [2])));

test('hessian and hvp beside a key', () => {
  expect(String(hessian(cubes)(point).x.x)).toBe('f64[2,2] [[6, 0], [0, 12]]');
  expect(hessian(cubes)(point).x.key).toBeNull();
  expect(hessian(cubes)(point).key).toBeNull();
  const product = hvp(noisy, point, { x: tensor([1, 0]), key: null });
  expect(product.x.at(0).item()).toBe(2 * normal(key(3), [2]).at(0).item());
  expect(product.key).toBeNull();
});

test('vjp and jvp of a gradient beside a key', () => {
  const { value, pullback } = vjp(grad(cubes), point);
  expect(value.key).toBeNull();
  const none = null as unknown as Tensor; // what stands at such a leaf
  expect(String(pullback({ x: tensor([1, 1]), key: none }).x)).toBe('f64[2] [6, 12]');
  expect(() => pullback({ x: tensor([1, 1]), key: tensor(1) })).toThrow(
    'pullback: the cotangent is f64[], the value is null. Pass null there.',
  );
  const { tangent } = jvp(grad(cubes), point, { x: tensor([1, 1]), key: null });
  expect([String(tangent.x), tangent.key]).toEqual(['f64[2] [6, 12]', null]);
});

test('both modes of jacobian have null where a leaf of the value has no derivative', () => {
  const f = (x: Tensor) => ({ square: mul(x, x), rounded: cast(x, 'int32') });
  for (const mode of ['reverse', 'forward'] as const) {
    const rows = jacobian(f, { mode })(tensor([1, 2]));
    expect(String(rows.square)).toBe('f64[2,2] [[2, 0], [0, 4]]');
    expect(rows.rounded).toBeNull();
    expect(String(jacobian(grad(cubes), { mode })(point).x.x)).toBe('f64[2,2] [[6, 0], [0, 12]]');
  }
});

test('a trace of a gradient beside a key gives the leaves that there are', () => {
  const program = trace((p: typeof point) => grad(cubes)(p), point);
  expect(evaluate(program, [point.x, point.key]).map(String)).toEqual(['f64[2] [3, 12]']);
});

test('aux may hold gradients', () => {
  const f = (p: typeof point) => ({ value: cubes(p), aux: grad(noisy)(p) });
  expect(valueAndGrad(f, { aux: true })(point).aux.key).toBeNull();
});

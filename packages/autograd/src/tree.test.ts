import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { jvp, mapTree, mul, vjp, zipTrees } from './index.ts';

const one = tensor(1);
const two = tensor(2);

describe('the order of keys means nothing', () => {
  test('zipTrees pairs leaves by name', () => {
    const pairs = zipTrees({ a: one, b: { c: one, d: two } }, { b: { d: two, c: one }, a: one }, (x, y, path) =>
      x === y ? path : 'mixed up',
    );
    expect(pairs).toEqual({ a: 'a', b: { c: 'b.c', d: 'b.d' } });
  });

  test('a cotangent and a tangent are taken by name', () => {
    const f = ({ a, b }: { a: Tensor; b: Tensor }) => ({ p: mul(a, 3), q: mul(b, 5) });
    const { pullback } = vjp(f, { a: one, b: two });
    const backwards = pullback({ q: tensor(10), p: tensor(1) });
    expect([backwards.a.item(), backwards.b.item()]).toEqual([3, 50]);
    const { tangent } = jvp(f, { a: one, b: two }, { b: tensor(10), a: tensor(1) });
    expect([tangent.p.item(), tangent.q.item()]).toEqual([3, 50]);
  });

  test('other keys are other trees', () => {
    expect(() => zipTrees({ a: one }, { b: one }, () => 0)).toThrow(
      'zipTrees: trees differ at a: {a:*} against {b:*}.',
    );
  });
});

test('mapTree names the path of every leaf', () => {
  expect(mapTree({ xs: [one, two], y: one }, (_, path) => path)).toEqual({ xs: ['xs[0]', 'xs[1]'], y: 'y' });
});

import { full, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { add, broadcastTo, grad, matmul, mul, scan, scope, slice, split, sum, tanh, trace } from '../index.ts';
import { print } from './index.ts';

const lines = (text: string) => text.replace(/^\n/, '').replace(/\n *$/, '');

describe('print', () => {
  test('one equation per line, with types and params', () => {
    const f = (a: Tensor, b: Tensor) => add(a, b);
    expect(print(trace(f, full([2, 3], 1), full([3], 1)))).toBe(
      lines(`
program (a: f64[2,3], b: f64[3]) {
  c: f64[2,3] = broadcastTo[shape=[2,3]](b)
  d: f64[2,3] = add(a, c)
  return d
}
`),
    );
  });

  test('scalar constants stand where they are used, of float64 as numbers, of others under their type', () => {
    const f = (x: Tensor) => mul(add(x, -0), 0.1);
    expect(print(trace(f, tensor(1)))).toContain('b: f64[] = add(a, -0)\n  c: f64[] = mul(b, 0.1)');
    expect(print(trace(f, tensor(1, { dtype: 'float32' })))).toContain(
      'add(a, f32(-0))\n  c: f32[] = mul(b, f32(0.1))',
    );
    expect(print(trace((x) => add(x, 7), tensor(1, { dtype: 'int32' })))).toContain('add(a, i32(7))');
    expect(print(trace(() => [tensor(Number.NaN), tensor(Number.NEGATIVE_INFINITY)]))).toContain(
      'return NaN, -Infinity',
    );
  });

  test('larger constants are named; few elements are shown', () => {
    const f = (x: Tensor) => [add(x, tensor([1, -0.5, Number.NaN])), full([9], 1)];
    expect(print(trace(f, full([3], 0)))).toBe(
      lines(`
program (a: f64[3]) {
  b: f64[3] = constant [1,-0.5,NaN]
  c: f64[9] = constant
  d: f64[3] = add(a, b)
  return d, c
}
`),
    );
  });

  test('several results, and none', () => {
    const f = (x: Tensor) => split(x, [1, 2]);
    expect(print(trace(f, full([3], 0)))).toContain(
      'b: f64[1], c: f64[2] = split[sizes=[1,2], axis=0](a)\n  return b, c',
    );
    expect(print(trace(() => []))).toBe('program () {\n  return\n}');
  });

  test('names go on after z', () => {
    const f = (x: Tensor) => {
      let y = x;
      for (let i = 0; i < 703; i++) y = tanh(y);
      return y;
    };
    const text = print(trace(f, tensor(0)));
    expect(text).toContain('z: f64[] = tanh(y)\n  aa: f64[] = tanh(z)\n  ab: f64[] = tanh(aa)');
    expect(text).toContain('zz: f64[] = tanh(zy)\n  aaa: f64[] = tanh(zz)');
  });

  test('the body of a scan is indented, its operands grouped by role', () => {
    const step = (w: Tensor) => (h: Tensor, x: Tensor) => {
      const carry = tanh(add(matmul(h, w), x));
      return { carry, y: mul(carry, 2) };
    };
    const f = (w: Tensor, h: Tensor, xs: Tensor) => scan(step(w), h, xs);
    expect(print(trace(f, full([2, 2], 0), full([2], 0), full([7, 2], 0)))).toBe(
      lines(`
program (a: f64[2,2], b: f64[2], c: f64[7,2]) {
  d: f64[2], e: f64[7,2] = scan[constants=1, carry=1, length=7, reverse=false](constants a; carry b; xs c)
    body (constants f: f64[2,2]; carry g: f64[2]; xs h: f64[2]) {
      i: f64[2] = contract[a=[2], b=[2,3], out=[3]](g, f)
      j: f64[2] = add(i, h)
      k: f64[2] = tanh(j)
      l: f64[2] = broadcastTo[shape=[2]](2)
      m: f64[2] = mul(k, l)
      return k, m
    }
  return d, e
}
`),
    );
  });

  test('scopes on request', () => {
    const f = (x: Tensor) => scope('lstm', () => scope('gate f', () => tanh(x)));
    expect(print(trace(f, tensor(0)), { origins: true })).toContain('b: f64[] = tanh(a)   // lstm / gate f');
    expect(print(trace(f, tensor(0)))).not.toContain('lstm');
  });

  test('equal programs print equally, a gradient too', () => {
    const f = (x: Tensor) => sum(mul(slice(x, [1], [3]), broadcastTo(tensor(3), [2])));
    expect(print(trace(grad(f), full([3], 0)))).toBe(print(trace(grad(f), full([3], 5))));
  });
});

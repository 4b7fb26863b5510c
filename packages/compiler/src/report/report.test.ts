import { add, grad, key, matmul, mul, scan, sigmoid, sum, tanh, uniform } from '@throughline/autograd';
import { whileLoop } from '@throughline/autograd/control';
import { qr } from '@throughline/autograd/linalg';
import { full, type Tensor, tensor, zeros } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { compile } from '../compile.ts';
import './index.ts';
import type { FormReport } from './report.ts';

const last = (report: { readonly forms: readonly FormReport[] }): FormReport => {
  const form = report.forms.at(-1);
  if (form === undefined) throw new Error('no form');
  return form;
};

const running = (u: Tensor, xs: Tensor): Tensor =>
  scan((h: Tensor, x: Tensor) => ({ carry: tanh(add(matmul(h, u), x)), y: {} }), zeros([3, 4]), xs).carry;

describe('report', () => {
  test('before the first call there is nothing to report', () => {
    const named = compile(function square(x: Tensor) {
      return mul(x, x);
    });
    const text = 'square has not been compiled: that happens when it is called. Call it first.';
    expect(() => named.report()).toThrow(`report: ${text}`);
    expect(() => named.profile()).toThrow(`profile: ${text}`);
    expect(() => compile((x: Tensor) => x).report()).toThrow('report: the function has not been compiled');
  });

  test('a function of one kernel, as text', () => {
    const f = compile(function f(x: Tensor) {
      return add(mul(x, x), 1);
    });
    f(tensor([1, 2, 3]));
    expect(
      f
        .report()
        .toString()
        .replace(/module \d+ B/, 'module …'),
    ).toBe(
      `
f(f64[3]) → f64[3]
  equations  3 traced, 3 left
  kernels    1 map
             0 multiply-adds, 3 elements, 0 barriers per call
  memory     1 inputs 24 B, 1 outputs 24 B, 0 constants 0 B, 0 temporaries 0 B
             256 B at once, 65.5 kB of linear memory, module …
  not fused  add 3: a result`.trim(),
    );
  });

  test('loops, products, kernels in them, work', () => {
    const step = compile(grad((u: Tensor, xs: Tensor) => sum(running(u, xs))));
    step(full([4, 4], 0.1), full([7, 3, 4], 0.5));
    const { loops, products, multiplyAdds, interpreted, rewrites, hosts, inputs, outputs } = last(step.report());
    expect([interpreted, hosts, inputs, outputs]).toEqual([null, [], ['f64[4,4]', 'f64[7,3,4]'], ['f64[4,4]']]);
    expect(loops.map(({ length, direction, depth }) => [length, direction, depth])).toEqual([
      [7, 'forward', 0],
      [7, 'reverse', 0],
    ]);
    // h·u at each step, its pullback to h at each step, and the gradient of u at once over 7·3 rows
    const shapes = products.map(({ batch, m, n, k, runs }) => `${runs}×${batch}:${[m, n].toSorted()}·${k}`);
    expect(shapes).toEqual(['7×1:3,4·4', '7×1:3,4·4', '1×1:4,4·21']);
    expect(multiplyAdds).toBe(7 * 48 + 7 * 48 + 16 * 21);
    expect(rewrites.find(({ pass }) => pass === 'sums-leave-loops')?.what).toContain('after the loop');
  });

  test('strict compilation has no rewrite that reassociates, and a product per step for the gradient', () => {
    const step = compile(
      grad((u: Tensor, xs: Tensor) => sum(running(u, xs))),
      { reassociate: false },
    );
    step(full([4, 4], 0.1), full([7, 3, 4], 0.5));
    const { rewrites, products } = last(step.report());
    expect(rewrites.map(({ pass }) => pass)).not.toContain('sums-leave-loops');
    expect(products.map(({ runs }) => runs)).toEqual([7, 7, 7]);
  });

  test('why a value is stored', () => {
    const f = compile((x: Tensor, w: Tensor) => {
      const s = sigmoid(x);
      return matmul(s, w).add(mul(s, s));
    });
    f(full([3, 3], 1), full([3, 3], 2));
    expect(last(f.report()).unfused).toContainEqual({ op: 'sigmoid 3×3', why: 'operand of a product', times: 1 });
    const twice = compile((x: Tensor) => {
      const s = sigmoid(x);
      return { a: tanh(add(s, 1)), b: tanh(add(s, 2)) };
    });
    twice(full([5], 1));
    const { unfused, kernels } = last(twice.report());
    expect(unfused).toContainEqual({ op: 'sigmoid 5', why: 'read more than once, and dear to compute', times: 1 });
    expect(kernels).toEqual({ map: 1 }); // stored or not, it shares a kernel with its readers
    // negative control: read once, it is no value of its own
    const once = compile((x: Tensor) => tanh(add(sigmoid(x), 1)));
    once(full([5], 1));
    expect(last(once.report()).unfused.map(({ op }) => op)).toEqual(['tanh 5']);
  });

  test('primitives that run outside, and loops of unknown length', () => {
    const f = compile((x: Tensor) => qr(x).r);
    f(full([3, 3], 1).add(tensor([[1], [2], [3]])));
    expect(last(f.report()).hosts).toEqual([{ primitive: 'qr', runs: 1 }]);
    expect(f.report().toString()).toContain('host       qr, 1 per call, outside the module');
    const g = compile((x: Tensor) =>
      whileLoop(
        (c: Tensor) => c.less(100),
        (c: Tensor) => mul(c, 2),
        x,
      ),
    );
    g(tensor(1));
    expect(last(g.report()).loops[0]).toMatchObject({ length: null, direction: 'while' });
    expect(g.report().toString()).toContain('any number of steps, while');
  });

  test('captures: what is large is named', () => {
    const table = uniform(key(1), [400, 400]);
    const f = compile((x: Tensor) => matmul(x, table));
    f(full([1, 400], 1));
    expect(last(f.report()).captures).toEqual([{ type: 'f64[400,400]', bytes: 1_280_000, large: true }]);
    expect(f.report().toString()).toContain('captures   f64[400,400] 1.3 MB: pass it if it changes');
  });

  test('all sets of types, the one used last at the end', () => {
    const f = compile((x: Tensor) => mul(x, x));
    f(tensor([1]));
    f(tensor([1, 2]));
    f(tensor([3]));
    const inputsOf = (all: boolean) => f.report({ all }).forms.map(({ inputs }) => inputs[0]);
    expect([inputsOf(true), inputsOf(false)]).toEqual([['f64[2]', 'f64[1]'], ['f64[1]']]);
  });

  test('sizes are those of the buffers', () => {
    const f = compile((x: Tensor, y: Tensor) => matmul(x, y));
    f(full([2, 3], 1), full([3, 5], 1));
    const { memory } = last(f.report());
    expect(memory).toMatchObject({ inputs: { count: 2, bytes: 8 * (6 + 15) }, outputs: { count: 1, bytes: 8 * 10 } });
    expect(JSON.parse(JSON.stringify(f.report())).forms[0].memory).toEqual(memory);
  });
});

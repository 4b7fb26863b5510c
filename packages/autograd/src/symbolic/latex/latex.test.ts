import { type Concrete, full, type Tensor, tensor } from '@throughline/tensor';
import fc from 'fast-check';
import katex from 'katex';
import { describe, expect, test } from 'vitest';
import { cond } from '../../control/index.ts';
import {
  add,
  argmax,
  broadcastTo,
  concat,
  contract,
  div,
  exp,
  flip,
  gather,
  grad,
  greater,
  matmul,
  max,
  mul,
  neg,
  type Program,
  pad,
  pow,
  primitives,
  scan,
  scatterAdd,
  sigmoid,
  slice,
  sqrt,
  sub,
  sum,
  tanh,
  trace,
  transpose,
  where,
} from '../../index.ts';
import { svd } from '../../linalg/index.ts';
import { samples } from '../../testing/index.ts';
import { randomPrograms } from '../../testing/random-programs.ts';
import { latex } from '../index.ts';

/** Renders, or throws what the renderer has against it. */
const render = (tex: string): string =>
  katex.renderToString(tex, { throwOnError: true, strict: 'error', output: 'mathml', displayMode: true });

const body = (program: Program, names?: readonly string[]): string[] =>
  latex(program, names ? { names } : {})
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trim().replace(/ \\\\$/, ''));

describe('formulas', () => {
  const v = full([3], 1);
  const A = full([3, 3], 1);
  const one = (f: (...xs: Tensor[]) => unknown, ...xs: readonly Tensor[]): string => {
    const program = trace((...args: Tensor[]) => f(...args), ...xs);
    render(latex(program));
    return body(program)[0] ?? '';
  };
  test('maps as scalar expressions', () => {
    expect(one((x, y) => mul(x, y), v, v)).toBe('c &= a \\odot b');
    expect(one((x) => mul(x, 2), v)).toBe('b &= 2\\, a');
    expect(one((x) => mul(x, x), v)).toBe('b &= a^{2}');
    expect(one((x) => sub(1, x), v)).toBe('b &= 1 - a');
    expect(one((x, y) => div(x, y), v, v)).toBe('c &= \\frac{a}{b}');
    expect(one((x) => exp(x), v)).toBe('b &= e^{a}');
    expect(one((x) => sigmoid(x), v)).toBe('b &= \\sigma\\left(a\\right)');
    expect(one((x) => sqrt(x), v)).toBe('b &= \\sqrt{a}');
    expect(one((x) => neg(x), v)).toBe('b &= -a');
    expect(one((x) => pow(x, 1e-7), v)).toBe('b &= a^{10^{-7}}');
    expect(one((x, y) => where(greater(x, 0), x, y), v, v)).toBe('c &= \\left[a > 0\\right]');
  });
  test('products of matrices, and indices where it is none', () => {
    expect(one((x, w) => matmul(x, w), v, A)).toBe('c &= a\\, b');
    expect(one((x, w) => contract('ik,jk->ij', x, w), A, A)).toBe('c &= a\\, b^{\\top}');
    expect(one((x, w) => contract('ki,kj->ij', x, w), A, A)).toBe('c &= a^{\\top}\\, b');
    expect(one((x, w) => contract('ki,jk->ji', x, w), A, A)).toBe('c &= b\\, a');
    expect(one((x, y) => contract('i,i->', x, y), v, v)).toBe('c &= a^{\\top} b');
    expect(one((x, y) => contract('i,j->ij', x, y), v, v)).toBe('c &= a \\otimes b');
    expect(one((x, y) => contract('ij,ij->i', x, y), A, A)).toBe('c_{i} &= \\sum_{j} a_{i j}\\, b_{i j}');
    expect(one((x, y) => contract('ij,ij->', x, y), A, A)).toBe('c &= \\sum_{i,j} a_{i j}\\, b_{i j}');
  });
  test('sums, extremes, slices and gathers by their indices', () => {
    expect(one((x) => sum(x), A)).toBe('b &= \\sum_{i,j} a_{i j}');
    expect(one((x) => max(x, [0]), A)).toBe('b_{j} &= \\max_{i} a_{i j}');
    expect(one((x) => argmax(x, 1), A)).toBe('b_{i} &= \\operatorname*{arg\\,max}_{j} a_{i j}');
    expect(one((x) => slice(x, [1], [3]), v)).toBe('b_{i} &= a_{{i+1}}');
    expect(one((x) => slice(x, [0, 2], [3, 3], [2, 1]), A)).toBe('b_{i j} &= a_{2i 2}');
    expect(one((x) => flip(x, [0]), v)).toBe('b_{i} &= a_{{2-i}}');
    expect(one((x) => gather(x, tensor([0, 2], { dtype: 'int32' })), A)).toBe(
      'b_{i j} &= a_{\\left[\\left(0,\\, 2\\right)\\right]_{i} j}',
    );
    const at = full([2], 0, 'int32');
    expect(one((x, c) => gather(x, c, 1), A, at)).toBe('c_{i j} &= a_{i b_{j}}');
    expect(body(trace((x, c, u) => scatterAdd(x, c, u), v, at, full([2], 1)))[0]).toBe(
      'd_{j} &= \\sum_{i:\\,b_{i} = j} c_{i}',
    );
  });
  test('what only stands elsewhere is left out; a transpose is a sign; the rest are calls', () => {
    expect(body(trace((x) => [mul(broadcastTo(x, [3, 3]), transpose(full([3, 3], 2)))], v))).toHaveLength(2);
    expect(body(trace((x) => transpose(x), A))).toEqual(['&\\to a^{\\top}']);
    expect(body(trace((x) => matmul(transpose(x), mul(x, x)), A))[1]).toBe('c &= a^{\\top}\\, b');
    expect(one((x) => concat([x, x]), v)).toBe(
      'b &= \\operatorname{concat}_{\\text{axis=0}}\\left(a,\\, a\\right)'.replace('"axis"', 'axis'),
    );
    expect(one((x) => pad(x, [1], [2]), v)).toContain('\\operatorname{pad}');
    expect(one((x) => svd(x).s, A)).toBe('\\left(b,\\, c,\\, d\\right) &= \\operatorname{svd}\\left(a\\right)');
  });
  test('names of the inputs, also such as have indices or exponents', () => {
    const program = trace((w, h) => mul(sum(matmul(h, w)), pow(h, 2)), A, v);
    expect(body(program, ['W_f', 'h^{(0)}'])).toEqual([
      'a &= h^{(0)}\\, W_f',
      'b &= \\sum_{i} a_{i}',
      'c &= {h^{(0)}}^{2}',
      'd &= b \\cdot c',
      '&\\to d',
    ]);
    render(latex(program, { names: ['W_f', 'h^{(0)}'] }));
    expect(
      body(
        trace((x) => tanh(x), v),
        ['a'],
      ),
    ).toEqual(['b &= \\tanh\\left(a\\right)', '&\\to b']);
  });
  test('a loop is a recurrence', () => {
    const f = (w: Tensor, h: Tensor, xs: Tensor) =>
      scan(
        (s: Tensor, x: Tensor) => {
          const next = tanh(add(matmul(s, w), x));
          return { carry: next, y: mul(next, 2) };
        },
        h,
        xs,
      );
    const program = trace(f, A, v, full([7, 3], 0));
    expect(body(program, ['W', 'h', 'x'])).toEqual([
      'a_{0} &= h',
      'c_{t} &= a_{t-1}\\, W',
      'd_{t} &= c_{t} + x_{t}',
      'a_{t} &= \\tanh\\left(d_{t}\\right)',
      'b_{t} &= 2\\, a_{t}\\qquad t = 1, \\dots, 7',
      '&\\to \\left(a_{7},\\, b\\right)',
    ]);
    const back = trace(
      (xs: Tensor) =>
        scan((s: Tensor, x: Tensor) => ({ carry: add(s, x), y: s }), tensor(0), xs, { reverse: true }).carry,
      v,
    );
    expect(body(back).join(' ')).toContain('b_{4} &= 0 ');
    expect(body(back).join(' ')).toContain('t = 3, \\dots, 1');
    render(latex(back));
  });
  test('a choice is a case, its branches are functions', () => {
    const program = trace(
      (p: Tensor, x: Tensor) =>
        cond(
          p,
          (y: Tensor) => mul(y, 10),
          (y: Tensor) => tanh(y),
          x,
        ),
      tensor(true),
      v,
    );
    const tex = body(program).join('\n');
    expect(tex).toContain('\\begin{cases} \\operatorname{onTrue}_{1}');
    render(latex(program));
  });
  test('branches in loops beside each other have names of their own', () => {
    const loop = (xs: Tensor, f: (y: Tensor) => Tensor): Tensor =>
      scan((c: Tensor, x: Tensor) => ({ carry: cond(greater(c, 0), f, (y: Tensor) => y, x), y: {} }), tensor(1), xs)
        .carry;
    const tex = body(trace((xs: Tensor) => add(loop(xs, tanh), loop(xs, exp)), v)).join('\n');
    const defined = [...tex.matchAll(/(onTrue\}_\{\d+\})\\left\([^)]*\) &=/g)].map(([, name]) => name);
    expect(defined).toEqual(['onTrue}_{1}', 'onTrue}_{2}']);
  });
});

describe('the renderer accepts', () => {
  for (const [name, { smooth, any }] of Object.entries(samples)) {
    test(name, () => {
      for (const arbitrary of [smooth, any]) {
        if (!arbitrary) continue;
        for (const { inputs, params } of fc.sample(arbitrary, { seed: 2, numRuns: 6 })) {
          render(latex(programOf(name, inputs, params)));
        }
      }
    });
  }
  test('random Programs and their gradients', () => {
    fc.assert(
      fc.property(randomPrograms(), ({ program }) => {
        render(latex(program));
        render(latex(program, { names: ['X_1', '\\hat{y}'] }));
      }),
      { seed: 8, numRuns: 30 },
    );
    const f = (w: Tensor, xs: Tensor) =>
      sum(scan((h: Tensor, x: Tensor) => ({ carry: tanh(add(matmul(h, w), x)), y: h }), full([2], 0.1), xs).ys);
    render(latex(trace(grad(f), full([2, 2], 1), full([5, 2], 1))));
  });
  test('names beyond the alphabet', () => {
    const program = trace(
      (x) => {
        let y = x as Tensor;
        for (let i = 0; i < 40; i++) y = sum(mul(y, full([3], i)), [0], { keepDims: true }).add(y);
        return y;
      },
      full([3], 1),
    );
    expect(latex(program)).toContain('\\mathit{ab}');
    render(latex(program));
  });
  test('and it would notice', () => {
    expect(() => render('\\begin{aligned} a^{2}^{3} \\end{aligned}')).toThrow();
    expect(() => render('\\frac{a}')).toThrow();
  });
});

function programOf(name: string, inputs: readonly Concrete[], params: unknown): Program {
  const primitive = primitives.get(name);
  if (primitive === undefined) throw new Error(name);
  const types = inputs.map(({ dtype, shape }) => ({ dtype, shape }));
  const results = primitive.infer(types, params);
  const ids = inputs.map((_, i) => i);
  const outputs = results.map((_, k) => inputs.length + k);
  const equation = { primitive, inputs: ids, params: params as Program['equations'][number]['params'], outputs };
  return { inputs: ids, constants: new Map(), equations: [equation], outputs, types: [...types, ...results] };
}

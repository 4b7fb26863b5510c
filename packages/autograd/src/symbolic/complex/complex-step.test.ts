import { full, type Tensor, tensor } from '@throughline/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bindAny } from '../../bind.ts';
import {
  abs,
  add,
  cast,
  concat,
  contract,
  cos,
  customVjp,
  div,
  evaluate,
  exp,
  expm1,
  floor,
  grad,
  greater,
  jvp,
  log,
  log1p,
  matmul,
  maximum,
  mul,
  pad,
  pow,
  primitives,
  scan,
  sigmoid,
  sin,
  softplus,
  sqrt,
  stopGradient,
  sum,
  tanh,
  trace,
  vjp,
  where,
} from '../../index.ts';
import { svd } from '../../linalg/index.ts';
import type { ScalarExpression } from '../../semantics.ts';
import { samples } from '../../testing/index.ts';
import { complexStep } from '../index.ts';
import * as complex from './arithmetic.ts';
import { angle, type Complex } from './arithmetic.ts';

const derivative = (f: (x: Tensor) => Tensor, x: number): number => complexStep(f, tensor(x), tensor(1)).tangent.item();
/** Largest |x − y| relative to the largest |y|; what the square of the step leaves, 1e-200, is nothing. */
const deviation = (x: Tensor, y: Tensor): number => {
  const scale = Math.max(...y.toTypedArray().map(Math.abs), 1e-150);
  return Math.max(0, ...x.toTypedArray().map((value, i) => Math.abs(value - (y.data[i] ?? 0)) / scale));
};

describe('derivatives against their formulas', () => {
  const points = [-30, -3, -0.5, -1e-3, -1e-9, 1e-9, 1e-3, 0.5, 1, 3, 30, 200];
  const sech2 = (x: number) => 1 / Math.cosh(x) ** 2;
  const known: Record<string, [(x: Tensor) => Tensor, (x: number) => number]> = {
    exp: [exp, Math.exp],
    expm1: [expm1, Math.exp],
    tanh: [tanh, sech2],
    sigmoid: [sigmoid, (x) => 1 / (2 + 2 * Math.cosh(x))],
    softplus: [softplus, (x) => 1 / (1 + Math.exp(-x))],
    sin: [sin, Math.cos],
    cos: [cos, (x) => -Math.sin(x)],
    log: [(x) => log(abs(x)), (x) => 1 / x],
    log1p: [(x) => log1p(abs(x)), (x) => Math.sign(x) / (1 + Math.abs(x))],
    sqrt: [(x) => sqrt(abs(x)), (x) => Math.sign(x) / (2 * Math.sqrt(Math.abs(x)))],
    reciprocal: [(x) => div(1, x), (x) => -1 / x ** 2],
    cube: [(x) => pow(x, 3), (x) => 3 * x ** 2],
    exponential: [(x) => pow(1.5, x), (x) => Math.log(1.5) * 1.5 ** x],
  };
  test.each(Object.entries(known))('%s', (_, [f, exact]) => {
    for (const x of points) expect(derivative(f, x) / exact(x), `at ${x}`).toBeCloseTo(1, 13);
  });

  test('edges: overflow, zero, what is not finite, outside the domain', () => {
    expect(derivative(tanh, 400)).toBe(0);
    expect(derivative(sigmoid, 800)).toBe(0);
    expect(derivative(softplus, 800)).toBe(1);
    expect(derivative(exp, 1000)).toBe(Number.POSITIVE_INFINITY);
    expect(derivative((x) => log(x), -1)).toBeNaN();
    expect(derivative((x) => pow(x, 2), -3)).toBeCloseTo(-6, 13);
    expect([0, 1, 2].map((n) => derivative((x) => pow(x, n), 0))).toEqual([0, 1, 0]);
    expect(derivative((x) => mul(where(greater(x, 0), x, tensor(Number.POSITIVE_INFINITY)), 2), 1)).toBe(2);
    expect(derivative((x) => add(x, Number.NEGATIVE_INFINITY), 1)).toBe(1);
  });

  test('choices are made by the real parts; a tie goes to the first operand', () => {
    expect([-2, 0, 2].map((x) => derivative(abs, x))).toEqual([-1, 1, 1]);
    expect([-1, 0, 1].map((x) => derivative((y) => maximum(y, mul(y, 3)), x))).toEqual([1, 1, 3]);
    expect(derivative(floor, 1.5)).toBe(0);
    expect(derivative((x) => (x.item() > 0 ? mul(x, 2) : x), 1)).toBe(2);
  });
});

describe('the arithmetic is that of complex numbers, not only near the real line', () => {
  const number = fc.integer({ min: -2000, max: 2000 }).map((n) => n / 1000);
  const pair = fc.tuple(number, number) as fc.Arbitrary<Complex>;
  const close = (x: Complex, y: Complex): void => {
    const size = Math.hypot(...y) + 1e-12;
    expect(Math.hypot(x[0] - y[0], x[1] - y[1]) / size).toBeLessThan(1e-12);
  };
  const check = (law: (z: Complex, w: Complex) => void) =>
    fc.assert(fc.property(pair, pair, law), { seed: 2, numRuns: 300 });
  const one: Complex = [1, 0];
  test('exp(z + w) = exp z exp w, and expm1', () => {
    check((z, w) => {
      close(complex.expOf(complex.add(z, w)), complex.mul(complex.expOf(z), complex.expOf(w)));
      close(complex.add(complex.expm1Of(z), one), complex.expOf(z));
    });
  });
  test('(z / w) w = z', () => {
    check((z, w) => {
      fc.pre(Math.abs(w[0]) > 0.01);
      close(complex.mul(complex.div(z, w), w), z);
    });
  });
  test('tanh, sigmoid and softplus by exp; sin² + cos² = 1', () => {
    check((z) => {
      const e = complex.expOf(complex.add(z, z));
      const below = complex.add(e, one);
      fc.pre(Math.hypot(...below) > 0.1);
      close(complex.mul(complex.tanhOf(z), below), complex.sub(e, one));
      const s = complex.expOf(z);
      close(complex.mul(complex.sigmoidOf(z), complex.add(one, s)), s);
      const p = complex.expOf(complex.softplusOf(z));
      if (Math.abs(z[1]) < 1.5) close(p, complex.add(one, s));
      const [sine, cosine] = [complex.sinOf(z), complex.cosOf(z)];
      close(complex.add(complex.mul(sine, sine), complex.mul(cosine, cosine)), one);
    });
  });
  test('exp log z = z, √z² = z, log1p, powers', () => {
    check(([a, b], w) => {
      const z: Complex = [Math.abs(a) + 0.05, b];
      close(complex.expOf(complex.logOf(z)), z);
      close(complex.expOf(complex.log1pOf(z)), complex.add(one, z));
      close(complex.mul(complex.sqrtOf(z), complex.sqrtOf(z)), z);
      close(complex.powOf(z, [3, 0]), complex.mul(z, complex.mul(z, z)));
      close(complex.powOf(z, w), complex.expOf(complex.mul(w, complex.logOf(z))));
    });
  });
  test('angles', () => {
    for (const [y, x] of [
      [1, 1],
      [-3, 0.1],
      [1e-100, 2],
      [0, 5],
      [7, 1e-3],
    ] as const) {
      expect(angle(y, x)).toBeCloseTo(Math.atan2(y, x), 14);
    }
    expect(angle(3e-100, 2)).toBe(1.5e-100);
  });
});

/** Whether a function of reals only is part of it: those are refused. */
const isOfReals = (expression: ScalarExpression): boolean =>
  'function' in expression || ('args' in expression && expression.args.some(isOfReals));

describe('every primitive that has a meaning over complex numbers agrees with its own rules', () => {
  /** Their derivative is not that of what they compute, or there is nothing analytic in them. */
  const apart: Readonly<Record<string, string>> = { svd: 'host', stopGradient: 'by design', customVjp: 'see below' };
  let compared = 0;
  for (const [name, { smooth }] of Object.entries(samples)) {
    const primitive = primitives.get(name);
    if (smooth === null || primitive === undefined || primitive.semantics.kind === 'host' || name in apart) continue;
    if (primitive.semantics.kind === 'map' && isOfReals(primitive.semantics.expression)) continue;
    test(name, () => {
      for (const { inputs, params } of fc.sample(smooth, { seed: 9, numRuns: 12 })) {
        const f = (xs: readonly Tensor[]) => bindAny(primitive, xs, params);
        const ones = inputs.map((x) => (x.dtype === 'float64' ? full(x.shape, 1) : null));
        const directions = ones.map((one) => one && add(one, mul(0.3, one)));
        const step = complexStep(f, inputs, directions);
        const pushed = jvp(f, inputs, directions);
        for (const [k, tangent] of step.tangent.entries()) {
          expect(deviation(tangent, pushed.tangent[k] as Tensor), `${name} result ${k}`).toBeLessThan(1e-12);
          expect(
            deviation(cast(step.value[k] as Tensor, 'float64'), cast(pushed.value[k] as Tensor, 'float64')),
          ).toBeLessThan(1e-14);
          compared++;
        }
      }
    });
  }
  test('they were compared', () => {
    expect(compared).toBeGreaterThan(300);
  });
});

describe('compositions', () => {
  const w = tensor([
    [0.3, -0.5],
    [0.2, 0.9],
  ]);
  const xs = tensor([
    [0.1, -0.2],
    [0.4, 0.3],
    [-0.6, 0.5],
  ]);
  const loss = (p: { w: Tensor; h: Tensor }) => {
    const { carry, ys } = scan(
      (h: Tensor, x: Tensor) => {
        const next = tanh(add(matmul(h, p.w), x));
        return { carry: next, y: sigmoid(next) };
      },
      p.h,
      xs,
    );
    return add(sum(mul(carry, carry)), sum(ys));
  };
  const at = { w, h: tensor([0.2, -0.1]) };

  test('a loop, eager and as a Program, along one direction of a tree', () => {
    const direction = {
      w: tensor([
        [1, 2],
        [-1, 0.5],
      ]),
      h: tensor([0.3, 0]),
    };
    const expected = sum(mul(grad(loss)(at).w, direction.w)).item() + sum(mul(grad(loss)(at).h, direction.h)).item();
    expect(complexStep(loss, at, direction).tangent.item() / expected).toBeCloseTo(1, 14);
    const program = trace(loss, at);
    expect(program.equations.some(({ primitive }) => primitive.semantics.kind === 'structured')).toBe(true);
    // leaves of a record come by key: h, then w
    const order = trace((p: typeof at) => [p.h, p.w], at).outputs;
    const leaves = order[0] === program.inputs[0] ? [at.h, at.w] : [at.w, at.h];
    const along = order[0] === program.inputs[0] ? [direction.h, direction.w] : [direction.w, direction.h];
    const f = (values: readonly Tensor[]) => evaluate(program, values)[0] as Tensor;
    expect(complexStep(f, leaves, along).tangent.item() / expected).toBeCloseTo(1, 14);
  });

  test('of a gradient: second derivatives, by reverse mode inside', () => {
    const f = (x: Tensor) => sum(mul(tanh(x), exp(x)));
    const x = tensor([0.3, -0.7]);
    const v = tensor([1, 0.25]);
    const second = jvp(grad(f), x, v).tangent;
    expect(deviation(complexStep(grad(f), x, v).tangent, second)).toBeLessThan(1e-14);
    expect(deviation(complexStep((y: Tensor) => jvp(f, y, v).tangent, x, v).tangent, sum(mul(second, v)))).toBeLessThan(
      1e-14,
    );
  });

  test('gradients of random loops are those of the complex step, to 1e-13', () => {
    const element = fc.integer({ min: -900, max: 900 }).map((n) => n / 1000);
    fc.assert(
      fc.property(fc.array(element, { minLength: 6, maxLength: 6 }), (numbers) => {
        const p = { w: tensor([numbers.slice(0, 2), numbers.slice(2, 4)]), h: tensor(numbers.slice(4)) };
        const g = grad(loss)(p);
        for (const row of [0, 1])
          for (const column of [0, 1]) {
            const e = tensor([0, 1].map((i) => [0, 1].map((j) => (i === row && j === column ? 1 : 0))));
            const { tangent } = complexStep((m: Tensor) => loss({ w: m, h: p.h }), p.w, e);
            expect(Math.abs(tangent.item() - (g.w.data[2 * row + column] ?? 0))).toBeLessThan(1e-13);
          }
      }),
      { seed: 4, numRuns: 40 },
    );
  });

  test('both operands complex in a product, padding, parts that are real', () => {
    const f = (x: Tensor) =>
      contract('i,i->', pad(concat([x, tensor([2])], 0), [1], [0]), concat([tensor([7]), mul(x, x), tensor([3])], 0));
    const x = tensor([0.5, -1.5]);
    const v = tensor([1, 1]);
    expect(deviation(complexStep(f, x, v).tangent, jvp(f, x, v).tangent)).toBeLessThan(1e-14);
  });

  test('a rule of the user’s own is not asked: the difference shows', () => {
    const wrong = customVjp(
      (x: Tensor) => tanh(x),
      (ct, { inputs: [x] }) => [mul(ct, add(exp(x), 0))],
    );
    const x = tensor(0.4);
    expect(complexStep(wrong, x, tensor(1)).tangent.item()).toBeCloseTo(1 - Math.tanh(0.4) ** 2, 15);
    expect(vjp(wrong, x).pullback(tensor(1)).item()).toBeCloseTo(Math.exp(0.4), 15);
    expect(derivative((y) => mul(stopGradient(y), y), 3)).toBe(6);
  });

  test('numbers, integers and values that do not depend on the argument', () => {
    const f = (p: { x: Tensor | number; n: Tensor }) => ({ y: mul(p.x, 3), n: p.n, one: tensor(1) });
    const { value, tangent } = complexStep(f, { x: 2, n: tensor([1], { dtype: 'int32' }) }, { x: 5, n: null });
    expect(value.y.item()).toBe(6);
    expect([tangent.y.item(), tangent.one.item()]).toEqual([15, 0]);
    expect(complexStep(exp, tensor([]), tensor([])).tangent.shape).toEqual([0]);
  });
});

describe('what cannot be', () => {
  const error = (f: () => unknown): string => {
    try {
      f();
    } catch (thrown) {
      return `${(thrown as Error).name}: ${(thrown as Error).message}`;
    }
    return 'nothing';
  };
  const x = tensor([
    [1, 2],
    [3, 5],
  ]);
  test('is refused by name', () => {
    expect(error(() => complexStep((y) => svd(y).s, x, x))).toBe(
      'NotDifferentiableError: complexStep: svd is a kernel only, without a meaning over complex numbers. Use checkGrads, or stopGradient before it.',
    );
    expect(error(() => complexStep((y) => cast(y, 'float32'), x, x))).toBe(
      'NotDifferentiableError: complexStep: cast gives f32[2,2], in which an imaginary part of 1e-100 is 0. Keep to float64.',
    );
    expect(error(() => complexStep(exp, cast(x, 'float32'), cast(x, 'float32')))).toBe(
      'NotDifferentiableError: complexStep: an argument is f32[2,2], in which an imaginary part of 1e-100 is 0. Cast it to float64.',
    );
    expect(error(() => grad((y: Tensor) => complexStep(exp, y, tensor(1)).tangent)(tensor(1)))).toBe(
      'TraceError: complexStep: an argument (f64[]) belongs to a transform outside. Take the complex step of the transformed function instead.',
    );
    expect(
      error(() => grad((y: Tensor) => complexStep((z: Tensor) => mul(z, y), tensor(1), tensor(1)).tangent)(tensor(1))),
    ).toBe(
      'TraceError: complexStep: mul got f64[] of a transform outside. Take the complex step of the transformed function instead.',
    );
    expect(error(() => complexStep(exp, tensor(1), tensor([1])))).toBe(
      'ShapeError: complexStep: the tangent is f64[1], its primal is f64[].',
    );
    expect(error(() => complexStep(async (y: Tensor) => await y, tensor(1), tensor(1)))).toContain(
      'ArgumentError: complexStep: f is an async function',
    );
  });
});

import { Concrete, full, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { bind } from '../../bind.ts';
import { add, definePrimitive, div, exp, jvp, matmul, mul, scan, sub, sum, tanh, vjp } from '../../index.ts';
import { assertGrads, checkGrads, GradientError } from './index.ts';

/** A primitive of this file's own, element by element, with the derivative that the test wants. */
function own(name: string, f: (x: number) => number, derivative: (x: Tensor) => Tensor | null) {
  const primitive = definePrimitive<Record<string, never>, 1>({
    name: `checkGrads.${name}`,
    semantics: { kind: 'host' },
    infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }],
    eval: ([x]) => [new Concrete(x.storage.map(f), x.dtype, x.shape)],
    pullbacks: [
      ([ct], { inputs: [x] }) => {
        const slope = derivative(x);
        return ct && slope && mul(ct, slope);
      },
    ],
  });
  return (x: Tensor): Tensor => bind(primitive, [x], {})[0];
}

const step = own(
  'step',
  (x) => (x > 0 ? 1 : 0),
  () => null,
);
const sign = own('sign', Math.sign, () => null);
const relu = own('relu', (x) => Math.max(x, 0), step);
const abs = own('abs', Math.abs, sign);
const slope = (x: Tensor) => sub(1, mul(tanh(x), tanh(x)));
const slightlyWrong = own('slightlyWrong', Math.tanh, (x) => mul(slope(x), 1 + 1e-6));
const twice = own('twice', Math.tanh, (x) => mul(slope(x), 2));
/** Right to first order; its derivative's derivative is not. */
const wrongCurvature = own(
  'wrongCurvature',
  (x) => x * x,
  (x) => mul(2, own2(x)),
);
const own2 = own(
  'own2',
  (x) => x,
  () => full([], 1 + 1e-6),
);

describe("verdict 'right'", () => {
  test('trees, numbers, several arguments and values, to order 2', () => {
    const f = (p: { w: Tensor; scale: number; steps: Tensor }, x: Tensor) => {
      const y = tanh(matmul(p.w, x));
      return { y: mul(y, p.scale), loss: sum(exp(y)), steps: p.steps };
    };
    const args = [
      {
        w: tensor([
          [1, 2],
          [3, 4],
        ]),
        scale: 2,
        steps: tensor([1, 2], { dtype: 'int32' }),
      },
      tensor([0.3, -0.2]),
    ] as const;
    const report = checkGrads(f, [...args], { order: 2 });
    expect(report.verdict).toBe('right');
    expect(report.order).toBe(2);
    expect(report.message).toMatch(
      /^right\. reverse and forward mode agree with finite differences to \S+ in \d+ random directions\.$/,
    );
    expect(report.reverseError).toBeLessThan(1e-10);
    expect(report.forwardError).toBeLessThan(1e-10);
    expect(report.adjointError).toBeLessThan(1e-14);
    expect(new Set(report.measurements.map(({ along }) => along))).toEqual(
      new Set(['args[0].w', 'args[0].scale', 'args[1]', 'all leaves']),
    );
  });

  test('the order measured of a smooth function is 4', () => {
    const { measurements } = checkGrads((x: Tensor) => mul(x, tanh(x)), [tensor([0.5, -1])]);
    for (const { order } of measurements) expect(order).toBeGreaterThan(3.5);
    for (const { order } of measurements) expect(order).toBeLessThan(4.5);
  });

  test('constants, linear functions, scalars, no elements, large and tiny values', () => {
    const functions: [(x: Tensor) => Tensor, Tensor][] = [
      [(x) => add(sub(x, x), 3), tensor(0.5)],
      [(x) => mul(x, 3), tensor([0.5, 1e-30])],
      [(x) => exp(x), tensor([300, -300])],
      [(x) => div(1, x), tensor([1e-3, 1e3])],
      [(x) => exp(x), tensor([])],
      [(x) => mul(mul(x, 1e-200), x), tensor([1, 2])],
    ];
    for (const [f, x] of functions) expect(checkGrads(f, [x], { order: 2 }).message).toMatch(/^right/);
  });

  test('a loop', () => {
    const f = (w: Tensor, xs: Tensor) =>
      scan((h: Tensor, x: Tensor) => ({ carry: tanh(add(mul(w, h), x)), y: h }), full([3], 0.1), xs);
    expect(checkGrads(f, [tensor([0.5, -1, 2]), full([5, 3], 0.3)], { order: 2 }).verdict).toBe('right');
  });

  test('beside a kink that is not too near', () => {
    for (const x of [1e-4, -1e-4, 1e-5])
      expect(checkGrads(relu, [tensor([x, 1])], { tolerance: 1e-8 }).message).toMatch(/^right/);
  });
});

describe("verdict 'wrong rule'", () => {
  test('a rule off by 1 + 1e-6, with the worst leaf and entry', () => {
    const f = (p: { a: { b: Tensor }; c: Tensor }) => [slightlyWrong(p.a.b), tanh(p.c)];
    const report = checkGrads(f, [
      {
        a: {
          b: tensor([
            [0.5, 2],
            [1, 0.01],
          ]),
        },
        c: tensor(1),
      },
    ]);
    expect(report.verdict).toBe('wrong rule');
    expect(report.worst?.mode).toBe('reverse');
    expect(report.worst?.entry).toMatch(/^args\[0\]\.a\.b\[[01],[01]\]$/);
    const { derivative = 0, differences = 1 } = report.worst ?? {};
    expect(derivative / differences - 1).toBeCloseTo(1e-6, 9);
    expect(report.message).toBe(
      `wrong rule. In reverse mode the derivative with respect to ${report.worst?.entry} is ${derivative}; ` +
        `finite differences give ${differences}, 1.0e-6 off relative to it.`,
    );
  });

  test('a wrong second derivative is found at order 2 only', () => {
    expect(checkGrads(wrongCurvature, [tensor([0.5, 2])]).verdict).toBe('right');
    const report = checkGrads(wrongCurvature, [tensor([0.5, 2])], { order: 2 });
    expect([report.verdict, report.order]).toEqual(['wrong rule', 2]);
  });

  test('in float32 too, when it is far off', () => {
    expect(checkGrads(twice, [tensor([0.5, 1], { dtype: 'float32' })]).verdict).toBe('wrong rule');
  });

  test('a small leaf beside a large one', () => {
    const f = (x: Tensor, y: Tensor) => add(mul(x, 1e6), slightlyWrong(y));
    const report = checkGrads(f, [tensor(1), tensor(0.5)], { tolerance: 1e-8 });
    expect([report.verdict, report.worst?.entry]).toEqual(['wrong rule', 'args[1]']);
  });

  test('a derivative that is missing', () => {
    expect(checkGrads((x: Tensor) => add(x, step(mul(x, 0))), [tensor(1)]).verdict).toBe('right');
    const stopped = own(
      'stopped',
      (x) => x,
      () => null,
    );
    expect(checkGrads((x: Tensor) => add(x, stopped(x)), [tensor(1)]).verdict).toBe('wrong rule');
  });
});

describe('verdicts that say the check is not possible here', () => {
  test("'kink': relu at 0, |x| at 0, just beside, a jump, and a kink in one of many entries", () => {
    const points: [(x: Tensor) => Tensor, Tensor][] = [
      [relu, tensor([0, 1, -2])],
      [abs, tensor(0)],
      [relu, tensor([1e-9, 1])],
      [step, tensor(0)],
      [(x) => sum(abs(x)), tensor(Array.from({ length: 50 }, (_, i) => i))],
    ];
    for (const [f, x] of points) expect(checkGrads(f, [x]).verdict).toBe('kink');
    expect(checkGrads(abs, [tensor(0)]).message).toBe(
      'kink. Along args[0] the differences from the left and from the right disagree: f has a kink or a jump here, ' +
        'and no derivative to compare with. Check at another point.',
    );
    for (const f of [relu, abs]) expect(checkGrads(f, [tensor([0.5, -2])], { order: 2 }).verdict).toBe('right');
  });

  test("'not deterministic': hidden randomness, and hidden state", () => {
    let calls = 0;
    for (const f of [(x: Tensor) => mul(x, Math.random()), (x: Tensor) => mul(x, ++calls)]) {
      expect(checkGrads(f, [tensor(0.5)]).message).toBe(
        'not deterministic. f gave other numbers when it was called again with the same arguments. ' +
          'Pass random keys and state as arguments.',
      );
    }
  });

  test("'float32 too coarse', and right in float32 under a tolerance that it can meet", () => {
    const x = tensor([0.5, 2], { dtype: 'float32' });
    const report = checkGrads((y: Tensor) => tanh(y), [x]);
    expect(report.verdict).toBe('float32 too coarse');
    expect(report.message).toMatch(
      /^float32 too coarse\. In float32 differences are good to \S+ at best, so that 1e-9 cannot be tested\. Check in float64: cast the arguments to 'float64'\.$/,
    );
    expect(checkGrads((y: Tensor) => tanh(y), [x], { tolerance: 1e-2 }).verdict).toBe('right');
  });

  test("'not finite': a value, a derivative", () => {
    expect(checkGrads((x: Tensor) => div(x, 0), [tensor([1, 0])]).message).toBe(
      'not finite. value[0] is Infinity. No difference can be taken there.',
    );
    const infinite = own(
      'infinite',
      (x) => x,
      () => full([], Number.POSITIVE_INFINITY),
    );
    expect(checkGrads((p: { x: Tensor }) => infinite(p.x), [{ x: tensor([1, -1]) }]).message).toMatch(
      /^not finite\. The derivative with respect to args\[0\]\.x\[0\] is -?Infinity, although f is finite there\.$/,
    );
  });

  test("'differences too coarse': a value that dwarfs its change", () => {
    const report = checkGrads((x: Tensor) => add(x, 1e9), [tensor(0.5)]);
    expect(report.verdict).toBe('differences too coarse');
    expect(report.message).toContain('the value is large beside its change, or a kink is near');
  });
});

describe('its arguments', () => {
  test('assertGrads throws what checkGrads says, and carries the report', () => {
    let error: unknown;
    try {
      assertGrads(twice, [tensor(0.5)]);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(GradientError);
    expect((error as GradientError).message).toMatch(
      /^assertGrads: wrong rule\. In reverse mode the derivative with respect to args\[0\] is /,
    );
    expect((error as GradientError).report.verdict).toBe('wrong rule');
    expect(assertGrads(tanh, [tensor(0.5)]).verdict).toBe('right');
  });

  test('without forward mode, only reverse is checked', () => {
    const report = checkGrads(tanh, [tensor(0.5)], { forward: false });
    expect([report.forwardError, report.adjointError, report.verdict]).toEqual([null, null, 'right']);
    expect(report.message).toMatch(/^right\. reverse mode agrees with/);
  });

  test('the same seed gives the same numbers', () => {
    const run = (seed: number) => checkGrads(tanh, [tensor([0.5, 2])], { seed });
    expect(run(5)).toEqual(run(5));
    expect(run(5).measurements).not.toEqual(run(6).measurements);
  });

  test('no float leaf', () => {
    const steps = tensor([1], { dtype: 'int32' });
    expect(() => checkGrads((x: Tensor) => x, [steps])).toThrow('checkGrads: the arguments have no float leaf.');
    expect(() => checkGrads((x: Tensor) => [steps].slice(x.rank), [tensor(1)])).toThrow(
      'checkGrads: f returned no float leaf, so it has no derivative.',
    );
    expect(() => checkGrads((x) => x, ['a'])).toThrow(
      'checkGrads: args[0] is a string, not a tensor or a tree of tensors.',
    );
  });

  test('functions that differentiate inside', () => {
    const inner = (x: Tensor) => vjp(tanh, x).pullback(full([], 1));
    const pushed = (x: Tensor) => jvp(tanh, x, full([], 1)).tangent;
    for (const f of [inner, pushed]) expect(checkGrads(f, [tensor(0.5)], { order: 2 }).verdict).toBe('right');
  });
});

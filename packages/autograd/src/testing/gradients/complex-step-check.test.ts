import { Concrete, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { bind } from '../../bind.ts';
import {
  abs,
  add,
  definePrimitive,
  exp,
  greater,
  matmul,
  max,
  mul,
  type Primitive,
  relu,
  scan,
  sub,
  sum,
  tanh,
  where,
} from '../../index.ts';
import { svd } from '../../linalg/index.ts';
import { checkGrads, complexStepCheck } from './index.ts';

/** tanh with a derivative that is off by a factor; its meaning is stated, so that the complex step can do without the rule. */
function planted(factor: number, name: string) {
  const primitive: Primitive<Record<string, never>, 1, 1> = definePrimitive<Record<string, never>, 1>({
    name: `complexStepCheck.${name}`,
    semantics: { kind: 'map', expression: { op: 'tanh', args: [{ input: 0 }] } },
    infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }],
    eval: ([x]) => [new Concrete(tanh(x).concrete('test').storage, x.dtype, x.shape)],
    pullbacks: [([ct], { outputs: [y] }) => ct && mul(mul(ct, sub(1, mul(y, y))), factor)],
  });
  return (x: Tensor): Tensor => bind(primitive, [x], {})[0];
}

const net = (f: (x: Tensor) => Tensor) => (p: { w: Tensor; h: Tensor }, xs: Tensor) => {
  const { carry, ys } = scan(
    (h: Tensor, x: Tensor) => {
      const next = f(add(matmul(h, p.w), x));
      return { carry: next, y: sum(exp(next)) };
    },
    p.h,
    xs,
  );
  return [sum(ys), carry];
};
const args = [
  {
    w: tensor([
      [0.5, -0.3],
      [0.1, 0.7],
    ]),
    h: tensor([0.1, -0.2]),
  },
  tensor([
    [0.3, 0.4],
    [-0.5, 0.1],
    [0.9, -0.2],
  ]),
] as const;

describe('complexStepCheck', () => {
  test('says that a right rule is right', () => {
    const report = complexStepCheck(net(tanh), [...args]);
    expect(report.verdict).toBe('right');
    expect(report.message).toMatch(
      /^right\. reverse and forward mode agree with the complex step to \S+ in 8 random directions\.$/,
    );
    expect(report.reverseError).toBeLessThan(1e-15);
    expect(report.forwardError).toBeLessThan(1e-15);
  });

  test('sees an error of 1e-10 in one rule, with the worst entry; differences do not', () => {
    const wrong = net(planted(1 + 1e-10, 'slightly'));
    const report = complexStepCheck(wrong, [...args]);
    expect(report.verdict).toBe('wrong rule');
    expect(report.reverseError).toBeGreaterThan(1e-11);
    const { entry = '', derivative = 0, complexStep = 0 } = report.worst ?? {};
    expect(entry).toMatch(/^args\[[01]\]/);
    expect(Math.abs(derivative / complexStep - 1)).toBeLessThan(1e-8);
    expect(report.message).toContain(
      `wrong rule. The derivative with respect to ${entry} is ${derivative}; the complex step gives ${complexStep}. `,
    );
    expect(checkGrads(wrong, [...args]).verdict).toBe('right');
    expect(complexStepCheck(net(planted(1, 'control')), [...args]).verdict).toBe('right');
  });

  test('says where it is not possible', () => {
    const matrix = tensor([
      [1, 2],
      [3, 5],
    ]);
    expect(complexStepCheck((x: Tensor) => svd(x).s, [matrix]).message).toBe(
      'not possible. complexStep: svd is a kernel only, without a meaning over complex numbers. Use checkGrads, or stopGradient before it.',
    );
    const single = complexStepCheck((x: Tensor) => tanh(x), [tensor([1], { dtype: 'float32' })]);
    expect(single.verdict).toBe('not possible');
    expect(single.reverseError).toBeNaN();
    expect(() => complexStepCheck((x: Tensor) => x, [tensor([1], { dtype: 'int32' })])).toThrow(
      'complexStepCheck: the arguments have no float leaf.',
    );
  });

  test('a kink is no error', () => {
    expect(complexStepCheck((x: Tensor) => relu(x), [tensor([0, 1])]).message).toBe(
      'kink. Two values that are compared are equal here and move apart, so that f has no derivative. Check at another point.',
    );
    const f = (x: Tensor) => [max(x), where(greater(x, 1), mul(x, 2), x), abs(x)];
    expect(complexStepCheck(f, [tensor([1, 1, -2])]).verdict).toBe('kink');
    expect(complexStepCheck(f, [tensor([1.5, 1.25, -2])]).verdict).toBe('right');
  });

  test('a derivative that is not a number is not right', () => {
    const nan = net(planted(Number.NaN, 'nan'));
    expect(complexStepCheck(nan, [...args], { forward: false }).verdict).toBe('wrong rule');
  });
});

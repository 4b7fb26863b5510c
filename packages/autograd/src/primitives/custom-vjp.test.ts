import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import {
  add,
  clip,
  customVjp,
  exp,
  grad,
  jvp,
  matmul,
  mul,
  primitives,
  scan,
  sin,
  square,
  sum,
  tanh,
  trace,
  vjp,
} from '../index.ts';

const clipGradient = customVjp(
  (x: Tensor) => x,
  (ct) => [clip(ct, -1, 1)],
);
/** x² whose rule is written with the wrong factor 3, so that one sees whose rule ran. */
const wrongSquare = customVjp(
  (x: Tensor) => square(x),
  (ct, { inputs: [x] }) => [mul(ct, mul(3, x))],
);

describe('customVjp', () => {
  it('gives the value of f and the cotangent of the rule', () => {
    expect(clipGradient(tensor([5])).toArray()).toEqual([5]);
    expect(grad((x: Tensor) => sum(mul(5, clipGradient(x))))(tensor([1, 2])).toArray()).toEqual([1, 1]);
  });

  it('differentiates the rule at second order', () => {
    const second = grad((x: Tensor) => grad((z: Tensor) => sum(wrongSquare(z)))(x))(tensor(2));
    expect(second.item()).toBe(3);
  });

  it('reads the output, and lets an argument have none', () => {
    const scaled = customVjp(
      (x: Tensor, y: Tensor) => mul(exp(x), y),
      (ct, { output }) => [mul(ct, output), null],
    );
    const { value, pullback } = vjp(([x, y]: [Tensor, Tensor]) => scaled(x, y), [tensor(0), tensor(7)]);
    expect(value.item()).toBe(7);
    expect(pullback(tensor(2)).map((ct) => ct.item())).toEqual([14, 0]);
  });

  it('is one equation of a Program, and gives the same numbers there', () => {
    const program = trace((x) => wrongSquare(x), tensor([1, 2]));
    expect(program.equations.map(({ primitive }) => primitive.name)).toEqual(['customVjp']);
    expect(primitives.get('customVjp')?.semantics.kind).toBe('structured');
  });

  it('works inside the body of a scan, eager and traced', () => {
    const f = (x: Tensor) =>
      scan(
        (h: Tensor, t: Tensor) => ({
          carry: add(mul(h, t), wrongSquare(h)),
          y: h,
        }),
        x,
        tensor([1, 2]),
      ).carry;
    const eager = grad(f)(tensor(0.5)).item();
    const body = trace(grad(f), tensor(0.5));
    // h' = h t + h², with 3h for the derivative of h²: (1 + 3h₀)(2 + 3h₁)
    expect(eager).toBeCloseTo((1 + 1.5) * (2 + 3 * 0.75), 14);
    expect(body.equations.length).toBeGreaterThan(0);
  });

  it('gives captured outer values no cotangent', () => {
    const g = grad((w: Tensor) => {
      const scale = customVjp(
        (x) => mul(x, w),
        (ct) => [mul(ct, w)],
      );
      return add(scale(tensor(3)), mul(w, 10));
    });
    expect(g(tensor(2)).item()).toBe(10);
  });

  it('has its captures of each call, not of the first', () => {
    let w: Tensor = tensor(2);
    const scale = customVjp(
      (x: Tensor) => mul(x, w),
      (ct) => [mul(ct, w)],
    );
    const f = (v: Tensor) => {
      w = v;
      return scale(tensor(3));
    };
    expect(vjp(f, tensor(5)).value.item()).toBe(15);
    expect(vjp(f, tensor(7)).value.item()).toBe(21);
  });

  it('runs forward by transposing the rule', () => {
    expect(jvp((x) => wrongSquare(x), tensor([1, 2]), tensor([1, 1])).tangent.toArray()).toEqual([3, 6]);
    const product = customVjp(
      (a: Tensor, b: Tensor) => matmul(a, tanh(b)),
      (ct, { inputs: [a, b] }) => [matmul(ct, sin(b)), matmul(a, ct)],
    );
    const a = tensor([
      [1, 2],
      [3, 4],
    ]);
    const b = tensor([
      [0.5, 1],
      [1.5, 2],
    ]);
    const t = tensor([
      [1, -1],
      [2, 0.5],
    ]);
    const u = tensor([
      [0.25, 2],
      [-1, 1],
    ]);
    const f = ([x, y]: [Tensor, Tensor]) => product(x, y);
    const forward = sum(mul(u, jvp(f, [a, b], [t, t]).tangent)).item();
    const back = vjp(f, [a, b]).pullback(u);
    expect(forward).toBeCloseTo(
      back.reduce((s, ct) => s + sum(mul(ct, t)).item(), 0),
      12,
    );
  });

  it('refuses forward mode when the rule is not linear in the cotangent', () => {
    expect(() => jvp((x) => clipGradient(x), tensor([1]), tensor([1]))).toThrow(
      'jvp: the pullback of customVjp is not linear in its cotangent, so it has no transpose. Use reverse mode (grad, vjp).',
    );
  });

  it('says what is wrong with a rule or a function', () => {
    const few = customVjp(
      (x: Tensor) => x,
      () => [],
    );
    expect(() => few(tensor([1]))).toThrow(
      'customVjp: the rule gave 0 entries for 1 arguments. Return one tensor or null for each.',
    );
    const shape = customVjp(
      (x: Tensor) => x,
      (ct) => [sum(ct)],
    );
    expect(() => shape(tensor([1]))).toThrow(
      'customVjp: the rule gave f64[] for argument 0, which is f64[1]. Give f64[1], or null.',
    );
    const integer = customVjp(
      (x: Tensor) => x,
      (ct) => [ct],
    );
    expect(() => integer(tensor([1], { dtype: 'int32' }))).toThrow(
      'customVjp: the rule gave i32[1] for argument 0, which is i32[1]. It takes no cotangent: give null.',
    );
    const nothing = customVjp(
      (_: Tensor) => undefined as never,
      (ct) => [ct],
    );
    expect(() => nothing(tensor([1]))).toThrow('customVjp: f returned undefined, not a tensor. Return one tensor.');
    expect(() => clipGradient('x' as never)).toThrow('customVjp: argument 0 is a string, not a tensor. Use tensor(…).');
    const reads = customVjp(
      (x: Tensor) => (x.item() > 0 ? x : mul(x, 2)),
      (ct) => [ct],
    );
    expect(() => reads(tensor(1))).toThrow(
      'item: an abstract value (f64[]) has no numbers while a Program is being recorded.',
    );
  });
});

import { arange, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { cond, linearRecurrence, whileLoop } from '../control/index.ts';
import {
  add,
  cast,
  evaluate,
  grad,
  greater,
  hessian,
  hvp,
  jacobian,
  jvp,
  less,
  matmul,
  max,
  mul,
  neg,
  sigmoid,
  stack,
  sub,
  sum,
  tanh,
  trace,
  unstack,
  vjp,
  vmap,
} from '../index.ts';
import { expectSame } from '../testing/laws/law.ts';

/** Numbers in (−1, 1) that repeat no pattern of a shape. */
const wave = (...shape: number[]): Tensor =>
  sub(mul(sigmoid(sub(mul(7.3, arange(shape.reduce((a, b) => a * b, 1))).remainder(5), 2.4)), 2), 1).reshape(shape);

const same = (actual: Tensor, expected: Tensor): void => expectSame('the value', [actual], [expected]);

/** Each derivative of each: the oracle is a loop over examples. */
describe('derivatives and vmap, in every order', () => {
  const W = wave(3, 3);
  const f = (v: Tensor): Tensor => tanh(matmul(mul(v, v), W));
  const scalar = (v: Tensor): Tensor => sum(mul(f(v), v));
  const xs = wave(5, 3);
  const rows = unstack(xs);
  const each = (g: (v: Tensor) => Tensor): Tensor => stack(rows.map(g));

  test('per-example gradients, Jacobians, Hessians and products with them', () => {
    same(vmap(grad(scalar))(xs), each(grad(scalar)));
    same(vmap(jacobian(f))(xs), each(jacobian(f)));
    same(vmap(jacobian(f, { mode: 'forward' }))(xs), each(jacobian(f, { mode: 'forward' })));
    same(vmap(hessian(scalar))(xs), each(hessian(scalar)));
    same(
      vmap((v) => hvp(scalar, v, v))(xs),
      each((v) => hvp(scalar, v, v)),
    );
    same(vmap(grad((v) => sum(grad(scalar)(v))))(xs), each(grad((v) => sum(grad(scalar)(v)))));
  });

  test('the gradient of a loss over a batch is the sum of the gradients per example', () => {
    const loss = (w: Tensor): Tensor => sum(vmap((v) => sum(tanh(matmul(v, w))))(xs));
    const perExample = vmap((w: Tensor, v: Tensor) => grad((u: Tensor) => sum(tanh(matmul(v, u))))(w), {
      inAxes: [null, 0],
    })(W, xs);
    expect(perExample.shape).toEqual([5, 3, 3]);
    const total = grad(loss)(W);
    const off = max(sub(total, sum(perExample, 0)).abs()).item();
    expect(off).toBeLessThan(1e-14);
    same(
      perExample,
      each((v) => grad((u: Tensor) => sum(tanh(matmul(v, u))))(W)),
    );
  });

  test('jacobian of vmap is block-diagonal, with the Jacobians per example as blocks', () => {
    const J = jacobian(vmap(f))(xs); // [5,3,5,3]
    const blocks = vmap(jacobian(f))(xs);
    for (let m = 0; m < 5; m++) {
      for (let n = 0; n < 5; n++) {
        const block = J.at(m).at(n, 1);
        same(block.abs(), m === n ? blocks.at(m).abs() : mul(0, block.abs()));
      }
    }
    same(jacobian(vmap(f), { mode: 'forward' })(xs).at(2).at(2, 1), jacobian(f, { mode: 'forward' })(xs.at(2)));
  });

  test('vmap of vmap; the inner one over what the outer one captured', () => {
    const grid = vmap((v) => vmap((u) => sum(mul(u, v)))(xs))(xs);
    same(grid, stack(rows.map((v) => stack(rows.map((u) => sum(mul(u, v)))))));
    const swapped = vmap((v) => vmap((u) => sum(mul(u, v)), { inAxes: 0 })(v.reshape([3, 1])))(xs);
    same(swapped, stack(rows.map((v) => stack(unstack(v).map((u) => sum(mul(u, v)))))));
    same(vmap(vmap(grad(scalar)))(wave(2, 5, 3)), stack(unstack(wave(2, 5, 3)).map((x) => vmap(grad(scalar))(x))));
  });

  test('values of outer transforms, captured: a tape outside, a tangent outside, both outside and inside', () => {
    const g = (w: Tensor): Tensor => sum(vmap((v) => sum(tanh(mul(v, w))))(xs));
    const loop = (w: Tensor): Tensor => sum(stack(rows.map((v) => sum(tanh(mul(v, w))))));
    const w = tensor([0.3, -0.2, 0.5]);
    same(g(w), loop(w));
    const close = (a: Tensor, b: Tensor): void => expect(max(sub(a, b).abs()).item()).toBeLessThan(1e-14);
    close(grad(g)(w), grad(loop)(w));
    close(jvp(g, w, xs.at(0)).tangent, jvp(loop, w, xs.at(0)).tangent);
    close(hessian(g)(w), hessian(loop)(w));
    const inner = (w2: Tensor): Tensor => sum(vmap((v) => grad((u: Tensor) => sum(tanh(mul(u, mul(w2, v)))))(v))(xs));
    const innerLoop = (w2: Tensor): Tensor =>
      sum(stack(rows.map((v) => grad((u: Tensor) => sum(tanh(mul(u, mul(w2, v)))))(v))));
    close(grad(inner)(w), grad(innerLoop)(w));
  });

  test('a pullback is mapped over cotangents without running f again', () => {
    let runs = 0;
    const counted = (v: Tensor): Tensor => {
      runs++;
      return f(v);
    };
    const { pullback } = vjp(counted, rows[0] as Tensor);
    const basis = tensor([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    same(vmap((ct) => pullback(ct))(basis), jacobian(f)(rows[0] as Tensor));
    expect(runs).toBe(1);
  });
});

describe('choices, and loops of unknown length', () => {
  const xs = tensor([0.3, -1.2, 0, 2.5, -0.01]);
  const rows = unstack(xs);
  const each = (f: (x: Tensor) => Tensor): Tensor => stack(rows.map(f));

  const choice = (x: Tensor): Tensor =>
    cond(
      less(x, 0),
      (v) => mul(v, v),
      (v) => tanh(v),
      x,
    );
  /** Halves until it is small: every example takes another number of steps. */
  const halving = (x: Tensor): Tensor => {
    const start = { v: x, n: tensor(0, { dtype: 'int32' }) };
    const end = whileLoop(
      ({ v }) => greater(v.abs(), 0.25),
      ({ v, n }) => ({ v: mul(v, 0.5), n: add(n, 1) }),
      start,
      { maxSteps: 6 },
    );
    return mul(end.v, add(cast(end.n, 'float64'), tanh(x)));
  };

  test.each([
    ['cond', choice],
    ['whileLoop', halving],
  ] as const)('%s: where examples differ each gets its own, and its own derivatives', (_, f) => {
    same(vmap(f)(xs), each(f));
    same(vmap(grad(f))(xs), each(grad(f)));
    same(grad((v: Tensor) => sum(vmap(f)(v)))(xs), each(grad(f)));
    same(
      vmap((x) => jvp(f, x, tensor(1)).tangent)(xs),
      each((x) => jvp(f, x, tensor(1)).tangent),
    );
    same(vmap(grad(grad(f)))(xs), each(grad(grad(f))));
    same(evaluate(trace(vmap(grad(f)), xs), [xs])[0] as Tensor, each(grad(f)));
    const program = trace(grad(f), tensor(0));
    same(vmap((x) => evaluate(program, [x])[0] as Tensor)(xs), each(grad(f)));
  });

  test('a predicate that all examples share stays a choice', () => {
    const f = (p: Tensor, x: Tensor): Tensor => cond(p, (v) => mul(v, 2), neg, x);
    const mapped = vmap(f, { inAxes: [null, 0] });
    const program = trace(mapped, tensor(true), xs);
    expect(program.equations.map(({ primitive }) => primitive.name)).toEqual(['cond']);
    same(evaluate(program, [tensor(true), xs])[0] as Tensor, mul(xs, 2));
    same(mapped(tensor(false), xs), neg(xs));
  });

  test('branches that use nothing of their own, only what is mapped outside', () => {
    const f = (p: Tensor, x: Tensor): Tensor =>
      cond(
        p,
        () => mul(x, 2),
        () => neg(x),
      );
    const inner = (p: Tensor): Tensor => sum(vmap((x) => f(p, x))(xs));
    same(evaluate(trace(inner, tensor(true)), [tensor(false)])[0] as Tensor, sum(neg(xs)));
    const slope = grad((w: Tensor) => sum(vmap((x) => f(less(w, 0), mul(x, w)))(xs)));
    same(evaluate(trace(slope, tensor(1)), [tensor(1)])[0] as Tensor, neg(sum(xs)));
  });

  test('one example that never ends is an error, as it is alone', () => {
    expect(() => vmap(halving)(tensor([0.1, 64]))).toThrow(
      'whileLoop: test still holds after maxSteps = 6 steps. Raise maxSteps, or let test end the loop sooner.',
    );
  });

  test('a chain per example', () => {
    const a = wave(3, 4, 2);
    const b = wave(3, 2);
    const f = (x: Tensor, y: Tensor): Tensor => linearRecurrence(x, y, { from: y.at(0) });
    const run = vmap((x: Tensor, y: Tensor) => f(x, mul(x, y)));
    same(run(a, b), stack([0, 1, 2].map((n) => f(a.at(n), mul(a.at(n), b.at(n))))));
  });
});

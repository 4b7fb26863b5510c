import { full, type Tensor, tensor } from '@throughline/tensor';
import { bitEqual, maxDeviation } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { add, div, evaluate, exp, flatten, grad, jvp, mul, scan, slice, sum, tanh, trace, vjp } from '../index.ts';
import { print, verify } from '../symbolic/index.ts';
import { type Arguments, type Body, loop, loopCases, loss, weights } from '../testing/random-loops.ts';

const cases = loopCases([1, 2, 7, 0]);
const leavesOf = (tree: unknown): Tensor[] =>
  [
    ...flatten('test', tree, (v): v is Tensor | null => v === null || (typeof v === 'object' && 'dtype' in v)).leaves,
  ].filter((leaf): leaf is Tensor => leaf !== null);
/** The same function by way of a Program: traced, verified, printed, evaluated. */
const replay = (f: (args: Arguments) => unknown, args: Arguments): Tensor[] => {
  const program = verify(trace((a: Arguments) => leavesOf(f(a)), args));
  expect(print(program)).toMatch(/^program \(/);
  return evaluate(program, leavesOf(args));
};

function expectClose(actual: readonly Tensor[], expected: readonly Tensor[]): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((x, k) => {
    expect(maxDeviation(x, expected[k] as Tensor), `leaf ${k}`).toBeLessThan(1e-12);
  });
}

const check = (runs: number, law: (body: Body, args: Arguments) => void) =>
  fc.assert(
    fc.property(cases, ({ body, args }) => law(body, args)),
    { seed: 11, numRuns: runs },
  );
const options = { timeout: 60_000 };

describe('a loop as one equation is the loop', () => {
  test('forward, bit for bit', options, () => {
    check(60, (body, args) => {
      const eager = leavesOf(loop(body)(args));
      const traced = replay(loop(body), args);
      expect(eager.every((x, k) => bitEqual(x, traced[k] as Tensor))).toBe(true);
    });
  });

  test('gradients to 1e-12: of the recorded steps, of the traced sweep, and of the equation', options, () => {
    check(40, (body, args) => {
      const eager = leavesOf(grad(loss(body))(args));
      expectClose(replay(grad(loss(body)), args), eager);
      const program = trace(loss(body), args);
      const ofEquation = grad((a: Arguments) => evaluate(program, leavesOf(a))[0] as Tensor)(args);
      expectClose(leavesOf(ofEquation), eager);
    });
  });

  test('int32 leaves have no gradient', () => {
    check(10, (body, args) => {
      const { carry, xs } = grad(loss(body))(args);
      expect([carry.more[1], xs.k]).toEqual([null, null]);
    });
  });

  test('second derivatives to 1e-12', options, () => {
    check(20, (body, args) => {
      const curvature = grad((a: Arguments) =>
        leavesOf(grad(loss(body))(a)).reduce<Tensor>(
          (total, leaf) => add(total, sum(mul(leaf, weights(leaf)))),
          tensor(0),
        ),
      );
      expectClose(replay(curvature, args), leavesOf(curvature(args)));
    });
  });

  test('tangents to 1e-12, and they are adjoint to the gradient', options, () => {
    check(40, (body, args) => {
      const along = (a: Arguments) => {
        const tangent = flatten('test', a).rebuild(
          flatten('test', a).leaves.map((x) => (x.dtype === 'float64' ? weights(x) : null)),
        );
        return jvp(loss(body), a, tangent as never).tangent; // in the structure of a
      };
      const eager = along(args) as Tensor;
      expectClose(replay(along, args), [eager]);
      const gradient = leavesOf(grad(loss(body))(args));
      const projected = gradient.reduce((total, leaf) => total + sum(mul(leaf, weights(leaf))).item(), 0);
      expect(Math.abs(eager.item() - projected)).toBeLessThan(
        1e-12 * (1 + gradient.reduce((size, g) => size + sum(mul(g, g)).item(), 0)),
      );
    });
  });
});

describe('absent cotangents stay absent', () => {
  const xs = full([3], 1);
  /** `big` overflows after one step; nothing of it goes into the ys. */
  const diverging = (w: Tensor, big: Tensor, h: Tensor) =>
    scan(
      (state: { big: Tensor; h: Tensor }, x: Tensor) => ({
        carry: { big: exp(mul(mul(state.big, w), 800)), h: tanh(add(state.h, mul(w, x))) },
        y: state.h,
      }),
      { big, h },
      xs,
    );
  const f = (w: Tensor, big: Tensor, h: Tensor) => sum(diverging(w, big, h).ys);
  const args = [tensor(0.5), tensor(2), tensor(0.25)] as const;

  test('an infinity in an unused carry does not become NaN', () => {
    expect(diverging(...args).carry.big.item()).toBe(Number.POSITIVE_INFINITY);
    const g = grad((a: readonly Tensor[]) => f(a[0] as Tensor, a[1] as Tensor, a[2] as Tensor)); // three
    const eager = g(args) as readonly Tensor[];
    const traced = evaluate(
      trace((...a: readonly Tensor[]) => g(a), ...args),
      args,
    );
    for (const list of [eager, traced]) {
      expect(list.map((x) => Number.isFinite(x.item()))).toEqual([true, true, true]);
      expect(list[1]?.item()).toBe(0);
    }
    expectClose(traced, eager);
  });

  test('a tangent in another carry does not touch it either', () => {
    const push = (w: Tensor, big: Tensor, h: Tensor) => jvp((state: Tensor) => f(w, big, state), h, tensor(1)).tangent;
    expect(Number.isFinite(push(...args).item())).toBe(true);
    expectClose(evaluate(trace(push, ...args), args), [push(...args)]);
  });
});

describe('values of outer transforms', () => {
  const xs = tensor([0.5, -1, 2]);
  const chain = (w: Tensor) =>
    scan((h: Tensor, x: Tensor) => ({ carry: tanh(add(mul(w, h), x)), y: mul(h, w) }), tensor(0.1), xs);
  const total = (w: Tensor) => sum(chain(w).ys);

  test('a captured recorded value of a traced scan gets its gradient', () => {
    const eager = grad(total)(tensor(0.7));
    const program = verify(trace((w: Tensor) => grad(total)(w), tensor(0.7)));
    expectClose(evaluate(program, [tensor(0.7)]), [eager]);
    expect(print(program)).toContain('scan[');
    // captured twice over: by the loop outside, and by the one inside
    const nested = (w: Tensor) =>
      scan((h: Tensor, x: Tensor) => ({ carry: add(h, mul(chain(mul(w, x)).carry, w)), y: {} }), tensor(0), xs).carry;
    expectClose(
      evaluate(
        trace((w: Tensor) => grad(nested)(w), tensor(0.7)),
        [tensor(0.7)],
      ),
      [grad(nested)(tensor(0.7))],
    );
  });

  test('no steps at all: a capture gets zero, the carry its own cotangent', () => {
    const f = (w: Tensor, h: Tensor) => {
      const { carry, ys } = scan((c: Tensor, x: Tensor) => ({ carry: mul(c, w), y: mul(x, w) }), h, full([0, 2], 1));
      return add(carry, sum(ys));
    };
    for (const g of [
      (w: Tensor, h: Tensor) => grad((a: readonly [Tensor, Tensor]) => f(...a))([w, h]),
      (w: Tensor, h: Tensor) =>
        evaluate(
          trace((p: Tensor, q: Tensor) => grad((a: readonly [Tensor, Tensor]) => f(...a))([p, q]), w, h),
          [w, h],
        ),
    ]) {
      expect(g(tensor(3), tensor(2)).map((x) => x.item())).toEqual([0, 1]);
    }
  });

  test('grad in a trace in a grad', () => {
    const inner = trace((w: Tensor) => grad(total)(w), tensor(0.7));
    const twice = grad((w: Tensor) => evaluate(inner, [mul(w, w)])[0] as Tensor); // one output
    const direct = grad((w: Tensor) => grad(total)(mul(w, w)));
    expectClose([twice(tensor(0.7))], [direct(tensor(0.7))]);
    const traced = verify(trace(twice, tensor(0.7)));
    expectClose(evaluate(traced, [tensor(0.7)]), [twice(tensor(0.7))]);
  });

  test('a pullback may be called outside the loop that made it', () => {
    const { pullback } = vjp(chain, tensor(0.7));
    const ct = { carry: tensor(1), ys: full([3], 1) };
    expect(bitEqual(pullback(ct), pullback(ct))).toBe(true);
  });
});

describe('one step', () => {
  test('a loop over a slice with a division by the carry, by hand', () => {
    // h₁ = x₁ / h₀, h₂ = x₂ / h₁ = x₂ h₀ / x₁
    const f = (a: readonly [Tensor, Tensor]) =>
      scan((h: Tensor, x: Tensor) => ({ carry: div(x, h), y: {} }), a[0], slice(a[1], [0], [2])).carry;
    const [h, xs] = grad(f)([tensor(2), tensor([4, 3, 9])]) as unknown as readonly [Tensor, Tensor];
    expect([h.item(), ...xs.data]).toEqual([0.75, -0.375, 0.5, 0]);
  });
});

import { full, type Tensor, tensor } from '@throughline/tensor';
import { bitEqual, maxDeviation, tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  div,
  evaluate,
  exp,
  flatten,
  grad,
  greater,
  jvp,
  matmul,
  maximum,
  mul,
  neg,
  scan,
  sigmoid,
  slice,
  sub,
  sum,
  tanh,
  trace,
  verify,
  vjp,
  where,
} from '../index.ts';
import { print } from '../symbolic/index.ts';

/** What a random loop works on: captured tensors, a tree as carry, a tree of sequences; int32 leaves among them. */
interface Arguments {
  readonly captured: { readonly w: Tensor; readonly m: Tensor; readonly s: Tensor };
  readonly carry: { readonly h: Tensor; readonly more: readonly [c: Tensor, n: Tensor] };
  readonly xs: { readonly x: Tensor; readonly k: Tensor };
}

/** One line of a random body: an op on two of the vectors made so far. */
interface Line {
  readonly op: (typeof ops)[number];
  readonly a: number;
  readonly b: number;
}
const ops = [
  'add',
  'sub',
  'mul',
  'tanh',
  'sigmoid',
  'neg',
  'matmul',
  'scale',
  'where',
  'maximum',
  'count',
  'loop',
] as const;

function run(line: Line, pool: readonly Tensor[], { m, s }: Arguments['captured'], n: Tensor): Tensor {
  const a = pool[line.a % pool.length] as Tensor; // the pool is not empty
  const b = pool[line.b % pool.length] as Tensor;
  switch (line.op) {
    case 'add':
      return add(a, b);
    case 'sub':
      return sub(a, b);
    case 'mul':
      return mul(a, b);
    case 'tanh':
      return tanh(a);
    case 'sigmoid':
      return sigmoid(a);
    case 'neg':
      return neg(a);
    case 'matmul':
      return matmul(a, m);
    case 'scale':
      return mul(a, s);
    case 'where':
      return where(greater(a, b), a, mul(b, 0.5));
    case 'maximum':
      return maximum(a, b);
    case 'count':
      return where(greater(n, 1), a, b);
    case 'loop': {
      // runs over the elements of a, and captures b, which belongs to the loop outside
      const inner = scan((c: Tensor, v: Tensor) => ({ carry: tanh(add(mul(c, sum(b)), v)), y: mul(c, v) }), sum(a), a);
      return mul(inner.ys, inner.carry);
    }
  }
}

interface Body {
  readonly lines: readonly Line[];
  readonly length: number;
  readonly reverse: boolean;
}

/** The loop as a function: every leaf of the last carry and of the ys. */
const loop =
  ({ lines, length, reverse }: Body) =>
  ({ captured, carry, xs }: Arguments) =>
    scan(
      (state: Arguments['carry'], { x, k }: Arguments['xs']) => {
        const [c, n] = state.more;
        const pool = [state.h, c, x, captured.w];
        for (const line of lines) pool.push(run(line, pool, captured, n));
        const last = pool.at(-1) as Tensor; // the pool is not empty
        const next = { h: tanh(last), more: [tanh(add(c, pool.at(-2) as Tensor)), add(n, k)] as const }; // it has four at least
        return { carry: next, y: { out: last, count: n } };
      },
      carry,
      xs,
      { length, reverse },
    );

/** A scalar of everything that comes out, each element with a weight of its own. */
const loss = (body: Body) => (args: Arguments) => {
  const floats = flatten('test', loop(body)(args)).leaves.filter(({ dtype }) => dtype === 'float64');
  return floats.reduce<Tensor>((total, leaf) => add(total, sum(mul(leaf, weights(leaf)))), tensor(0));
};
const weights = (x: Tensor): Tensor => {
  const list = Array.from({ length: x.size }, (_, i) => 1 - 0.37 * (i % 5));
  return tensor(list, { shape: [...x.shape] });
};

const bodies: fc.Arbitrary<Body> = fc.record({
  lines: fc.array(fc.record({ op: fc.constantFrom(...ops), a: fc.nat(9), b: fc.nat(9) }), {
    minLength: 1,
    maxLength: 6,
  }),
  length: fc.constantFrom(1, 2, 7, 0),
  reverse: fc.boolean(),
});
const argumentsFor = (length: number): fc.Arbitrary<Arguments> =>
  fc.record({
    captured: fc.record({ w: tensors({ shape: [3] }), m: tensors({ shape: [3, 3] }), s: tensors({ shape: [] }) }),
    carry: fc.record({
      h: tensors({ shape: [3] }),
      more: fc.tuple(tensors({ shape: [3] }), fc.constant<Tensor>(tensor(0, { dtype: 'int32' }))),
    }),
    xs: fc.record({ x: tensors({ shape: [length, 3] }), k: tensors({ shape: [length], dtype: 'int32' }) }),
  });
const cases = bodies.chain((body) => argumentsFor(body.length).map((args) => ({ body, args })));

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

import { type Tensor, tensor } from '@throughline/tensor';
import { bitEqual, maxDeviation, tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { associativeScan, cond, linearRecurrence, whileLoop } from '../control/index.ts';
import {
  add,
  customVjp,
  evaluate,
  flatten,
  grad,
  greater,
  jvp,
  less,
  logicalAnd,
  mul,
  neg,
  scan,
  sigmoid,
  slice,
  sub,
  sum,
  tanh,
  trace,
} from '../index.ts';
import { print, verify } from '../symbolic/index.ts';
import { checkGrads } from '../testing/gradients/index.ts';

/** What random control flow works on: tensors that bodies capture, and an int32 that decides. */
interface Arguments {
  readonly w: Tensor;
  readonly x: Tensor;
  readonly n: Tensor;
}

/** One line of a random body: an op on two of the vectors made so far, and the lines of bodies inside it. */
interface Line {
  readonly op: (typeof ops)[number];
  readonly a: number;
  readonly b: number;
  readonly bodies: readonly (readonly Line[])[];
}
const plain = ['add', 'sub', 'mul', 'tanh', 'sigmoid', 'neg', 'recurrence', 'associative'] as const;
/** Decided by int32, so that small steps of the other operands change no decision. */
const counted = ['condByCount', 'whileByCount', 'scan'] as const;
const ops = [...plain, ...counted, 'condByValue', 'whileByValue'] as const;

const run = (lines: readonly Line[], start: readonly Tensor[], n: Tensor): Tensor => {
  const pool = [...start];
  for (const line of lines) pool.push(runLine(line, pool, n));
  return tanh(pool.at(-1) as Tensor); // start is not empty
};

function runLine({ op, a: i, b: j, bodies }: Line, pool: readonly Tensor[], n: Tensor): Tensor {
  const a = pool[i % pool.length] as Tensor; // the pool is not empty
  const b = pool[j % pool.length] as Tensor;
  // bodies capture the pool, and with it values of every loop and branch outside
  const inside = (k: number, ...more: readonly Tensor[]): Tensor => run(bodies[k] ?? [], [...pool, ...more], n);
  switch (op) {
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
    case 'recurrence':
      return linearRecurrence(a, b, { from: slice(b, [0], [1]).reshape([]), reverse: i % 2 === 1 });
    case 'associative':
      return associativeScan(chain, { a: sigmoid(a), b }, { reverse: i % 2 === 1 }).b;
    case 'scan': {
      const step = (c: Tensor, v: Tensor) => ({ carry: mul(inside(0, c), v), y: sum(c) });
      const { carry, ys } = scan(step, a, b);
      return add(carry, ys);
    }
    case 'condByCount':
    case 'condByValue': {
      const pred = op === 'condByCount' ? less(n, j % 3) : greater(sum(a), sum(b));
      const picked = cond(
        pred,
        ({ v }) => ({ v: inside(0, v), other: b }),
        ({ v }) => ({ other: v, v: inside(1, v) }),
        { v: a },
      );
      return add(picked.v, mul(picked.other, 0.5));
    }
    case 'whileByCount':
    case 'whileByValue': {
      const goesOn = (c: { k: Tensor; v: Tensor }): Tensor =>
        op === 'whileByCount' ? less(c.k, 3) : logicalAnd(less(c.k, 3), less(sum(mul(c.v, c.v)), 1));
      const next = (c: { k: Tensor; v: Tensor }) => ({ v: mul(inside(0, c.v), 1.5), k: add(c.k, 1) });
      return whileLoop(goesOn, next, { k: n, v: a }, { maxSteps: 5 }).v;
    }
  }
}

interface Affine {
  readonly a: Tensor;
  readonly b: Tensor;
}
/** First p, then q: x ↦ q.a (p.a x + p.b) + q.b. */
const chain = (p: Affine, q: Affine): Affine => ({ a: mul(p.a, q.a), b: add(mul(q.a, p.b), q.b) });

const linesOf = (allowed: readonly Line['op'][]): fc.Arbitrary<readonly Line[]> => {
  const at = (depth: number): fc.Arbitrary<readonly Line[]> =>
    fc.array(
      fc.record({
        op: fc.constantFrom(...(depth === 0 ? plain : allowed)),
        a: fc.nat(7),
        b: fc.nat(7),
        bodies: depth === 0 ? fc.constant([]) : fc.tuple(at(depth - 1), at(depth - 1)),
      }),
      { minLength: 1, maxLength: 3 },
    );
  // the first line is never plain
  const first = fc.record({
    op: fc.constantFrom(...allowed.filter((op) => !plain.includes(op as never))), // as any string
    a: fc.nat(7),
    b: fc.nat(7),
    bodies: fc.tuple(at(1), at(1)),
  });
  return fc.tuple(first, at(1)).map(([head, rest]) => [head, ...rest]);
};
const args: fc.Arbitrary<Arguments> = fc.record({
  w: tensors({ shape: [3] }),
  x: tensors({ shape: [3] }),
  n: tensors({ shape: [], dtype: 'int32', min: -1, max: 3 }),
});

const program = (lines: readonly Line[]) => (a: Arguments) => run(lines, [a.x, a.w], a.n);
/** A scalar of the result, each element with a weight of its own. */
const loss = (lines: readonly Line[]) => (a: Arguments) => sum(mul(program(lines)(a), tensor([1, -0.37, 0.74])));
const weights = (x: Tensor): Tensor =>
  tensor(
    Array.from({ length: x.size }, (_, i) => 1 - 0.37 * (i % 5)),
    { shape: [...x.shape] },
  );

const leavesOf = (tree: unknown): Tensor[] =>
  flatten('test', tree, (v): v is Tensor | null => v === null || (typeof v === 'object' && 'dtype' in v)).leaves.filter(
    (leaf): leaf is Tensor => leaf !== null,
  );
/** The same function by way of a Program: traced, verified, printed, evaluated. */
const replay = (f: (a: Arguments) => unknown, a: Arguments): Tensor[] => {
  const traced = verify(trace((b: Arguments) => leavesOf(f(b)), a));
  expect(print(traced)).toMatch(/^program \(/);
  return evaluate(traced, leavesOf(a));
};

function expectClose(actual: readonly Tensor[], expected: readonly Tensor[]): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((x, k) => {
    expect(maxDeviation(x, expected[k] as Tensor), `leaf ${k}`).toBeLessThan(1e-12);
  });
}

const check = (
  runs: number,
  law: (lines: readonly Line[], a: Arguments) => void,
  allowed: readonly Line['op'][] = ops,
) =>
  fc.assert(
    fc.property(linesOf(allowed), args, (lines, a) => law(lines, a)),
    { seed: 17, numRuns: runs },
  );
const options = { timeout: 60_000 };

describe('random choices and loops, in each other, as equations are what runs eagerly', () => {
  test('forward, bit for bit', options, () => {
    check(60, (lines, a) => {
      const [traced] = replay(program(lines), a);
      expect(bitEqual(program(lines)(a), traced as Tensor)).toBe(true); // one output
    });
  });

  test('gradients to 1e-12: of the recorded steps, of the traced sweep, and of the equation', options, () => {
    check(30, (lines, a) => {
      const eager = leavesOf(grad(loss(lines))(a));
      expectClose(replay(grad(loss(lines)), a), eager);
      const equation = trace(loss(lines), a);
      expectClose(leavesOf(grad((b: Arguments) => evaluate(equation, leavesOf(b))[0] as Tensor)(a)), eager); // one output
    });
  });

  test('second derivatives to 1e-12', options, () => {
    check(20, (lines, a) => {
      const curvature = grad((b: Arguments) =>
        leavesOf(grad(loss(lines))(b)).reduce<Tensor>((t, leaf) => add(t, sum(mul(leaf, weights(leaf)))), tensor(0)),
      );
      expectClose(replay(curvature, a), leavesOf(curvature(a)));
    });
  });

  test('tangents to 1e-12, adjoint to the gradient, and of the gradient too', options, () => {
    check(20, (lines, a) => {
      const tangent = { w: weights(a.w), x: neg(weights(a.x)), n: null };
      const along = (b: Arguments): Tensor => jvp(loss(lines), b, tangent).tangent;
      expectClose(replay(along, a), [along(a)]);
      const { w, x } = grad(loss(lines))(a);
      const projected = sum(sub(mul(w, weights(w)), mul(x, weights(x)))).item();
      const size = sum(add(mul(w, w), mul(x, x))).item();
      expect(Math.abs(along(a).item() - projected)).toBeLessThan(1e-12 * (1 + size));
      const twice = (b: Arguments): unknown => jvp(grad(loss(lines)), b, tangent).tangent;
      expectClose(replay(twice, a), leavesOf(twice(a)));
    });
  });

  test('against finite differences, to order 2: the equation, reverse and forward', options, () => {
    const verdicts = new Map<string, number>();
    check(
      8,
      (lines, a) => {
        const equation = trace(program(lines), a);
        const f = (w: Tensor, x: Tensor) => evaluate(equation, [w, x, a.n]);
        const { verdict, message } = checkGrads(f, [a.w, a.x], { order: 2, directions: 1 });
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
        if (verdict === 'wrong rule') throw new Error(message);
      },
      [...plain, ...counted],
    );
    expect(verdicts.get('right') ?? 0).toBeGreaterThan(5); // of 8: differences may be too coarse for a few
  });

  test('a rule that is off by 1e-6 in one branch, or in one step, is found by differences', options, () => {
    const wrong = customVjp(
      (v: Tensor) => tanh(v),
      (ct, { output }) => [mul(mul(ct, 1 + 1e-6), sub(1, mul(output, output)))],
    );
    const x = tensor([0.5, -1, 0.25]);
    const choice = (v: Tensor) => cond(less(tensor(1), 2), wrong, neg, v);
    const loop = (v: Tensor) =>
      whileLoop(
        (c) => less(c.k, 2),
        (c) => ({ k: add(c.k, 1), v: cond(less(c.k, 1), wrong, neg, c.v) }),
        { k: tensor(0), v },
        { maxSteps: 2 },
      ).v;
    for (const f of [choice, loop]) {
      const equation = trace(f, x);
      expect(checkGrads((v: Tensor) => evaluate(equation, [v]), [x]).verdict).toBe('wrong rule');
    }
  });
});

import { full, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { whileLoop } from '../control/index.ts';
import {
  add,
  cast,
  div,
  evaluate,
  exp,
  grad,
  greater,
  jvp,
  less,
  log,
  mul,
  type Program,
  scan,
  sqrt,
  sub,
  sum,
  trace,
} from '../index.ts';
import { verify } from '../symbolic/index.ts';

/** Newton's method for √x. */
const root = (x: Tensor, maxSteps?: number): Tensor =>
  whileLoop(
    ({ y, change }) => greater(mul(change, change), mul(1e-24, mul(y, y))),
    ({ y }) => {
      const next = mul(0.5, add(y, div(x, y)));
      return { y: next, change: sub(next, y) };
    },
    { y: x, change: x },
    maxSteps === undefined ? {} : { maxSteps },
  ).y;

const power = (n: number, maxSteps?: number) => (x: Tensor) =>
  whileLoop(
    (c) => less(c.n, n),
    (c) => ({ n: add(c.n, 1), y: mul(c.y, x) }),
    { n: tensor(0, { dtype: 'int32' }), y: tensor(1) },
    maxSteps === undefined ? {} : { maxSteps },
  ).y;

const at = (f: (x: Tensor) => Tensor, x: number): number =>
  (evaluate(verify(trace(f, tensor(x))), [tensor(x)])[0] as Tensor).item(); // one output

describe('the derivative of √x by Newton’s method is 1 / 2√x, and the second −1 / 4x√x', () => {
  const first = (x: number): number => 1 / (2 * Math.sqrt(x));
  const second = (x: number): number => -1 / (4 * x * Math.sqrt(x));

  test('in an eager run, where no bound is needed', () => {
    const f = (x: Tensor): Tensor => root(x);
    expect(f(tensor(7)).item()).toBeCloseTo(Math.sqrt(7), 14);
    expect(grad(f)(tensor(7)).item()).toBeCloseTo(first(7), 12);
    expect(jvp(f, tensor(7), tensor(1)).tangent.item()).toBeCloseTo(first(7), 12);
    expect(grad(grad(f))(tensor(7)).item()).toBeCloseTo(second(7), 11);
  });

  test('recorded, in reverse with a bound, and forward without one', () => {
    const bounded = (x: Tensor): Tensor => root(x, 12);
    expect(at(grad(bounded), 7)).toBeCloseTo(first(7), 12);
    expect(at(grad(grad(bounded)), 7)).toBeCloseTo(second(7), 11);
    const along = (f: (x: Tensor) => Tensor) => (x: Tensor) => jvp(f, x, tensor(1)).tangent;
    expect(at(along(root), 7)).toBeCloseTo(first(7), 12);
    expect(at(along(along(root)), 7)).toBeCloseTo(second(7), 11);
    expect(at(along(grad(bounded)), 7)).toBeCloseTo(second(7), 11);
  });
});

describe('the number of steps', () => {
  test('none: the carry passes through, and so does its cotangent', () => {
    expect([at(power(0, 4), 3), at(grad(power(0, 4)), 3), at(grad(power(0, 0)), 3)]).toEqual([1, 0, 0]);
    const idle = (x: Tensor) =>
      whileLoop(
        (y) => less(y, 0),
        (y) => mul(y, y),
        x,
        { maxSteps: 2 },
      );
    expect([at(grad(idle), 3), grad(idle)(tensor(3)).item()]).toEqual([1, 1]);
  });

  test('up to the bound, and at it', () => {
    expect([at(power(3, 3), 2), at(grad(power(3, 3)), 2), at(grad(power(3, 50)), 2)]).toEqual([8, 12, 12]);
  });

  test('one that is data, in a scan', () => {
    // Σ_k x^k for k = 0, 1, 2, 3
    const f = (x: Tensor) =>
      scan(
        (total: Tensor, n: Tensor) => {
          const { y } = whileLoop(
            (c) => less(c.k, n),
            (c) => ({ k: add(c.k, 1), y: mul(c.y, x) }),
            { k: tensor(0, { dtype: 'int32' }), y: tensor(1) },
            { maxSteps: 3 },
          );
          return { carry: add(total, y), y: {} };
        },
        tensor(0),
        tensor([0, 1, 2, 3], { dtype: 'int32' }),
      ).carry;
    expect([at(f, 2), at(grad(f), 2), at(grad(grad(f)), 2)]).toEqual([15, 17, 14]);
    expect([f(tensor(2)).item(), grad(f)(tensor(2)).item()]).toEqual([15, 17]);
  });
});

describe('steps after the end compute nothing', () => {
  test('so a NaN or an infinity that they would make is in no gradient', () => {
    // √(3 − y) is NaN from y = 4 on, and its derivative infinite at y = 3, where the loop ends
    const f = (x: Tensor) =>
      whileLoop(
        (y) => less(y, 3),
        (y) => add(mul(x, y), mul(0, sqrt(sub(3, y)))),
        x,
        { maxSteps: 8 },
      );
    expect(at(f, 2)).toBe(4);
    expect(at(grad(f), 2)).toBe(4);
    expect(at(grad(grad(f)), 2)).toBeCloseTo(grad(grad(f))(tensor(2)).item(), 12);
  });

  test('nor does a step that only captures, where there is none', () => {
    const f = (x: Tensor) =>
      whileLoop(
        (c) => less(c, x),
        (c) => add(c, log(x)),
        tensor(1),
        { maxSteps: 3 },
      );
    expect([at(f, 0), at(grad(f), 0), at((x) => jvp(f, x, tensor(1)).tangent, 0)]).toEqual([1, 0, 0]);
    expect([at(f, 2), at(grad(f), 2)]).toEqual([f(tensor(2)).item(), grad(f)(tensor(2)).item()]);
  });

  test('an infinity in a carry that nothing flows into stays there', () => {
    const f = (x: Tensor) =>
      whileLoop(
        (c) => less(c.n, 3),
        (c) => ({ n: add(c.n, 1), y: mul(c.y, x), big: exp(mul(mul(c.big, x), 1e3)) }),
        { n: tensor(0), y: tensor(1), big: x },
        { maxSteps: 5 },
      ).y;
    expect(at(grad(f), 2)).toBe(12);
  });
});

describe('a loop that does not end within its bound is an error', () => {
  const says = 'whileLoop: test still holds after maxSteps = 3 steps. Raise maxSteps, or let test end the loop sooner.';
  test('eagerly, recorded, and in forward mode', () => {
    expect(() => power(4, 3)(tensor(2))).toThrow(says);
    expect(() => at(power(4, 3), 2)).toThrow(says);
    expect(() => at((x) => jvp(power(4, 3), x, tensor(1)).tangent, 2)).toThrow(says);
  });
  test('where the gradient alone is asked for, so that the loop itself is dead code', () => {
    expect(() => grad(power(4, 3))(tensor(2))).toThrow(says);
    expect(() => at(grad(power(4, 3)), 2)).toThrow('whileLoop: test still holds after maxSteps = 3 steps.');
    expect(() => at(grad(grad(power(4, 3))), 2)).toThrow('whileLoop: test still holds');
  });
});

describe('a recorded loop without a bound', () => {
  const says =
    'whileLoop: a recorded loop without a bound cannot run backwards, since nobody knows how much it would have to keep. ' +
    'Pass { maxSteps }, use scan if the number of steps is known, or use forward mode (jvp).';
  test('has no reverse mode, and says so', () => {
    expect(() => trace(grad(power(3)), tensor(2))).toThrow(says);
    const program = trace(power(3), tensor(2));
    expect(() => grad((x: Tensor) => evaluate(program, [x])[0] as Tensor)(tensor(2))).toThrow(says); // one output
    const inScan = (x: Tensor) =>
      scan((c: Tensor) => ({ carry: mul(c, power(3)(x)), y: {} }), x, {}, { length: 2 }).carry;
    expect(() => trace(grad(inScan), tensor(2))).toThrow(says);
  });
  test('runs, and may stand beside what is differentiated', () => {
    expect(at(power(3), 2)).toBe(8);
    expect(
      at(
        grad((x) => mul(x, power(3)(tensor(2)))),
        5,
      ),
    ).toBe(8);
  });
});

describe('verify', () => {
  const program = trace(power(3), tensor(2));
  const equation = program.equations[0];
  const withParams = (change: Record<string, Program>) =>
    verify({
      ...program,
      equations: program.equations.map((e) => ({ ...e, params: { ...e.params, ...change } })),
    });
  test('refuses a test that is no condition, and a body that changes the carry', () => {
    expect(() => withParams({})).not.toThrow();
    const { test: condition, body } = (equation?.params ?? {}) as Record<string, Program>; // a loop's
    expect(() => withParams({ test: body as Program })).toThrow(
      'whileLoop: test gives (i32[], f64[]), a condition is (bool[]).',
    );
    expect(() => withParams({ body: condition as Program })).toThrow(
      'whileLoop: body gives (bool[]), the carry is (i32[], f64[]).',
    );
  });
});

describe('refused', () => {
  const loop = (body: (y: Tensor) => unknown, test: (y: Tensor) => unknown = (y) => less(sum(y), 5)) =>
    whileLoop(test as (y: Tensor) => Tensor, body as (y: Tensor) => Tensor, tensor([1, 2])); // wrong on purpose
  const both = (run: () => unknown, says: string): void => {
    expect(run).toThrow(says);
    expect(() =>
      trace(() => {
        run();
        return [];
      }),
    ).toThrow(says);
  };

  test('a carry that changes type or structure', () => {
    both(() => loop((y) => sum(y)), 'whileLoop: carry enters body as f64[2] but leaves it as f64[]: shapes differ.');
    both(
      () => loop((y) => cast(y, 'float32')),
      'whileLoop: carry enters body as f64[2] but leaves it as f32[2]: dtypes differ. Cast inside body, or start from a float32 carry.',
    );
    both(() => loop((y) => ({ y })), 'whileLoop: the carry enters body as * but leaves it as {y:*}.');
    both(() => loop(() => 3), 'whileLoop: carry is a number, not a tensor or a tree of tensors.');
  });

  test('a test that gives no bool scalar', () => {
    both(
      () =>
        loop(
          (y) => y,
          (y) => less(y, 5),
        ),
      "whileLoop: test's result is bool[2], not bool[]. Reduce it with all or any, or compare another scalar.",
    );
    both(() => loop((y) => y, sum), "whileLoop: test's result is f64[], not bool[]. Compare, as in greater(x, 0).");
    both(
      () =>
        loop(
          (y) => y,
          () => true,
        ),
      "whileLoop: test's result is a JavaScript boolean, not bool[]. Compare with an op, as in greater(x, 0).",
    );
  });

  test('a bound that is no count', () => {
    for (const bound of [-1, 2.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => power(3, bound)(tensor(1))).toThrow(`whileLoop: maxSteps is ${bound}, not an integer ≥ 0.`);
    }
  });

  test('async functions', () => {
    const says = (f: string) =>
      `whileLoop: ${f} is an async function (it returned a Promise), so its ops would run after whileLoop has returned. ` +
      'Await the data first, and pass a synchronous function.';
    both(() => loop(async (y) => y), says('body'));
    both(
      () =>
        loop(
          (y) => y,
          async () => full([], 1, 'bool'),
        ),
      says('test'),
    );
  });
});

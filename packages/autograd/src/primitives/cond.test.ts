import { full, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { cond } from '../control/index.ts';
import {
  bind,
  definePrimitive,
  div,
  evaluate,
  exp,
  grad,
  greater,
  jvp,
  log,
  mul,
  type Primitive,
  scan,
  sum,
  trace,
  vjp,
  where,
} from '../index.ts';
import { print, verify } from '../symbolic/index.ts';

const lines = (text: string) => text.replace(/^\n/, '').replace(/\n *$/, '');

/** The identity, counting how often its kernel runs. */
let runs = 0;
const counted: Primitive<Record<string, never>, 1, 1> = definePrimitive<Record<string, never>, 1>({
  name: 'test.countedByCond',
  semantics: { kind: 'host' },
  infer: ([x]) => [x],
  eval([x]) {
    runs++;
    return [x];
  },
  pullbacks: [([ct]) => ct && bind(counted, [ct], {})[0]],
});
const count = (x: Tensor): Tensor => bind(counted, [x], {})[0];

/** What a program gives, and how often `count` ran in it. */
function running(f: (x: Tensor) => Tensor, x: Tensor): [value: number, runs: number] {
  runs = 0;
  const [y] = evaluate(verify(trace(f, x)), [x]);
  return [(y as Tensor).item(), runs]; // one output
}

describe('one branch runs', () => {
  const f = (x: Tensor) =>
    cond(
      greater(x, 0),
      (y) => mul(count(y), 3),
      (y) => mul(count(count(y)), 5),
      x,
    );

  test('eagerly, as ordinary JavaScript in which values can be read', () => {
    const seen: number[] = [];
    const g = (x: Tensor) =>
      cond(
        greater(x, 0),
        (y: Tensor) => {
          seen.push(y.item());
          return y;
        },
        (y: Tensor) => mul(y, -1),
        x,
      );
    expect([g(tensor(2)).item(), g(tensor(-2)).item(), grad(g)(tensor(-3)).item()]).toEqual([2, 2, -1]);
    expect(seen).toEqual([2]);
  });

  test('in a Program, its gradient and its tangent', () => {
    expect([running(f, tensor(2)), running(f, tensor(-2))]).toEqual([
      [6, 1],
      [-10, 2],
    ]);
    // the branch that was chosen is recomputed in its pullback, where only what the pullback reads is left of it
    expect([running(grad(f), tensor(2)), running(grad(f), tensor(-2))]).toEqual([
      [3, 1],
      [5, 2],
    ]);
    const along = (x: Tensor) => jvp(f, x, tensor(1)).tangent;
    expect(running(along, tensor(-2))[0]).toBe(5);
  });

  test('also of branches that only capture', () => {
    const f = (x: Tensor) =>
      cond(
        greater(x, 0),
        () => mul(count(x), 3),
        () => mul(count(count(x)), 5),
      );
    expect([running(f, tensor(2)), running(f, tensor(-2))]).toEqual([
      [6, 1],
      [-10, 2],
    ]);
    const log0 = (x: Tensor) =>
      cond(
        greater(x, 0),
        () => log(x),
        () => mul(x, 2),
      );
    expect(running(grad(log0), tensor(0))[0]).toBe(2);
    // in a scan within a branch too, and in a choice within a choice
    const nested = (x: Tensor) =>
      cond(
        greater(x, 0),
        () => scan((c: Tensor) => ({ carry: mul(c, count(x)), y: {} }), x, {}, { length: 2 }).carry,
        () =>
          cond(
            greater(x, -5),
            () => count(x),
            () => x,
          ),
      );
    expect([2, -2, -7].map((x) => running(nested, tensor(x)))).toEqual([
      [8, 1],
      [-2, 1],
      [-7, 0],
    ]);
  });

  test('so a NaN of the other one reaches no gradient, as it would through where', () => {
    const f = (x: Tensor) =>
      cond(
        greater(x, 0),
        (y) => log(y),
        (y) => mul(y, 2),
        x,
      );
    const both = (x: Tensor) => where(greater(x, 0), log(x), mul(x, 2));
    const at = (g: (x: Tensor) => Tensor, x: number): number => running(grad(g), tensor(x))[0];
    expect([at(f, 0), at(both, 0), at(f, 4)]).toEqual([2, Number.NaN, 0.25]);
  });
});

test('without an operand, branches are functions of what they capture', () => {
  const f = (x: Tensor) =>
    cond(
      greater(x, 0),
      () => mul(x, x),
      () => x,
    );
  expect([f(tensor(3)).item(), running(f, tensor(3))[0], running(grad(f), tensor(3))[0]]).toEqual([9, 9, 6]);
});

test('the order of keys means nothing', () => {
  const f = (x: Tensor) =>
    cond(
      greater(x, 0),
      () => ({ a: x, b: mul(x, 2) }),
      () => ({ b: mul(x, 20), a: mul(x, 10) }),
    );
  const program = trace(f, tensor(1));
  expect(evaluate(program, [tensor(-1)]).map((y) => y.item())).toEqual([-10, -20]);
  const { a, b } = f(tensor(-1));
  expect([a.item(), b.item()]).toEqual([-10, -20]);
});

test('a predicate that is a constant, and one from outside a loop', () => {
  expect(
    running(
      (x) =>
        cond(
          tensor(true),
          () => x,
          () => mul(x, 2),
        ),
      tensor(3),
    )[0],
  ).toBe(3);
  const f = (x: Tensor) => {
    const up = greater(x, 0);
    return scan(
      (c: Tensor) => ({
        carry: cond(
          up,
          () => mul(c, x),
          () => c,
        ),
        y: {},
      }),
      tensor(1),
      {},
      { length: 3 },
    ).carry;
  };
  expect([running(grad(f), tensor(2))[0], running(grad(f), tensor(-2))[0]]).toEqual([12, 0]);
});

describe('cotangents', () => {
  test('one that a branch alone gives is a zero in the other; one that neither gives is absent', () => {
    const f = (a: readonly Tensor[]) => {
      const [x, y, z] = a as readonly [Tensor, Tensor, Tensor]; // three
      return cond(
        greater(x, 0),
        () => ({ p: mul(x, y), q: z }),
        () => ({ p: x, q: z }),
      );
    };
    const at = (x: number) => {
      const program = trace(
        (...a: readonly Tensor[]) => {
          const { pullback } = vjp(f, a);
          return pullback({ p: tensor(1), q: null });
        },
        tensor(0),
        tensor(0),
        tensor(0),
      );
      expect(print(program)).not.toContain('f64[], f64[], f64[] = cond');
      return evaluate(program, [tensor(x), tensor(5), tensor(7)]).map((ct) => ct.item() + 0);
    };
    expect([at(2), at(-2)]).toEqual([
      [5, 2, 0],
      [1, 0, 0],
    ]);
  });

  test('an infinity in a result that nothing flows into does not become NaN', () => {
    const f = (x: Tensor) =>
      cond(
        greater(x, 0),
        () => ({ y: mul(x, 2), big: exp(mul(x, 1e6)) }),
        () => ({ y: x, big: x }),
      ).y;
    expect(running(grad(f), tensor(3))[0]).toBe(2);
  });
});

test('printed: the predicate is no operand of the bodies', () => {
  const f = (w: Tensor, x: Tensor) =>
    cond(
      greater(sum(x), 0),
      (y) => mul(y, w),
      (y) => div(y, w),
      x,
    );
  expect(print(trace(f, tensor(1), full([2], 1)))).toBe(
    lines(`
program (a: f64[], b: f64[2]) {
  c: f64[] = sum[axes=[0]](b)
  d: bool[] = greater(c, 0)
  e: f64[2] = cond[constants=1](pred d; constants a; operand b)
    onTrue (constants f: f64[]; operand g: f64[2]) {
      h: f64[2] = broadcastTo[shape=[2]](f)
      i: f64[2] = mul(g, h)
      return i
    }
    onFalse (constants j: f64[]; operand k: f64[2]) {
      l: f64[2] = broadcastTo[shape=[2]](j)
      m: f64[2] = div(k, l)
      return m
    }
  return e
}
`),
  );
});

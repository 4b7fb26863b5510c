import { full, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import {
  Abstract,
  add,
  concat,
  contract,
  evaluate,
  grad,
  greater,
  jvp,
  key,
  mul,
  neg,
  Recorded,
  scan,
  square,
  sub,
  sum,
  tanh,
  trace,
  uniform,
  valueAndGrad,
  vjp,
} from './index.ts';

const value = (x: Tensor): number => x.item();

describe('length', () => {
  test('a chain of a million ops neither overflows nor goes quadratic', { timeout: 180_000, retry: 2 }, () => {
    const nsPerOp = (n: number): number => {
      const f = (x: Tensor) => {
        let y = x;
        for (let i = 0; i < n; i++) y = mul(y, y);
        return y;
      };
      const start = performance.now();
      expect(value(grad(f)(tensor(1)))).toBe(n > 1023 ? Number.POSITIVE_INFINITY : 2 ** n);
      return ((performance.now() - start) / n) * 1e6;
    };
    nsPerOp(100_000); // warm
    const short = Math.min(nsPerOp(100_000), nsPerOp(100_000));
    expect(nsPerOp(1_000_000) / short).toBeLessThan(3);
  });
});

describe('perturbation confusion', () => {
  test('d/dx x · d/dy (x + y) is 1, not 2', () => {
    const f = (x: Tensor) => mul(x, grad((y: Tensor) => add(x, y))(tensor(1)));
    expect(value(grad(f)(tensor(1)))).toBe(1);
    expect(value(jvp(f, tensor(1), tensor(1)).tangent)).toBe(1);
    expect(
      value(
        jvp((x: Tensor) => mul(x, jvp((y: Tensor) => add(x, y), tensor(1), tensor(1)).tangent), tensor(1), tensor(1))
          .tangent,
      ),
    ).toBe(1);
  });

  test('d/dx x · d/dy (x y) is 2x', () => {
    const f = (x: Tensor) => mul(x, grad((y: Tensor) => mul(x, y))(tensor(5)));
    expect(value(grad(f)(tensor(3)))).toBe(6);
  });

  test('the variable of the inner derivative is not that of the outer one, at the same value', () => {
    const f = (x: Tensor) => grad((y: Tensor) => mul(mul(x, x), y))(x);
    expect(value(grad(f)(tensor(3)))).toBe(6);
    expect(value(grad((x: Tensor) => grad((y: Tensor) => mul(mul(y, y), y))(x))(tensor(2)))).toBe(12);
  });

  test('a fourth derivative, modes mixed', () => {
    const quintic = (x: Tensor) => mul(mul(mul(x, x), mul(x, x)), x);
    const forward = (f: (x: Tensor) => Tensor) => (x: Tensor) => jvp(f, x, tensor(1)).tangent;
    for (const f of [
      grad(grad(grad(grad(quintic)))),
      forward(grad(forward(grad(quintic)))),
      grad(forward(grad(forward(quintic)))),
    ]) {
      expect(value(f(tensor(2)))).toBe(240);
    }
  });
});

test('the second derivative of x tanh x is 2s² − 2xts², to 1e-14', () => {
  const second = grad(grad((x: Tensor) => mul(x, tanh(x))));
  for (const x of [0, 0.1, -0.7, 1, 2.5]) {
    const t = value(tanh(tensor(x)));
    const s2 = 1 - t * t;
    expect(Math.abs(value(second(tensor(x))) - (2 * s2 - 2 * x * t * s2))).toBeLessThan(1e-14);
  }
});

describe('fan-in of cotangents', () => {
  const big = 1e16; // 1e16 + 1 is 1e16 again, 1e16 + 2 is not

  test('descending order of equations', () => {
    const f = (x: Tensor) => add(add(mul(x, big), mul(x, 1)), mul(x, 1));
    expect(value(grad(f)(tensor(1)))).toBe(big + 2); // (1 + 1) + 1e16
    const g = (x: Tensor) => add(add(mul(x, 1), mul(x, 1)), mul(x, big));
    expect(value(grad(g)(tensor(1)))).toBe(big); // (1e16 + 1) + 1
  });

  test('then ascending order of operands', () => {
    const weighted = (weights: number[]) => (x: Tensor) => contract('i,i->', concat([x, x, x]), tensor(weights));
    expect(grad(weighted([1, 1, big]))(tensor([1])).toArray()).toEqual([big + 2]); // (1 + 1) + 1e16
    expect(grad(weighted([big, 1, 1]))(tensor([1])).toArray()).toEqual([big]);
  });

  test('in a traced sweep too', () => {
    const f = (x: Tensor, a: Tensor, b: Tensor, c: Tensor) => add(add(mul(x, a), mul(x, b)), mul(x, c));
    const sweep = trace(grad(f), tensor(1), tensor(1), tensor(1), tensor(1));
    const at = (...numbers: number[]) =>
      value(
        evaluate(
          sweep,
          numbers.map((n) => tensor(n)),
        )[0] as Tensor,
      ); // one output
    expect([at(1, big, 1, 1), at(1, 1, 1, big)]).toEqual([big + 2, big]);
  });
});

describe('values and their lives', () => {
  test('under grad they are concrete', () => {
    const seen: unknown[] = [];
    const f = (x: Tensor) => {
      seen.push(x instanceof Recorded, x.item(), String(x));
      return x.item() > 0 ? mul(x, x) : neg(x);
    };
    expect(value(grad(f)(tensor(3)))).toBe(6);
    expect(value(grad(f)(tensor(-3)))).toBe(-1);
    expect(seen).toEqual([true, 3, 'f64[] 3', true, -3, 'f64[] -3']);
  });

  test('after its tape has ended a recorded value is a constant', () => {
    const leaked: Tensor[] = [];
    grad((x: Tensor) => {
      leaked.push(mul(x, 2));
      return x;
    })(tensor(3));
    const old = leaked[0] as Tensor; // pushed above
    expect(value(add(old, 1))).toBe(7);
    expect(value(grad((x: Tensor) => mul(x, old))(tensor(5)))).toBe(6);
    expect(trace((x: Tensor) => mul(x, old), tensor(5)).inputs).toHaveLength(1);
  });

  test('a leaked abstract value', () => {
    const leaked: Tensor[] = [];
    trace(
      (x: Tensor) => {
        leaked.push(mul(x, 2));
        return x;
      },
      full([2], 3),
    );
    const old = leaked[0] as Tensor; // pushed above
    expect(old).toBeInstanceOf(Abstract);
    expect(() => add(old, 1)).toThrow(
      expect.objectContaining({
        name: 'TraceError',
        message:
          'trace: an abstract value (f64[2]) was used outside the trace that made it. Return it from the traced function instead.',
      }),
    );
  });

  test('reading an abstract value', () => {
    const reading = (read: (x: Tensor) => unknown) => () =>
      trace(
        (x: Tensor) => {
          read(x);
          return x;
        },
        full([2], 3),
      );
    const says = (reader: string) =>
      `${reader}: an abstract value (f64[2]) has no numbers while a Program is being recorded. ` +
      'Use cond or where for a choice and scan or whileLoop for a loop, or read it outside trace.';
    expect(reading((x) => x.item())).toThrow(says('item'));
    expect(reading((x) => x.toArray())).toThrow(says('toArray'));
    expect(reading((x) => x.data)).toThrow(says('data'));
    expect(reading((x) => grad((y: Tensor) => (y.item() > 0 ? sum(y) : sum(y)))(x))).toThrow(says('item'));
    expect(reading((x) => String(x))).not.toThrow();
  });
});

describe('what functions may take and return', () => {
  test('async functions are refused', () => {
    const f = (x: Tensor) => Promise.resolve(x) as unknown as Tensor;
    const says = (op: string) =>
      `${op}: f is an async function (it returned a Promise), so its ops would run after ${op} has returned. ` +
      'Await the data first, and pass a synchronous function.';
    expect(() => grad(f)(tensor(1))).toThrow(says('grad'));
    expect(() => vjp(f, tensor(1))).toThrow(says('vjp'));
    expect(() => jvp(f, tensor(1), tensor(1))).toThrow(says('jvp'));
    expect(() => trace(f, tensor(1))).toThrow(says('trace'));
  });

  test('the loss is a float scalar', () => {
    expect(() => grad((x: Tensor) => x)(full([10], 1))).toThrow(
      'grad: f must return a scalar, got f64[10]. Use jacobian(f), or vjp(f, x) with a cotangent of that shape.',
    );
    expect(() => grad((x: Tensor) => greater(x, 0))(tensor(1))).toThrow(
      'grad: f returned bool[], which has no derivative. Return a float.',
    );
    expect(() => grad((() => 3) as unknown as (x: Tensor) => Tensor)(tensor(1))).toThrow(
      'grad: f must return a scalar tensor, got a number.',
    );
  });

  test('integer leaves and keys give null', () => {
    const params = { w: tensor([1, 2]), steps: tensor(3, { dtype: 'int32' }), key: key(7) };
    const g = grad((p: typeof params) => sum(mul(p.w, uniform(p.key, [2]))))(params);
    expect([g.steps, g.key]).toEqual([null, null]);
    expect(g.w.shape).toEqual([2]);
    expect(() => grad((x: Tensor) => sum(x))(key(7))).toThrow(
      "grad: the argument has no float leaf to differentiate with respect to. Use cast(x, 'float64').",
    );
  });

  test('numbers as leaves', () => {
    const g = grad((p: { a: number | Tensor; b: readonly (number | Tensor)[] }) =>
      mul(p.a, mul(p.b[0] ?? 0, p.b[1] ?? 0)),
    )({ a: 2, b: [3, 5] });
    expect(String(g.a)).toBe('f64[] 15');
    expect((g.b as readonly Tensor[]).map(value)).toEqual([10, 6]);
  });

  test('aux comes back plain', () => {
    const both = valueAndGrad((x: Tensor) => ({ value: square(x), aux: { double: mul(x, 2), list: [x] } }), {
      aux: true,
    });
    const { value: y, grad: g, aux } = both(tensor(3));
    expect([value(y), value(g), value(aux.double), value(aux.list[0] as Tensor)]).toEqual([9, 6, 6, 3]);
    expect(aux.double).not.toBeInstanceOf(Recorded);
    expect(value(grad((x: Tensor) => mul(x, aux.double))(tensor(1)))).toBe(6);
  });

  test('a value that does not depend on the argument has gradient zero', () => {
    expect(grad((_: Tensor) => tensor(3))(tensor([1, 2])).toArray()).toEqual([0, 0]);
    expect(grad((x: Tensor) => sum(sub(x, x)))(tensor([1, 2])).toArray()).toEqual([0, 0]);
  });

  test('further arguments are passed through', () => {
    const f = (x: Tensor, factor: number, name: string) => mul(x, factor + name.length);
    expect(value(grad(f)(tensor(1), 2, 'abc'))).toBe(5);
  });

  test('an error inside leaves no transform running', () => {
    expect(() =>
      grad(() => {
        throw new Error('mine');
      })(tensor(1)),
    ).toThrow('mine');
    const out = scan((h: Tensor, x: Tensor) => ({ carry: add(h, x), y: {} }), tensor(0), tensor([1, 2]));
    expect(out.carry).not.toBeInstanceOf(Abstract);
    expect(value(out.carry)).toBe(3);
  });
});

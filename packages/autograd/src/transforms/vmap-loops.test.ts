import { arange, formatType, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { bind } from '../bind.ts';
import {
  add,
  bernoulli,
  checkpoint,
  customVjp,
  definePrimitive,
  evaluate,
  gather,
  grad,
  jacobian,
  jvp,
  key,
  matmul,
  max,
  mul,
  normal,
  type Primitive,
  permutation,
  scan,
  scatterAdd,
  sigmoid,
  splitKey,
  square,
  stack,
  sub,
  sum,
  tanh,
  trace,
  unstack,
  vmap,
  where,
} from '../index.ts';
import { verify } from '../symbolic/index.ts';
import { expectSame } from '../testing/laws/law.ts';

const i32 = (values: number[] | number[][]): Tensor => tensor(values, { dtype: 'int32' });

/** Numbers in (−1, 1) that repeat no pattern of a shape. */
const wave = (...shape: number[]): Tensor =>
  sub(mul(sigmoid(sub(mul(7.3, arange(shape.reduce((a, b) => a * b, 1))).remainder(5), 2.4)), 2), 1).reshape(shape);

const same = (actual: Tensor, expected: Tensor): void => expectSame('the value', [actual], [expected]);

describe('loops, Programs and rules of the user', () => {
  const U = mul(0.7, wave(2, 2));
  const rnn = (h0: Tensor, xs: Tensor, u = U): { h: Tensor; ys: Tensor } => {
    const { carry, ys } = scan(
      ({ h, n }: { h: Tensor; n: Tensor }, x: Tensor) => {
        const next = tanh(add(matmul(h, u), x));
        return { carry: { h: next, n: add(n, 1) }, y: mul(next, n) };
      },
      { h: h0, n: tensor(0) },
      xs,
    );
    return { h: carry.h, ys };
  };
  const xs = wave(3, 4, 2);
  const h0 = tensor([0.1, -0.2]);

  test('an eager loop, and the scan equation of a Program', () => {
    const run = vmap((x: Tensor) => rnn(h0, x));
    const rows = unstack(xs).map((x) => rnn(h0, x));
    const expected = [stack(rows.map(({ h }) => h)), stack(rows.map(({ ys }) => ys))];
    const { h, ys } = run(xs);
    [h, ys].forEach((y, k) => {
      same(y, expected[k] as Tensor);
    });
    const program = verify(trace(run, xs));
    expect(program.equations.filter(({ primitive }) => primitive.name === 'scan')).toHaveLength(1);
    evaluate(program, [xs]).forEach((y, k) => {
      same(y, expected[k] as Tensor);
    });
  });

  test('gradients through a mapped scan: vmap inside and outside, traced and eager', () => {
    const loss = (x: Tensor): Tensor => sum(square(rnn(h0, x).ys));
    const expected = stack(unstack(xs).map(grad(loss)));
    same(vmap(grad(loss))(xs), expected);
    same(evaluate(trace(vmap(grad(loss)), xs), [xs])[0] as Tensor, expected);
    same(grad((x) => sum(vmap(loss)(x)))(xs), expected);
    same(
      evaluate(
        trace(
          grad((x) => sum(vmap(loss)(x))),
          xs,
        ),
        [xs],
      )[0] as Tensor,
      expected,
    );
    // A Program of the scan, mapped: its carry is not mapped at first, its counter never.
    const recorded = trace(grad(loss), xs.at(0));
    same(vmap((x) => evaluate(recorded, [x])[0] as Tensor)(xs), expected);
    same(vmap((x) => jvp(loss, x, x).tangent)(xs), stack(unstack(xs).map((x) => jvp(loss, x, x).tangent)));
  });

  test('vmap inside a step of scan', () => {
    const step = (h: Tensor, x: Tensor) => ({ carry: vmap((v: Tensor) => tanh(add(matmul(v, U), x)))(h), y: {} });
    const direct = (h: Tensor, x: Tensor) => ({ carry: tanh(add(matmul(h, U), x)), y: {} });
    const init = wave(3, 2);
    const run = (s: typeof step) => scan(s, init, wave(5, 2)).carry;
    same(run(step), run(direct));
    same(
      evaluate(
        trace(() => run(step)),
        [],
      )[0] as Tensor,
      run(direct),
    );
  });

  test('only what differs is mapped: a counter in the carry stays one number', () => {
    const recorded = trace((x: Tensor) => rnn(h0, x), xs.at(0));
    const mapped = trace(
      vmap((x: Tensor) => evaluate(recorded, [x])),
      xs,
    );
    const equation = mapped.equations.find(({ primitive }) => primitive.name === 'scan');
    expect(equation?.inputs.map((id) => formatType(mapped.types[id] ?? { dtype: 'bool', shape: [] }))).toEqual([
      'f64[3,2]',
      'f64[]',
      'f64[4,3,2]',
    ]);
  });

  test('what is run again in the reverse sweep: checkpoints and scheduled loops, of mapped arguments and captures', () => {
    // A loop and its scan equation add a step's cotangents up in another order.
    const near = (actual: Tensor, expected: Tensor): void =>
      expect(max(sub(actual, expected).abs()).item()).toBeLessThan(1e-15);
    const w = tensor([0.4, -0.3]);
    const scheduled = (schedule: 'sqrt' | 'all', p: Tensor, x: Tensor): Tensor =>
      sum(
        scan((h: Tensor, v: Tensor) => ({ carry: tanh(add(mul(h, p), v)), y: {} }), h0, x, { checkpoint: schedule })
          .carry,
      );
    const kept = (p: Tensor, x: Tensor): Tensor => sum(tanh(mul(p, sum(x, 0))));
    const again = (p: Tensor, x: Tensor): Tensor => checkpoint((q: Tensor) => sum(tanh(mul(q, sum(x, 0)))))(p);
    for (const [f, plain] of [
      [(p: Tensor, x: Tensor) => scheduled('sqrt', p, x), (p: Tensor, x: Tensor) => scheduled('all', p, x)],
      [again, kept],
    ] as const) {
      const perExample = (x: Tensor): Tensor => grad((p: Tensor) => f(p, x))(w);
      const expected = stack(unstack(xs).map((x) => grad((p: Tensor) => plain(p, x))(w)));
      near(vmap(perExample)(xs), expected);
      near(evaluate(trace(vmap(perExample), xs), [xs])[0] as Tensor, expected);
      const shared = xs.at(0);
      near(
        vmap((p: Tensor) => grad((q: Tensor) => f(q, shared))(p))(wave(3, 2)),
        stack(unstack(wave(3, 2)).map((p) => grad((q: Tensor) => plain(q, shared))(p))),
      );
      const gradient = grad((p: Tensor) => f(p, shared));
      near(jacobian(gradient)(w), jacobian(grad((p: Tensor) => plain(p, shared)))(w));
    }
  });

  test('a rule of the user, with captures of f and of the rule, mapped or not', () => {
    const scale = tensor([2, 3]);
    const clipped = (gain: Tensor) =>
      customVjp(
        (x: Tensor, w: Tensor) => mul(mul(x, w), scale),
        (ct, { inputs: [x, w], output }) => [mul(ct, mul(w, gain)), add(mul(ct, x), mul(0, output))],
      );
    const loss = (x: Tensor, w: Tensor, gain: Tensor): Tensor => sum(square(clipped(gain)(x, w)));
    const both = (x: Tensor, w: Tensor, gain: Tensor): { x: Tensor; w: Tensor } =>
      grad((p: { x: Tensor; w: Tensor }) => loss(p.x, p.w, gain))({ x, w });
    const [x, w, g] = [wave(3, 2), wave(3, 2).add(1), wave(3, 2)];
    for (const mask of [
      [1, 1, 1],
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 1],
    ]) {
      const args = [x, w, g].map((v, i) => (mask[i] ? v : v.at(0))) as [Tensor, Tensor, Tensor];
      const run = vmap(both, { inAxes: mask.map((m) => (m ? 0 : null)) })(...args);
      const rows = [0, 1, 2].map((n) =>
        both(...([x, w, g].map((v, i) => v.at(mask[i] ? n : 0)) as [Tensor, Tensor, Tensor])),
      );
      same(run.x, stack(rows.map((row) => row.x)));
      same(run.w, stack(rows.map((row) => row.w)));
    }
  });

  test('a primitive of the user runs on one example after the other', () => {
    const seen: string[] = [];
    const halves: Primitive<Record<string, never>, 1, 2> = definePrimitive({
      name: 'vmap.halves',
      semantics: { kind: 'host' },
      infer: ([x]) => [
        { dtype: x.dtype, shape: [] },
        { dtype: x.dtype, shape: x.shape },
      ],
      eval([x]) {
        seen.push(formatType(x));
        return [sum(x).concrete('halves'), mul(x, 0.5).concrete('halves')];
      },
      pullbacks: [([total, half], { inputs: [x] }) => add(mul(total ?? 0, add(mul(x, 0), 1)), mul(half ?? 0, 0.5))],
    });
    const f = (x: Tensor): Tensor => {
      const [total, half] = bind(halves, [x], {});
      return sum(mul(total, half));
    };
    same(vmap(f)(wave(3, 2)), stack(unstack(wave(3, 2)).map(f)));
    expect(new Set(seen)).toEqual(new Set(['f64[2]']));
    same(vmap(grad(f))(wave(3, 2)), stack(unstack(wave(3, 2)).map(grad(f))));
    const wide = vmap(f)(tensor([], { shape: [0, 2] }));
    expect(formatType(wide)).toBe('f64[0]');
  });
});

describe('indices and keys', () => {
  test('gather and scatterAdd with indices, sources or both per example, along any axis', () => {
    const x = wave(3, 4, 2, 5);
    const indices = tensor(
      [
        [
          [0, -1],
          [1, 1],
        ],
        [
          [1, 0],
          [0, 0],
        ],
        [
          [-2, 1],
          [1, 0],
        ],
      ],
      { dtype: 'int32' },
    );
    for (const axis of [0, 1, 2]) {
      const own = axis === 1 ? indices : mul(indices, 2);
      const each = [0, 1, 2].map((n) => gather(x.at(n), own.at(n), axis));
      same(vmap((a: Tensor, i: Tensor) => gather(a, i, axis))(x, own), stack(each));
      same(
        vmap((i: Tensor) => gather(x.at(0), i, axis))(own),
        stack([0, 1, 2].map((n) => gather(x.at(0), own.at(n), axis))),
      );
      const add2 = (i: Tensor, u: Tensor): Tensor => scatterAdd(x.at(0), i, u, axis);
      same(vmap(add2)(own, stack(each)), stack(each.map((u, n) => add2(own.at(n), u))));
    }
  });

  test("an index out of one example's range does not reach into the next, eager or traced", () => {
    const x = wave(2, 3);
    const read = vmap((a: Tensor, i: Tensor) => gather(a, i));
    expect(() => read(x, i32([[0], [3]]))).toThrow(
      'gather: index 3 at indices[1,0] is out of range for an axis of extent 3 in vmap. Use -3 to 2.',
    );
    const program = trace(read, x, i32([[0], [0]]));
    expect(() => evaluate(program, [x, i32([[0], [3]])])).toThrow(
      'gather: index -2147483648 at indices[1,0] is out of range',
    );
    expect(() => evaluate(program, [x, i32([[-4], [2]])])).toThrow(
      'gather: index -2147483648 at indices[0,0] is out of range',
    );
    same(
      evaluate(program, [x, i32([[-3], [2]])])[0] as Tensor,
      tensor([[x.at(0).at(0).item()], [x.at(1).at(2).item()]]),
    );
  });

  test('each example draws what its own key gives', () => {
    const keys = splitKey(key(7), 4);
    const draw = (k: Tensor): Tensor => normal(k, [3]);
    same(vmap(draw)(stack(keys)), stack(keys.map(draw)));
    same(vmap((k) => permutation(k, 5))(stack(keys)), stack(keys.map((k) => permutation(k, 5))));
    const noisy = (x: Tensor, k: Tensor): Tensor => {
      const [a, b] = splitKey(k) as [Tensor, Tensor];
      return where(bernoulli(a, 0.5, [2]), mul(x, 2), normal(b, [2]));
    };
    const x = wave(4, 2);
    same(vmap(noisy)(x, stack(keys)), stack(keys.map((k, n) => noisy(x.at(n), k))));
  });
});

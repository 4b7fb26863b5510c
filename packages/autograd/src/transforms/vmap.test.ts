import { arange, formatType, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { bind } from '../bind.ts';
import {
  add,
  bernoulli,
  cast,
  cond,
  customVjp,
  definePrimitive,
  evaluate,
  gather,
  grad,
  greater,
  hessian,
  hvp,
  jacobian,
  jvp,
  key,
  less,
  linearRecurrence,
  matmul,
  max,
  mul,
  neg,
  normal,
  type Primitive,
  permutation,
  scan,
  scatterAdd,
  sigmoid,
  singularValues,
  splitKey,
  square,
  stack,
  sub,
  sum,
  tanh,
  trace,
  transpose,
  unstack,
  verify,
  vjp,
  vmap,
  where,
  whileLoop,
} from '../index.ts';

const i32 = (values: number[] | number[][]): Tensor => tensor(values, { dtype: 'int32' });

/** Numbers in (−1, 1) that repeat no pattern of a shape. */
const wave = (...shape: number[]): Tensor =>
  sub(mul(sigmoid(sub(mul(7.3, arange(shape.reduce((a, b) => a * b, 1))).remainder(5), 2.4)), 2), 1).reshape(shape);

const same = (actual: Tensor, expected: Tensor): void => {
  expect(formatType(actual)).toBe(formatType(expected));
  expect([...actual.data].map((x) => (Object.is(x, -0) ? '-0' : x))).toEqual(
    [...expected.data].map((x) => (Object.is(x, -0) ? '-0' : x)),
  );
};

describe('axes', () => {
  const x = wave(2, 3, 4);
  test('any axis in, any axis out, from the front or the back', () => {
    for (const inAxes of [0, 1, 2, -1, -3]) {
      for (const outAxes of [0, 1, -1]) {
        const expected = stack(
          unstack(x, inAxes).map((slice) => sum(slice, 0)),
          outAxes,
        );
        same(vmap((slice) => sum(slice, 0), { inAxes, outAxes })(x), expected);
      }
    }
  });

  test('a list has one entry per argument, null leaves an argument as it is, of whatever kind', () => {
    const f = (w: Tensor, { gain, name }: { gain: number; name: string }, v: Tensor): Tensor =>
      name === 'scaled' ? mul(gain, matmul(v, w)) : v;
    const w = wave(4, 2);
    const run = vmap(f, { inAxes: [null, null, 1] });
    const expected = stack(
      unstack(x.at(0), 1).length === 4 ? unstack(wave(4, 5), 1).map((v) => mul(3, matmul(v, w))) : [],
    );
    same(run(w, { gain: 3, name: 'scaled' }, wave(4, 5)), expected);
  });

  test('trees of axes may end above the leaves; so may those of the result', () => {
    type Params = { readonly f: { readonly W: Tensor; readonly b: Tensor }; readonly scale: Tensor };
    const params: Params = { f: { W: wave(3, 2, 2), b: wave(3, 2) }, scale: tensor(2) };
    const f = ({ f: { W, b }, scale }: Params, [v]: readonly [Tensor]) => ({
      y: tanh(add(matmul(v, W), b)),
      rest: [mul(scale, v), scale],
    });
    const run = vmap(f, { inAxes: [{ f: 0, scale: null }, [1]], outAxes: { y: 1, rest: [0, null] } });
    const vs = wave(2, 3);
    const { y, rest } = run(params, [vs]);
    const rows = [0, 1, 2].map((n) =>
      f({ f: { W: params.f.W.at(n), b: params.f.b.at(n) }, scale: params.scale }, [vs.at(n, 1)]),
    );
    same(
      y,
      stack(
        rows.map((row) => row.y),
        1,
      ),
    );
    same(rest[0] as Tensor, stack(rows.map((row) => row.rest[0] as Tensor)));
    same(rest[1] as Tensor, tensor(2));
  });

  test('a result that does not depend on a mapped argument is repeated', () => {
    same(
      vmap((_: Tensor) => tensor([1, 2]))(x),
      tensor([
        [1, 2],
        [1, 2],
      ]),
    );
    same(
      vmap((_: Tensor) => tensor([1, 2]), { outAxes: 1 })(x),
      tensor([
        [1, 1],
        [2, 2],
      ]),
    );
    same(vmap((_: Tensor) => tensor([1, 2]), { outAxes: null })(x), tensor([1, 2]));
  });

  test('numbers beside tensors, null leaves of gradients', () => {
    const both = vmap(grad((p: { w: Tensor; n: Tensor }) => sum(mul(p.w, p.w))));
    const { w, n } = both({ w: wave(3, 2), n: i32([1, 2, 3]) });
    same(w, mul(2, wave(3, 2)));
    expect(n).toBeNull();
  });

  test('no examples, and one', () => {
    const f = (v: Tensor): Tensor => singularValues(matmul(v, transpose(v)));
    same(vmap(f)(wave(1, 2, 3)), stack([f(wave(1, 2, 3).at(0))]));
    expect(formatType(vmap(f)(tensor([], { shape: [0, 2, 3] })))).toBe('f64[0,2]');
    expect(formatType(vmap(grad((v) => sum(f(v))))(tensor([], { shape: [0, 2, 3] })))).toBe('f64[0,2,3]');
  });
});

describe('inside, values have the shape of one example, and no numbers', () => {
  test('shapes, dtypes, and what prints', () => {
    const seen: string[] = [];
    vmap((v) => {
      seen.push(`${v}`, `${v.shape}`, v.dtype, `${mul(v, 2)}`);
      return v;
    })(wave(3, 2));
    expect(seen).toEqual(['f64[2] (one of 3 examples)', '2', 'float64', 'f64[2] (one of 3 examples)']);
  });

  test('what is not mapped can be read, also below a mapped tangent or cotangent', () => {
    const branchy = (v: Tensor): Tensor => (v.at(0).item() > 0 ? mul(v, v) : v);
    const at = tensor([1, 2]);
    same(
      vmap((t) => jvp(branchy, at, t).tangent)(
        tensor([
          [1, 0],
          [0, 1],
        ]),
      ),
      tensor([
        [2, 0],
        [0, 4],
      ]),
    );
  });
});

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

describe('errors', () => {
  const cases: [what: string, run: () => unknown, message: string][] = [
    [
      'reading a value',
      () => vmap((x) => (x.at(0).item() > 0 ? x : mul(x, 2)))(wave(3, 2)),
      'item: f64[] stands for 3 examples at once inside vmap, and has no one number to read. Use where or cond for a choice, scan or whileLoop for a loop, or return it and read it outside vmap.',
    ],
    [
      'reading a value under grad inside',
      () => vmap(grad((x) => (x.item() > 0 ? x : mul(x, 2))))(wave(3)),
      'item: f64[] stands for 3 examples at once inside vmap, and has no one number to read. Use where or cond for a choice, scan or whileLoop for a loop, or return it and read it outside vmap.',
    ],
    [
      'different numbers of examples',
      () => vmap((p: { a: Tensor; b: Tensor }) => p.a, { inAxes: [{ a: 0, b: 1 }] })({ a: wave(3, 2), b: wave(2, 4) }),
      'vmap: the numbers of examples differ: args[0].a (f64[3,2]) has 3 along axis 0, args[0].b (f64[2,4]) has 4 along axis 1. Give null in inAxes for what all examples share.',
    ],
    [
      'an axis that an argument lacks',
      () => vmap((x) => x, { inAxes: 2 })(wave(3, 2)),
      'vmap: inAxes 2 is out of range for args[0] (f64[3,2]): axes are -2…1. Give null for what all examples share.',
    ],
    [
      'a scalar',
      () => vmap((x: Tensor, y: Tensor | number) => mul(x, y))(wave(3), 2),
      'vmap: inAxes 0 is out of range for args[1] (f64[]): a scalar has no axes. Give null for what all examples share.',
    ],
    [
      'an axis between axes',
      () => vmap((x) => x, { inAxes: 0.5 })(wave(3)),
      'vmap: inAxes 0.5 is out of range for args[0] (f64[3]): axes are -1…0. Give null for what all examples share.',
    ],
    [
      'an axis that the result lacks',
      () => vmap((x) => x, { outAxes: -3 })(wave(3, 2)),
      'vmap: outAxes -3 is out of range for value (f64[3,2]): axes are -2…1.',
    ],
    [
      'nothing mapped',
      () => vmap((x) => x, { inAxes: null })(wave(3)),
      'vmap: nothing is mapped. Give an axis in inAxes for at least one argument.',
    ],
    [
      'no argument',
      () => vmap(() => tensor(1))(),
      'vmap: nothing is mapped. Give an axis in inAxes for at least one argument.',
    ],
    [
      'a result that is said to be shared, but is not',
      () => vmap((x: Tensor) => ({ y: x }), { outAxes: { y: null } })(wave(3, 2)),
      'vmap: outAxes is null for value.y (f64[2]), which differs between examples. Give it an axis.',
    ],
    [
      'a list of another length',
      () => vmap((x: Tensor, y: Tensor) => mul(x, y), { inAxes: [0] })(wave(3), wave(3)),
      'vmap: inAxes is a list of 1 for args, which is a list of 2. Give one axis for all of it, or one for each part.',
    ],
    [
      'a tree of axes that is deeper than its argument',
      () => vmap((x) => x, { inAxes: [{ h: 0 }] })(wave(3)),
      'vmap: inAxes is { h } for args[0], which is f64[3]. Give one axis for all of it, or one for each part.',
    ],
    [
      'axes for one part only',
      () => vmap((p: { a: Tensor; b: Tensor }) => p.a, { inAxes: [{ a: 0 }] })({ a: wave(3), b: wave(3) }),
      'vmap: inAxes is { a } for args[0], which is { a, b }. Give one axis for all of it, or one for each part.',
    ],
    [
      'axes that are none',
      () => vmap((x) => x, { inAxes: ['0' as unknown as number] })(wave(3)), // as JavaScript may pass
      'vmap: inAxes is a string for args[0], which is f64[3]. Give one axis for all of it, or one for each part.',
    ],
    [
      'an argument that is mapped and no tensor',
      () => vmap((x: unknown) => x as Tensor)('abc'), // the cast is never reached
      'vmap: args[0] is a string, not a tensor or a tree of tensors.',
    ],
    [
      'a result that is no tensor',
      () => vmap((x) => [x, 1] as unknown as Tensor)(wave(3)),
      'vmap: value[1] is a number, not a tensor or a tree of tensors.',
    ],
    [
      'an async function',
      () => vmap(async (x: Tensor) => x)(wave(3)),
      'vmap: f is an async function (it returned a Promise), so its ops would run after vmap has returned. Await the data first, and pass a synchronous function.',
    ],
    [
      'a call that does not fit, in the types of one example',
      () => vmap((x) => matmul(x, wave(3)))(wave(5, 2)),
      'matmul: inner axes differ: f64[2] × f64[3] (2 ≠ 3).',
    ],
  ];
  test.each(cases)('%s', (_, run, message) => {
    let found = 'nothing';
    try {
      run();
    } catch (error) {
      found = error instanceof Error ? error.message : String(error);
    }
    expect(found).toBe(message);
  });

  test('a value that leaked', () => {
    let leaked: Tensor = tensor(0);
    vmap((x) => {
      leaked = x;
      return x;
    })(wave(3, 2));
    expect(() => mul(leaked, 2)).toThrow(
      'trace: an abstract value (f64[2]) was used outside the trace that made it. Return it from the traced function instead.',
    );
    expect(() => leaked.toArray()).toThrow('toArray: f64[2] stands for 3 examples at once inside vmap');
  });
});

import { arange, formatType, type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { add, grad, jvp, matmul, mul, sigmoid, stack, sub, sum, tanh, transpose, unstack, vmap } from '../index.ts';
import { singularValues } from '../linalg/index.ts';
import { expectSame } from '../testing/laws/law.ts';

const i32 = (values: number[] | number[][]): Tensor => tensor(values, { dtype: 'int32' });

/** Numbers in (−1, 1) that repeat no pattern of a shape. */
const wave = (...shape: number[]): Tensor =>
  sub(mul(sigmoid(sub(mul(7.3, arange(shape.reduce((a, b) => a * b, 1))).remainder(5), 2.4)), 2), 1).reshape(shape);

const same = (actual: Tensor, expected: Tensor): void => expectSame('the value', [actual], [expected]);

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

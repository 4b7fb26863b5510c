/** @file compile() at its edges: what it refuses and in which words, what it tells, what is part of what was asked for. */
import {
  add,
  div,
  gather,
  grad,
  greater,
  jvp,
  less,
  mul,
  sin,
  sum,
  trace,
  valueAndGrad,
  vmap,
} from '@throughline/autograd';
import { cond, whileLoop } from '@throughline/autograd/control';
import { full, type Tensor, tensor, zeros } from '@throughline/tensor';
import { bitEqual } from '@throughline/tensor/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { compile } from './index.ts';

const warn = vi.spyOn(console, 'warn');
beforeEach(() => {
  warn.mockReset().mockImplementation(() => undefined);
});
afterEach(() => {
  expect(warn.mock.calls).toEqual([]); // what a test expects it takes off
});
const told = (): unknown[] => warn.mock.calls.splice(0).flat();

class Model {
  w = tensor(1);
}

describe('refused', () => {
  const abstract = (reader: string, type: string): string =>
    `${reader}: an abstract value (${type}) has no numbers while a Program is being recorded. Use cond or where for a choice and scan or whileLoop for a loop, or read it outside trace.`;
  test.each([
    ['item', (x: Tensor) => tensor(sum(x).item()), abstract('item', 'f64[]')],
    ['toArray', (x: Tensor) => tensor(x.toArray()), abstract('toArray', 'f64[2]')],
    ['data', (x: Tensor) => tensor(x.data[0] ?? 0), abstract('data', 'f64[2]')],
  ])('reading with %s', (_, f, text) => {
    expect(() => compile(f)(tensor([1, 2]))).toThrow(expect.objectContaining({ name: 'TraceError', message: text }));
    expect(() =>
      compile((_state: Tensor, x: Tensor) => ({ state: f(x), aux: x }), { state: tensor(0) })(tensor([1, 2])),
    ).toThrow(text);
  });

  test('an async function', () => {
    const text =
      'compile: f is an async function (it returned a Promise), so its ops would run after compile has returned. Await the data first, and pass a synchronous function.';
    expect(() => compile((x: Tensor) => Promise.resolve(x))(tensor(1))).toThrow(text);
    const late = (state: Tensor) => Promise.resolve({ state, aux: null }) as never;
    expect(() => compile(late, { state: tensor(1) })()).toThrow(text);
    expect(() => compile(late, { state: tensor(1), steps: 2 })()).toThrow(text);
  });

  test.each([
    [
      () => compile((x: { at: Date }) => x)({ at: new Date() }),
      'compile: an argument has a Date: its numbers may change unseen. Pass a tensor.',
    ],
    [
      () => compile((x: Float64Array) => x)(new Float64Array(2)),
      'compile: an argument has a Float64Array: its numbers may change unseen. Pass a tensor.',
    ],
    [
      () => compile((x: Map<string, Tensor>) => x.get('w') as Tensor)(new Map([['w', tensor(1)]])),
      'compile: an argument has a Map: its numbers may change unseen. Pass a tensor.',
    ],
    [
      () => compile((x: Model) => x.w)(new Model()),
      'compile: an argument has a Model: its numbers may change unseen. Pass a tensor.',
    ],
    [() => compile(3 as never), 'compile: takes a function, got number.'],
    [() => compile(null as never), 'compile: takes a function, got null.'],
    [() => compile((x) => x, { arithmetic: 'quick' as never }), "compile: arithmetic is quick, not 'exact' or 'fast'."],
    [
      () => compile((x) => x, { threads: 2 as never }),
      'compile: threads is 2. It may be 1; startThreads says how many others run on.',
    ],
    [() => compile((x) => x, { reassociate: 'no' as never }), 'compile: reassociate is no, not true or false.'],
    [
      () => compile((x) => x, { strict: true } as never),
      'compile: there is no option "strict". Options are reassociate, arithmetic, threads, state, steps.',
    ],
    [
      () => compile((x) => x, { steps: 2 } as never),
      'compile: steps is for functions with a state. Give { state }, or scan over the steps.',
    ],
    [() => compile((x) => x, 5 as never), 'compile: options are 5, not a record.'],
    [
      () => compile((state: Tensor) => ({ state, aux: 0 }), { state: tensor(1), steps: 0 }),
      'compile: steps is 0, not a count of at least 1.',
    ],
    [
      () => compile((state) => ({ state, aux: 0 }), { state: { a: 1 } }),
      'compile: state.a is a number, not a tensor or a tree of tensors.',
    ],
  ])('%s', (make, text) => {
    expect(make).toThrow(expect.objectContaining({ message: text }));
  });

  test.each([
    ['a number', () => 1, 'compile: the result is a number, not a tensor or a tree of tensors.'],
    ['nothing', () => undefined, 'compile: the result is undefined, not a tensor or a tree of tensors.'],
    [
      'words inside',
      (x: Tensor) => ({ y: x, note: 'hi' }),
      'compile: the result.note is a string, not a tensor or a tree of tensors.',
    ],
  ] as [string, (x: Tensor) => unknown, string][])('a result that is %s', (_, f, text) => {
    expect(() => compile(f)(tensor(1))).toThrow(expect.objectContaining({ message: text }));
  });

  test('what the function throws, in its words, and the next call is a new one', () => {
    let fail = true;
    const f = compile((x: Tensor) => {
      if (fail) throw new RangeError('not today');
      return add(x, 1);
    });
    expect(() => f(tensor(1))).toThrow(new RangeError('not today'));
    fail = false;
    expect(f(tensor(1)).item()).toBe(2);
  });
});

describe('told', () => {
  test('large captures, once', () => {
    const table = zeros([130_000]);
    const lookUp = compile(function lookUp(x: Tensor) {
      return sum(mul(table, x));
    });
    lookUp(tensor(1));
    expect(told()).toEqual([
      'compile: lookUp captured 1 tensor of 1.0 MB as a constant. Pass it as an argument to change it.',
    ]);
    lookUp(tensor([1]));
    const small = zeros([100_000]);
    compile((x: Tensor) => sum(mul(small, x)))(tensor(1));
  });

  test('the eighth set of types, once', () => {
    let runs = 0;
    const total = compile(function total(x: Tensor) {
      runs++;
      return sum(x);
    });
    for (let n = 1; n <= 7; n++) total(full([n], 1));
    expect(told()).toEqual([]);
    for (let n = 1; n <= 40; n++) expect(total(full([n], 1)).item()).toBe(n);
    expect(told()).toEqual([
      'compile: total was compiled 8 times, for different shapes, words or functions. Pad sequences to a few lengths, or pass lengths as data.',
    ]);
    expect(runs).toBe(40);
    total(full([40], 1)); // one of the last 32
    expect(runs).toBe(40);
    total(full([1], 1));
    expect(runs).toBe(41);
  });
});

describe('inside and outside other transforms', () => {
  const f = (x: Tensor, n: number) => sum(mul(sin(x), n));
  const x = tensor([0.5, -1, 2]);
  const v = tensor([1, 2, 3]);
  const compiled = compile(f);

  test('transforms of a compiled function are those of the function', () => {
    expect(bitEqual(grad(compiled)(x, 2), grad(f)(x, 2))).toBe(true);
    const tangent = (g: typeof f) => jvp((y: Tensor) => g(y, 2), x, v).tangent as Tensor;
    expect(bitEqual(tangent(compiled), tangent(f))).toBe(true);
    const rows = (g: typeof f) =>
      vmap((y: Tensor) => g(y, 2))(
        tensor([
          [1, 2],
          [3, 4],
        ]),
      );
    expect(bitEqual(rows(compiled), rows(f))).toBe(true);
    expect(trace((y: Tensor) => compiled(y, 2), x).equations.length).toBe(
      trace((y: Tensor) => f(y, 2), x).equations.length,
    );
    const twice = compile((y: Tensor) => compiled(compile((z: Tensor) => add(z, 1))(y), 2));
    expect(bitEqual(twice(x), compile((y: Tensor) => f(add(y, 1), 2))(x))).toBe(true);
  });

  test('a function that uses a value of an outer transform is part of that', () => {
    const outer = (g: (h: (y: Tensor) => Tensor) => (y: Tensor) => Tensor) =>
      grad((y: Tensor) => sum(g((z) => mul(z, y))(tensor([1, 2, 3]))))(x);
    expect(
      bitEqual(
        outer(compile as never),
        outer((h) => h),
      ),
    ).toBe(true);
  });

  test('compiled transforms', () => {
    const close = (a: Tensor, b: Tensor) => a.toArray().toString() === b.toArray().toString();
    expect(close(compile(grad(f))(x, 2), grad(f)(x, 2))).toBe(true);
    const both = compile(valueAndGrad(f))(x, 2);
    expect([both.value.item(), close(both.grad, grad(f)(x, 2))]).toEqual([f(x, 2).item(), true]);
    expect(close(compile(vmap((y: Tensor) => mul(y, y)))(x), mul(x, x))).toBe(true);
  });

  test('a step with a state is not for other transforms', () => {
    const step = compile((s: Tensor, y: Tensor) => ({ state: add(s, y), aux: s }), { state: tensor(0) });
    expect(() => vmap((y: Tensor) => step(y))(x)).toThrow(
      expect.objectContaining({
        name: 'ArgumentError',
        message: 'compile: a step with a state cannot run inside another transform.',
      }),
    );
  });
});

/** The error of a call. */
function errorOf(f: () => unknown): { name: string; message: string } {
  try {
    f();
  } catch (error) {
    if (error instanceof Error) return { name: error.name, message: error.message };
  }
  throw new Error('nothing was thrown');
}

describe('errors of values are the interpreter’s', () => {
  test('an index out of range, wherever it is', () => {
    const look = (x: Tensor, ids: Tensor) => sum(gather(x, ids), 0);
    const compiled = compile(look);
    const x = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const ids = (...list: number[]) => tensor(list, { dtype: 'int32' });
    for (const wrong of [ids(0, 3), ids(-4, 0), ids(2147483647, 1)]) {
      expect(errorOf(() => compiled(x, wrong))).toEqual(errorOf(() => look(x, wrong)));
      expect(compiled(x, ids(2, 0)).toArray()).toEqual([6, 8]); // and it goes on
    }
  });

  test('a loop that does not end', () => {
    const halve = (x: Tensor) =>
      whileLoop(
        (c: Tensor) => greater(c, 1),
        (c: Tensor) => div(c, 2),
        x,
        { maxSteps: 5 },
      );
    const compiled = compile(halve);
    expect(compiled(tensor(32)).item()).toBe(1);
    expect(errorOf(() => compiled(tensor(33)))).toEqual(errorOf(() => halve(tensor(33))));
    expect(compiled(tensor(3)).item()).toBe(0.75);
  });

  test('a branch that was not taken throws nothing', () => {
    const f = compile((x: Tensor, i: Tensor) =>
      cond(
        less(i, 3),
        () => gather(x, i),
        () => tensor(-1),
        [],
      ),
    );
    expect(f(tensor([1, 2, 3]), tensor(7, { dtype: 'int32' })).item()).toBe(-1);
    expect(f(tensor([1, 2, 3]), tensor(2, { dtype: 'int32' })).item()).toBe(3);
  });
});

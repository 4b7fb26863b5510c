/** @file What went wrong once: compiled = interpreted, bit for bit, in both modes. */

import {
  add,
  bind,
  broadcastTo,
  concat,
  definePrimitive,
  evaluate,
  flip,
  gather,
  grad,
  mul,
  pad,
  reshape,
  scan,
  sin,
  sum,
  tanh,
  trace,
} from '@throughline/autograd';
import { verify } from '@throughline/autograd/back-end';
import { type Concrete, fromStorage, type Shape, type Tensor, tensor } from '@throughline/tensor';
import { firstDifference } from '@throughline/tensor/testing';
import { expect, test, vi } from 'vitest';
import { compile } from './compile.ts';
import './fast/index.ts';
import { Runner } from './run/runner.ts';

/** Numbers that are all different. */
const numbers = (...shape: Shape): Concrete =>
  reshape(
    tensor(Array.from({ length: shape.reduce((size, extent) => size * extent, 1) }, (_, i) => 0.37 * i - 1.1)),
    shape,
  ).concrete('test');

/** The first difference from the interpreter: strict on the function as traced, default on what the passes made of it. */
function difference(f: (...args: Tensor[]) => unknown, ...inputs: readonly Concrete[]): string | null {
  const traced = trace(f, ...inputs);
  for (const reassociate of [false, true]) {
    const runner = new Runner(traced, 'f', { reassociate, fast: false, alone: true, resident: 0 });
    verify(runner.program);
    const expected = evaluate(reassociate ? runner.program : traced, inputs);
    const actual = runner.run(inputs);
    for (const [k, y] of expected.entries()) {
      const found = firstDifference(y, actual[k] as Tensor); // as many
      if (found !== null) return `${reassociate ? 'default' : 'strict'}, result ${k}: ${found}`;
    }
  }
  return null;
}

test('what is padded is not wiped out by the padding', () => {
  expect(difference((x) => pad(flip(x, 0), [1, 0], [0, 0]), numbers(1, 8))).toBeNull();
  expect(difference((x) => pad(x.matmul(x), [1, 0], [0, 2]), numbers(3, 3))).toBeNull();
});

test('what is reshaped and joined goes where no strides lead', () => {
  expect(
    difference((x, y) => concat([reshape(x, [3, 5, 1, 7]), y], 2), numbers(3, 5, 7), numbers(3, 5, 1, 7)),
  ).toBeNull();
  expect(difference((x, y) => concat([reshape(x, [7, 3]), y], 1), numbers(3, 7), numbers(7, 3))).toBeNull();
});

test('a carry that is a part of what a step stores leaves the rest where it is', () => {
  for (const T of [3, 5, 7]) {
    const last = (xs: Tensor): Tensor => {
      const step = (c: Tensor, x: Tensor) => {
        const next = sum(tanh(concat([x, c], 1)), 1, { keepDims: true });
        return { carry: next, y: next };
      };
      const { carry } = scan(step, tensor([[0.3]]), xs, { checkpoint: { every: 2 } });
      return sum(mul(carry, carry));
    };
    expect(difference(grad(last), numbers(T, 1, 1))).toBeNull();
  }
});

/** A primitive that only its kernel knows, which calls back. */
let callBack: (x: Concrete) => Tensor = (x) => x;
const host = definePrimitive<Record<string, never>, 1>({
  name: 'regressions.callBack',
  semantics: { kind: 'host' },
  infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }],
  eval: ([x]) => [callBack(x).concrete('test')],
  pullbacks: [null],
});
const outside = (x: Tensor): Tensor => bind(host, [x], {})[0];

test('a compiled function that calls itself through a host primitive', () => {
  let depth = 0;
  const f = compile((x: Tensor): Tensor => add(mul(outside(x), sin(x)), sum(mul(x, 3))));
  callBack = (x) => (depth++ < 3 ? f(mul(x, 2)) : x);
  const want = (x: Tensor, level: number): Tensor =>
    add(mul(level < 3 ? want(mul(x, 2), level + 1) : x, sin(x)), sum(mul(x, 3)));
  const x = tensor([1, 2, 3]);
  expect(firstDifference(want(x, 0), f(x))).toBeNull();
});

test('a step with a state is not entered twice', () => {
  const step = compile(
    function counting(s: Tensor, x: Tensor) {
      return { state: add(s, 1), aux: add(outside(x), s) };
    },
    { state: tensor([0, 0, 0]) },
  );
  const text =
    'compile: counting has a state and was called while it runs. Compile a second step with a state of its own.';
  callBack = (x) => step(x);
  expect(() => step(tensor([1, 2, 3]))).toThrow(text);
  callBack = (x) => (x.rank === 1 ? reshape(step(tensor([[1, 2, 3]])), [3]) : x); // another form of it, with the same state
  expect(() => step(tensor([1, 2, 3]))).toThrow(text);
  callBack = (x) => x;
  expect(firstDifference(step.read(), [0, 0, 0])).toBeNull();
  expect(firstDifference(step(tensor([1, 2, 3])), [1, 2, 3])).toBeNull();
});

test('a step with a state does not lose a gradient in silence', () => {
  const step = compile((s: Tensor, x: Tensor) => ({ state: s, aux: sum(mul(s, x)) }), { state: tensor([1, 2]) });
  expect(() => grad((x: Tensor) => step(x))(tensor([3, 4]))).toThrow(
    'compile: a step with a state cannot run inside another transform.',
  );
});

test.each(['exact', 'fast'] as const)('an engine without WebAssembly interprets, %s, with a notice', (arithmetic) => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  vi.stubGlobal('WebAssembly', undefined);
  try {
    const named = Object.defineProperty((x: Tensor): Tensor => add(x, x), 'name', { value: arithmetic }); // a notice is given once
    const double = compile(named, { arithmetic });
    expect(firstDifference(double(tensor([1, 2])), [2, 4])).toBeNull();
    expect(warn.mock.calls).toEqual([[`compile: ${arithmetic} is interpreted, since this engine has no WebAssembly.`]]);
  } finally {
    vi.unstubAllGlobals();
    warn.mockRestore();
  }
});

test('loops in loops are told apart by texts that grow no faster than the loops', () => {
  const deep =
    (depth: number) =>
    (x: Tensor): Tensor =>
      depth === 0 ? sin(x) : scan((c: Tensor) => ({ carry: deep(depth - 1)(c), y: null }), x, {}, { length: 1 }).carry;
  const twice = (x: Tensor): Tensor => mul(deep(24)(x), deep(24)(x));
  expect(difference(twice, numbers(3))).toBeNull();
  const runner = new Runner(trace(twice, numbers(3)), 'f', {
    reassociate: false,
    fast: false,
    alone: true,
    resident: 0,
  });
  expect(runner.program.equations).toHaveLength(2); // equal loops are one
});

const least = definePrimitive<{ of: number | (() => number) }, 1>({
  name: 'regressions.least',
  semantics: { kind: 'host' },
  infer: ([x]) => [x],
  eval: ([x], { of }) => {
    const limit = typeof of === 'number' ? of : of();
    return [
      fromStorage(
        x.storage.map((v) => Math.min(v, limit)),
        x.dtype,
        x.shape,
      ),
    ];
  },
  pullbacks: [null],
});

test('ops of one primitive stay apart when JSON writes their params alike', () => {
  const limits = [0, -0, Infinity, -Infinity, Number.NaN, () => 1, () => 2];
  const all = (x: Tensor): Tensor => concat(limits.map((of) => bind(least, [x], { of })[0]));
  expect(firstDifference(compile(all)(tensor([3])), [0, -0, 3, -Infinity, Number.NaN, 1, 2])).toBeNull();
});

test.each([2, 9])('indices that are repeated by broadcasting have all of their %d updates added', (width) => {
  const at = (...list: number[]): Concrete => tensor(list, { dtype: 'int32' }) as Concrete; // of numbers
  const column = reshape(at(2, 0), [2, 1]).concrete('test');
  const slope = (x: Tensor, indices: Tensor, shape: Shape): Tensor =>
    grad((own: Tensor) => sum(sin(gather(own, broadcastTo(indices, shape)))))(x);
  expect(difference((x, i) => slope(x, i, [2, width]), numbers(4), column)).toBeNull();
  expect(difference((x, i) => slope(x, i, [width, 2]), numbers(4), at(2, 0))).toBeNull();
  expect(difference((x, i) => slope(x, i, [2, width]), numbers(4, 3), column)).toBeNull();
});

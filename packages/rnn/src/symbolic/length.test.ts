import {
  evaluate,
  flatten,
  grad,
  isProgram,
  key,
  mean,
  normal,
  type Program,
  square,
  trace,
} from '@throughline/autograd';
import { simplify } from '@throughline/autograd/symbolic';
import { zeros } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { lstm, unroll } from '../index.ts';

const dims = { I: 2, H: 3 };

/** The gradient of a loss through T steps, traced and simplified. */
function gradientOf(T: number): { traced: Program; simple: Program } {
  const params = lstm.init(key(1), dims);
  const traced = trace(
    (p: typeof params, xs) => grad((q: typeof params) => mean(square(unroll(lstm, q, xs).out)))(p),
    params,
    zeros([T, 1, dims.I]),
  );
  return { traced, simple: simplify(traced) };
}

/** Equations, those of bodies included. */
const count = ({ equations }: Program): number =>
  equations.reduce(
    (n, { params }) =>
      n +
      1 +
      Object.values(params)
        .filter(isProgram)
        .reduce((m, body) => m + count(body), 0),
    0,
  );

test('tracing, differentiating and simplifying an LSTM: as many equations for 1000 steps as for 10', () => {
  const [short, long] = [gradientOf(10), gradientOf(1000)];
  expect(count(long.traced)).toBe(count(short.traced));
  expect(count(long.simple)).toBe(count(short.simple));
  expect(count(short.simple)).toBeLessThan(count(short.traced));
  expect(count(short.simple)).toBeGreaterThan(40);
});

test('and the simplified gradient is the gradient', () => {
  const { traced, simple } = gradientOf(7);
  const params = flatten('test', lstm.init(key(3), dims)).leaves;
  const inputs = [...params, normal(key(4), [7, 1, dims.I])];
  const [before, after] = [evaluate(traced, inputs), evaluate(simple, inputs)];
  before.forEach((x, k) => {
    x.concrete('test').storage.forEach((value, i) => {
      expect(after[k]?.concrete('test').storage[i]).toBeCloseTo(value, 12);
    });
  });
});

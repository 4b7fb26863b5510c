import { type Tensor, tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { concat, definePrimitive, grad, mul, split, sum } from './index.ts';
import type { AnyPrimitive } from './primitive.ts';
import { readsOf } from './reads.ts';

let asked = 0;

/** Σ of all operands, whose joint rule counts how often it is asked, and reads the value of the first. */
const total = definePrimitive<Record<string, never>, number, 1>({
  name: 'readsTestTotal',
  semantics: { kind: 'host' },
  infer: ([x]) => [x ?? { dtype: 'float64', shape: [] }],
  eval: ([x]) => [x ?? tensor(0).concrete('test')],
  pullbacks: () => {
    throw new Error('the joint rule is the one that runs');
  },
  jointPullback: ([ct], { inputs }, wanted) => {
    asked++;
    return wanted.map((want, i) => (want && ct ? (i === 0 ? mul(ct, inputs[0] ?? 1) : ct) : null));
  },
}) as unknown as AnyPrimitive; // as the tape sees it

test('a joint rule is asked once for all operands, not once for each', () => {
  const xs = Array.from({ length: 50 }, (_, i) => tensor(i));
  asked = 0;
  for (let i = 0; i < xs.length; i++) {
    expect(readsOf(total, i, xs, [tensor(0)], {})).toEqual({ inputs: [0], outputs: [] });
  }
  expect(asked).toBe(1);
});

test('a gradient through a concat of thousands of operands takes no n² time', () => {
  const n = 20_000; // asking for each operand alone takes minutes
  const f = (x: Tensor) => sum(mul(concat(split(x, new Array<number>(n).fill(1))), x));
  const x = tensor(Float64Array.from({ length: n }, (_, i) => i));
  expect(grad(f)(x).at(7).item()).toBe(14);
}, 20_000);

import { type Tensor, tensor } from '@throughline/tensor';
import { maxDeviation } from '@throughline/tensor/testing';
import { expect, test } from 'vitest';
import { associativeScan, cond, linearRecurrence, whileLoop } from '../control/index.ts';
import { add, evaluate, grad, greater, jvp, less, log, mul, scan, stack, sum, tanh, trace, vmap } from '../index.ts';
import { verify } from '../symbolic/index.ts';

const w = tensor(0.7);
/** Functions of a scalar, each with examples that take other branches or numbers of steps. */
const cases: [name: string, f: (x: Tensor) => Tensor, examples: number[]][] = [
  [
    'a choice that only captures',
    (x) =>
      cond(
        greater(x, 0),
        () => log(mul(x, w)),
        (y) => tanh(y),
        x,
      ),
    [0.5, -2, 0, -1],
  ],
  [
    'a loop of unknown length',
    (x) =>
      whileLoop(
        (c) => less(c, 3),
        (c) => add(mul(c, 2), mul(w, x)),
        x,
        { maxSteps: 6 },
      ),
    [0.5, 2, 1.25, 0.1, 7],
  ],
  [
    'a choice in a scan',
    (x) =>
      scan(
        (c: Tensor, v: Tensor) => ({
          carry: cond(
            greater(c, v),
            () => mul(c, x),
            () => add(c, v),
          ),
          y: {},
        }),
        x,
        tensor([1, 2, 3]),
      ).carry,
    [0.5, 2, 1.25, 0.1],
  ],
  ['a recurrence', (x) => sum(linearRecurrence(x, tensor([1, 2, 3]))), [0.5, -2]],
  ['an associative scan', (x) => sum(associativeScan(mul, mul(tensor([1, 2, 3]), x))), [0.5, -2]],
];

test.each(cases)('%s, mapped over examples, is one example after another', (_, f, examples) => {
  const xs = tensor(examples);
  for (const g of [f, grad(f), grad(grad(f)), (x: Tensor) => jvp(f, x, tensor(1)).tangent]) {
    const alone = stack(examples.map((x) => g(tensor(x))));
    const equation = trace(g, tensor(1));
    const mapped = [
      vmap(g)(xs),
      evaluate(verify(trace(vmap(g), xs)), [xs])[0] as Tensor, // one output
      vmap((x: Tensor) => evaluate(equation, [x])[0] as Tensor)(xs), // as above
    ];
    for (const values of mapped) expect(maxDeviation(values, alone)).toBeLessThan(1e-13);
  }
});

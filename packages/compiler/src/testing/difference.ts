import { evaluate, type Program } from '@throughline/autograd/back-end';
import type { Concrete, Tensor } from '@throughline/tensor';
import { firstDifference, maxDeviation } from '@throughline/tensor/testing';
import { optimise } from '../passes/index.ts';
import { Runner } from '../run/runner.ts';

/**
 * The first difference between a traced Program interpreted and compiled, strict and default, alone and with the threads that
 * run; each is run twice, since memory is used again. What is compiled may be another Program, to see that it is told apart.
 */
export function difference(traced: Program, inputs: readonly Concrete[], compiled = traced): string | null {
  for (const reassociate of [false, true]) {
    for (const alone of [true, false]) {
      const runner = new Runner(compiled, 'f', { reassociate, fast: false, alone, resident: 0 });
      const expected = evaluate(reassociate ? runner.program : traced, inputs);
      const who = `${reassociate ? 'default' : 'strict'}, ${alone ? 1 : 2} threads`;
      if (runner.unfit !== undefined) return `${who}: interpreted, since ${runner.unfit}`;
      for (const time of ['first', 'second']) {
        const actual = runner.run(inputs);
        for (const [k, y] of expected.entries()) {
          const found = firstDifference(y, actual[k] as Tensor); // as many
          if (found !== null) return `${who}, ${time} run, result ${k}: ${found}`;
        }
      }
    }
  }
  return null;
}

/** Of the default mode's sums, which are taken in another order: for float64, from numbers about 1. */
const BOUND = 1e-9;

/**
 * The first result in which what the passes of the default mode made of a Program is far from the Program, both interpreted
 * and as a part of the result's largest element: a sum that lacks a term, not one in another order. `difference` compares
 * with what the passes made.
 */
export function passesDiffer(traced: Program, inputs: readonly Concrete[], after?: Program): string | null {
  const { program } = after === undefined ? optimise(traced, { reassociate: true }) : { program: after };
  const expected = evaluate(traced, inputs) as Concrete[]; // concrete operands give concrete results
  const actual = evaluate(program, inputs) as Concrete[]; // as above
  for (const [k, y] of expected.entries()) {
    const largest = Array.from(y.storage).reduce((most, v) => Math.max(most, Math.abs(v)), 1);
    const off = maxDeviation(
      Array.from((actual[k] as Concrete).storage, (v) => v / largest), // as many
      Array.from(y.storage, (v) => v / largest),
    );
    if (off > BOUND) return `default passes, result ${k}: off by ${off} of its largest element`;
  }
  return null;
}

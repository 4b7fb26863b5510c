import { evaluate, type Program } from '@throughline/autograd/back-end';
import type { Concrete, Tensor } from '@throughline/tensor';
import { firstDifference } from '@throughline/tensor/testing';
import { Runner } from '../run/runner.ts';

/**
 * The first difference between a traced Program interpreted and compiled, strict and default, alone and with the threads that
 * run; each is run twice, since memory is used again.
 */
export function difference(traced: Program, inputs: readonly Concrete[]): string | null {
  for (const reassociate of [false, true]) {
    for (const alone of [true, false]) {
      const runner = new Runner(traced, 'f', { reassociate, fast: false, alone, resident: 0 });
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

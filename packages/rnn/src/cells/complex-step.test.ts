import { key, mul, normal, sum } from '@throughline/autograd';
import { complexStepCheck } from '@throughline/autograd/testing/gradients';
import { expect, test } from 'vitest';
import { type AnyCell, gru, gruResetBefore, lstm, rnn, unroll } from '../index.ts';

const cells: readonly AnyCell[] = [rnn, lstm, gru, gruResetBefore];

test.each(cells.map((cell) => [cell.name, cell] as const))(
  '%s: backpropagation through 12 steps is the complex step, to 1e-13',
  (_, cell) => {
    const params = cell.init(key(3), { I: 3, H: 5 });
    const xs = normal(key(4), [12, 2, 3]);
    const weights = normal(key(5), [12, 2, 5]);
    const loss = (p: typeof params, inputs: typeof xs) => sum(mul(unroll(cell, p, inputs).out, weights));
    const report = complexStepCheck(loss, [params, xs], { tolerance: 1e-13 });
    expect(report.message).toMatch(/^right\./);
    expect(report.reverseError).toBeLessThan(1e-14);
  },
);

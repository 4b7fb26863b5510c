import { trace } from '@throughline/autograd';
import { gru, lstm, unroll } from '@throughline/rnn';
import { zeros } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { longestChain } from '../counting/chain.ts';
import { operations } from '../counting/operations.ts';
import { workFor } from '../run.ts';
import { conclude } from '../verdict.ts';
import claim, { type GruMeasured, gruClaim } from './10-gru-lstm.ts';

const work = workFor('test', { aborted: false }, () => undefined);
/** One seed's measurement, as if five had given it: what is tested is what follows. */
const five = <M>(one: M): M[] => [one, one, one, one, one];

test('control: a cell against itself is refuted', async () => {
  const self = gruClaim(gru, gru);
  expect(conclude(self.judge(five(await self.measure(1, work))), 5).verdict).toBe('refuted');
});

test('as good and cheaper holds, as good alone holds on a condition, neither is refuted', async () => {
  const tiny = five(await claim.measure(1, work));
  const verdictOf = (cheap: number, loss: number) => {
    const planted = tiny.map((one): GruMeasured => {
      const [a, b] = one.sameParameters;
      const pair = [a, { ...b, operations: cheap * a.operations }] as const;
      const learned = one.learned.map(({ task }) => ({ task, losses: [0.1, loss] as const }));
      return { sameWidth: pair, sameParameters: pair, learned };
    });
    return conclude(claim.judge(planted), 5).verdict;
  };
  expect([verdictOf(0.7, 0.05), verdictOf(1, 0.05), verdictOf(1, 0.2)]).toEqual(['holds', 'holds only if', 'refuted']);
});

test('operations are those of the equations, and the chain that of the steps', () => {
  const count = (H: number, I: number, T: number, cell: typeof lstm) => {
    const params = cell.init(zeros([2], 'int32'), { I, H });
    return trace((xs: ReturnType<typeof zeros>) => unroll(cell, params, xs).out, zeros([T, 1, I]));
  };
  // 4 gates: two products, two additions, one function; then f c + i g, tanh, o times it.
  const [H, I] = [5, 3];
  const step = 4 * (2 * H * I + 2 * H * H + 3 * H) + 5 * H;
  expect(operations(count(H, I, 7, lstm))).toBe(7 * step);
  // A step waits for h: product and sum of H terms, two additions, σ, mul, add, tanh, mul.
  const chain = (T: number) => longestChain(count(8, 2, T, lstm));
  expect(chain(20) - chain(10)).toBe(10 * (1 + 3 + 2 + 1 + 2 + 2));
});

import { expect, test } from 'vitest';
import { costsOf } from '../counting/costs.ts';
import type { LengthMeasured } from '../length/judge.ts';
import { workFor } from '../run.ts';
import { conclude } from '../verdict.ts';
import claim, { contenders } from './12-against-length.ts';

const work = workFor('test', { aborted: false }, () => undefined);
const five = <M>(one: M): M[] => [one, one, one, one, one];
const tiny = await claim.measure(1, work);
const counted = [256, 512, 1024];
/** Costs that are powers of T. */
const powers = (work: number, chain: number) =>
  counted.map((T) => ({ operations: T ** work, bytes: T, residualBytes: T ** work, chain: T ** chain }));
type Planted = { readonly attention: [number, number, number]; readonly linear: [number, number, number] };
const verdictOf = ({ attention, linear }: Planted, lstm: [number, number] = [1, 1]) => {
  const planted: LengthMeasured = {
    ...tiny,
    counted,
    layers: tiny.layers.map((layer) => {
      const [work, chain, left] =
        layer.says === 'attention' ? attention : layer.says === 'linear' ? linear : [...lstm, 0];
      return { ...layer, costs: powers(work, chain), left };
    }),
  };
  return conclude(claim.judge(five(planted)), 5);
};

test('both lifted at those costs: it holds; a past that is squeezed: on a condition; nothing as said: refuted', () => {
  expect(verdictOf({ attention: [2, 0.1, 0.01], linear: [1, 0.1, 0.01] }).verdict).toBe('holds');
  const squeezed = verdictOf({ attention: [2, 0.1, 0.01], linear: [1, 0.1, 0.6] });
  expect(squeezed.because).toMatch(/^one means the second ceiling of S4D and minGRU/);
  expect(verdictOf({ attention: [3, 1, 0.9], linear: [2, 1, 0.9] }).verdict).toBe('refuted');
});

test('control: an LSTM whose chain does not grow tells nothing', () => {
  expect(verdictOf({ attention: [2, 0.1, 0.01], linear: [1, 0.1, 0.01] }, [1, 0.2]).verdict).toBe('inconclusive');
});

test('counts of the layers as they are', () => {
  const at = (name: string, T: number) => {
    const layer = contenders.find((one) => one.name === name)?.make(4);
    if (layer === undefined) throw new RangeError(name);
    return costsOf(layer, 4, T);
  };
  expect(at('LSTM', 64).operations).toBe(2 * at('LSTM', 32).operations);
  expect(at('LSTM', 64).chain).toBe(2 * at('LSTM', 32).chain);
  // Scores, their softmax and what they weigh: all else is linear, so that second differences are of T² alone.
  const block = [32, 64, 96].map((T) => at('Transformer block', T).operations);
  const curvature = (block[2] ?? 0) - 2 * (block[1] ?? 0) + (block[0] ?? 0);
  expect(curvature).toBeGreaterThan(2 * 32 * 32 * (2 * 4 + 2 * 4));
  expect(at('minGRU', 64).chain - at('minGRU', 32).chain).toBeLessThan(40);
});

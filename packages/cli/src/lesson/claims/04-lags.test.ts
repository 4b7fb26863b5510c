import { expect, test } from 'vitest';
import { committed, says } from '../testing/committed.ts';
import claim from './04-lags.ts';

const measured = committed(claim);

test('what is learned at which lag decides', () => {
  expect(says(claim, measured)).toMatchObject({ verdict: 'holds only if', parts: [true, false, false] });
  const rename = (from: keyof (typeof measured)[number]['learned']) =>
    measured.map((one) => {
      const learned = one.learned[from];
      return {
        ...one,
        learned: { ...one.learned, 'RNN, SGD': learned, 'RNN, Adam': learned, 'RNN, orthogonal, Adam': learned },
      };
    });
  expect(says(claim, rename('RNN, SGD')).verdict).toBe('holds');
  expect(says(claim, rename('LSTM, chrono, Adam')).verdict).toBe('refuted');
  const leak = measured.map((one) => ({ ...one, memoryless: { ...one.memoryless, success: 1 } }));
  expect(says(claim, leak).because).toBe('it is not so that without a recurrent line nothing is recalled');
});

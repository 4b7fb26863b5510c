import { expect, test } from 'vitest';
import { run } from './main.ts';

test('the gradient dies in an RNN and lives in an LSTM whose forget gate starts open', () => {
  for (const seed of [1, 2, 3]) {
    const { rnn, lstm } = run({ seed });
    expect(rnn.length).toBe(61);
    expect(rnn.at(-1)).toBe(1);
    expect(rnn[0]).toBeLessThan(1e-8);
    expect(lstm[0]).toBeGreaterThan(1e-2);
  }
});

import { afterEach, describe, expect, test } from 'vitest';
import { pinned } from './options.ts';
import { TrainingPool } from './training-pool.ts';

const options = { file: null, hidden: 2, steps: 3, seed: 7, train: true };
let pool: TrainingPool | null = null;
afterEach(async () => {
  await pool?.close();
  pool = null;
});

describe('the training pool', { timeout: 60_000 }, () => {
  test('trains in threads, the same numbers in each, and tells how far it is', async () => {
    pool = new TrainingPool(options);
    const heard: number[] = [];
    const job = { cell: 'rnn', label: 'as written', change: null };
    const [first, second] = await Promise.all([pool.run(job, (update) => heard.push(update)), pool.run(job)]);
    expect(second).toEqual(first);
    expect(first?.losses.length).toBe(pinned.updates);
    expect(heard).toEqual(Array.from({ length: pinned.updates / 10 }, (_, i) => 10 * (i + 1)));
  });

  test('a job that cannot be done fails, and the next one is still done', async () => {
    pool = new TrainingPool(options, 1);
    const wrong = pool.run({ cell: 'nobody', label: 'as written', change: null });
    await expect(wrong).rejects.toThrow('training nobody as written: there is no nobody as written to train.');
    const changed = { biases: [{ gate: 'h', bias: 'chrono' as const }], scaleU: 0.5 };
    await expect(pool.run({ cell: 'rnn', label: 'as written', change: changed })).resolves.toMatchObject({
      label: 'b_h = chrono(3), U × 0.5',
    });
  });

  test('a thread that cannot start is an error, never a wait', async () => {
    pool = new TrainingPool({ ...options, file: 'missing.ts' }, 1);
    await expect(pool.run({ cell: 'rnn', label: 'as written', change: null })).rejects.toThrow(
      'missing.ts: no such file',
    );
  });

  test('closing ends threads in the middle of their work', async () => {
    const closed = new TrainingPool(options, 1);
    closed.run({ cell: 'rnn', label: 'as written', change: null }).catch(() => undefined);
    await closed.close();
  });
});

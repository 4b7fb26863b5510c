import { key } from '@throughline/autograd';
import { lstm } from '@throughline/rnn';
import { expect, it } from 'vitest';
import { addingTask, cellModel, copyTask, sayResult, sgd, trainTask } from './index.ts';

const task = addingTask({ T: 6 });
const model = cellModel(task, lstm, { H: 8 });

it('learns a task below its baseline, and says so; the same key, the same bits', async () => {
  const heard: string[] = [];
  const options = { steps: 150, key: key(1), rate: 0.03, evaluateEvery: 75 };
  const result = await trainTask(task, model, { ...options, watch: ({ type }) => heard.push(type) });
  expect(result.loss).toBeLessThan(result.baseline.value / 4);
  expect(result.success).toBeGreaterThan(result.solved.chance ?? 1);
  // 4 gates of (2 + 8 + 1) · 8, and 8 + 1 to read out.
  expect([result.parameters, result.end, result.step]).toEqual([361, 'done', 150]);
  expect(result.history.evaluations.map(({ step }) => step)).toEqual([75, 150]);
  expect(heard.filter((type) => type === 'step').length).toBe(150);
  expect(sayResult(result)).toMatch(
    /^adding · lstm: loss 0\.0\S+, baseline 0\.1667 \(the best constant, the mean\); \d\S+ % of sums within 0\.04, by chance 7\.8 %$/,
  );
  const again = await trainTask(task, model, options);
  expect(again.loss).toBe(result.loss);
});

it('without learning it is near the baseline, and not below', async () => {
  const { loss } = await trainTask(task, model, { steps: 1, key: key(1), optimizer: sgd({ rate: 0 }) });
  expect(loss).toBeGreaterThan(task.baseline.value);
});

it('runs in float32, and answers at every step', async () => {
  const copy = copyTask({ T: 2, length: 2, symbols: 2 });
  const { params, loss } = await trainTask(copy, cellModel(copy, lstm, { H: 4, dtype: 'float32' }), {
    steps: 2,
    key: key(1),
  });
  expect(params.readOut.W.dtype).toBe('float32');
  expect(loss).toBeLessThan(2);
});

it('says what is wrong', async () => {
  const refused = (options: Partial<Parameters<typeof trainTask>[2]>) =>
    expect(trainTask(task, model, { steps: 1, key: key(1), ...options })).rejects;
  await refused({ rate: Number.NaN }).toThrow('adam: rate is NaN, not a number from 0 up, or a function of the step.');
  await refused({ steps: 0 }).toThrow('trainTask: steps is 0, not an integer from 1 up.');
  await refused({ fresh: 0.5 }).toThrow('trainTask: fresh is 0.5, not an integer from 1 up.');
  await refused({ clip: Number.NaN }).toThrow('train: clip is NaN, not a number above 0.');
  const none = {} as unknown as typeof lstm; // what a script without types may pass
  expect(() => cellModel(task, none, { H: 3 })).toThrow(
    'cellModel: the second argument is not a cell. Pass lstm, or what defineCell gives.',
  );
});

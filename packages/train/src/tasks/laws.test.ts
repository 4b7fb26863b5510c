import { foldIn, key, oneHot } from '@throughline/autograd';
import { compile } from '@throughline/compiler';
import { isFloat, type Tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { type Task, type TaskBatch, taskLoss } from '../index.ts';
import { constantAnswer, costOfConstant } from './testing/guess.ts';
import { samples } from './testing/samples.ts';

const all = Object.entries(samples);
const text = (batch: TaskBatch): string =>
  Object.entries(batch)
    .map(([name, value]) => `${name} ${value.shape} ${[...value.data]}`)
    .join('\n');

/** Logits that are sure of the targets, or the numbers themselves. */
function sure({ loss, outputs }: Task, { targets }: TaskBatch): Tensor {
  return loss === 'meanSquaredError' ? targets : oneHot(targets, outputs, 'float64').mul(50);
}

describe.each(all)('%s', (_, task) => {
  const batch = task.batch(key(1));
  const B = 3;

  it('has the shapes that it says', () => {
    const { inputs, targets, weights, lengths } = batch;
    const once = task.answers === 'at the end' ? [B] : [task.steps, B];
    expect(inputs.shape).toEqual('numbers' in task.takes ? [task.steps, B, task.takes.numbers] : [task.steps, B]);
    expect(targets.shape).toEqual(task.loss === 'crossEntropy' ? once : [...once, task.outputs]);
    if (weights !== undefined) expect([weights.shape, weights.dtype]).toEqual([once, 'bool']);
    if (lengths !== undefined) expect([lengths.shape, lengths.dtype]).toEqual([[B], 'int32']);
  });

  it('stays within what it says', () => {
    const { inputs, targets, lengths } = task.batch(key(2), 200);
    const inRange = (x: Tensor, most: number): boolean =>
      [...x.data].every((id) => Number(id) >= 0 && Number(id) < most);
    expect(isFloat(inputs.dtype)).toBe('numbers' in task.takes);
    if ('symbols' in task.takes) expect(inRange(inputs, task.takes.symbols)).toBe(true);
    if (task.loss === 'crossEntropy') expect(inRange(targets, task.outputs)).toBe(true);
    if (lengths !== undefined) expect(inRange(lengths.add(-1), task.steps)).toBe(true);
  });

  it('is a pure function of its key', () => {
    const draw = (n: number): string => text(task.batch(foldIn(key(7), n)));
    expect(draw(1)).toBe(draw(1));
    expect(new Set([1, 2, 3, 4, 5].map(draw)).size).toBeGreaterThan(1);
  });

  it('is solved by its targets, and by nothing less', () => {
    const outputs = sure(task, batch);
    expect(taskLoss(task, outputs, batch).item()).toBeLessThan(1e-6);
    expect(task.success.of(outputs, batch).item()).toBe(1);
    const other = task.batch(key(3), 100);
    const wrong = task.batch(key(4), 100);
    expect(task.success.of(sure(task, wrong), other).item()).toBeLessThan(0.9);
  });
});

/** Those whose draws are ops, so that a batch can be drawn in a compiled program. */
describe.each(all.filter(([name]) => name !== 'dates'))('%s, compiled', (_, task) => {
  it('draws the same bits', () => {
    const draw = (k: Tensor): TaskBatch => task.batch(k);
    expect(text(compile(draw)(key(5)))).toBe(text(draw(key(5))));
  });
});

/** Whose baseline is the best constant at each step. */
const constant = all.filter(([name]) => !['characters', 'reber', 'forecast'].includes(name));
describe.each(constant)('the baseline of %s', (_, task) => {
  const measured = costOfConstant(task, 20_000);
  const { value } = task.baseline;

  it('is what the best constant costs', () => {
    expect(Math.abs(measured / value - 1)).toBeLessThan(0.03);
  });

  it('would be refused if it were a tenth off', () => {
    expect(Math.abs(measured / (1.1 * value) - 1)).toBeGreaterThan(0.03);
  });

  it('comes with the success of such an answer', () => {
    const { chance, of } = task.success;
    if (chance === null) return;
    const batch = task.batch(key(6), 20_000);
    expect(Math.abs(of(constantAnswer(task, batch), batch).item() - chance)).toBeLessThan(0.01);
  });
});

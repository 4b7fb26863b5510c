import { foldIn, key, log } from '@throughline/autograd';
import { type AnyCell, type ParamTree, unroll } from '@throughline/rnn';
import { type Tensor, tensor } from '@throughline/tensor';
import { adam, type SequenceBatch, train } from '@throughline/train';
import type { LearningRun } from './facts.ts';
import { initModel, lossOn, type ModelParams, taskBatch, testBatch } from './model.ts';
import { learnedBelow, pinned } from './options.ts';
import { countParameters } from './parameters.ts';
import type { Sizes } from './probe.ts';
import { measureReach } from './sections/reach.ts';

/** Mean squared error of always answering with the mean, 1: the variance of the sum of two uniform numbers. */
export const baseline = 1 / 6;

/** What is trained. */
export interface Trainee {
  readonly name: string;
  readonly label: string;
  readonly cell: AnyCell;
  readonly hidden: number;
}

/** Trains one cell as pinned and looks at what it learned. `progress` is told of every update's loss. */
export async function trainOne(
  { name, label, cell, hidden }: Trainee,
  { steps, seed }: { readonly steps: number; readonly seed: number },
  progress: (update: number, loss: number) => void,
): Promise<LearningRun> {
  const sizes: Sizes = { hidden, steps, batch: pinned.batch, key: key(seed) };
  const start = initModel(cell, sizes);
  const test = testBatch(sizes, pinned.batch);
  const { params, losses, diverged } = await fit(cell, start, sizes, progress);
  const reach = measureReach(cell, params, test);
  const far = Math.max(1, steps - 1);
  const testLoss = lossOn(cell, params, testSet(sizes), hidden).item();
  return {
    cell: name,
    label,
    parameters: countParameters(cell, hidden).numbers,
    losses,
    testLoss,
    reachBefore: measureReach(cell, start, test)[far] ?? Number.NaN,
    reachAfter: reach[far] ?? Number.NaN,
    reach,
    ...gateFacts(cell, params, sizes),
    learned: diverged === null && testLoss < learnedBelow * baseline,
    diverged,
  };
}

/** More sequences than a training batch has, so that the loss is good to a few per cent. */
const testSet = (sizes: Sizes): SequenceBatch => taskBatch(sizes.steps, pinned.testBatch, foldIn(sizes.key, 5));

async function fit(
  cell: AnyCell,
  start: ModelParams,
  sizes: Sizes,
  progress: (update: number, loss: number) => void,
): Promise<{ params: ModelParams; losses: readonly number[]; diverged: number | null }> {
  const events = train({
    params: start,
    loss: (params: ModelParams, batch: SequenceBatch) => lossOn(cell, params, batch, sizes.hidden),
    batches: (_, drawn) => taskBatch(sizes.steps, pinned.batch, drawn),
    optimizer: adam({ rate: pinned.learningRate }),
    steps: pinned.updates,
    clip: pinned.clip,
    key: foldIn(sizes.key, 6),
  });
  for await (const event of events) {
    if (event.type === 'step') progress(event.step, event.loss);
    if (!('result' in event)) continue;
    const { params, history } = event.result;
    return { params, losses: history.loss, diverged: event.type === 'diverged' ? event.step : null };
  }
  throw new Error('the training ended without a result.');
}

/** The mean of the keep gate over test sequences, unit by unit, and its course over the first of them. */
export function gateFacts(
  cell: AnyCell,
  params: ModelParams,
  sizes: Sizes,
): Pick<LearningRun, 'longestMemory' | 'gate'> {
  return gateOver(cell, params.cell, testSet(sizes).inputs);
}

/** The same over any sequences. */
export function gateOver(
  cell: AnyCell,
  params: ParamTree,
  inputs: Tensor,
): Pick<LearningRun, 'longestMemory' | 'gate'> {
  const { belt } = cell;
  if (belt === undefined) return { longestMemory: null, gate: null };
  const tap = unroll(cell, params, inputs, { taps: [belt.keep] }).taps[belt.keep];
  if (tap === undefined) return { longestMemory: null, gate: null };
  const [steps = 0, rows = 1] = tap.shape;
  const values = tap.toTypedArray();
  const units = values.length / (steps * rows);
  const at = (t: number, row: number, unit: number): number => values[(t * rows + row) * units + unit] ?? Number.NaN;
  const means = Array.from({ length: units }, (_, unit) => {
    let sum = 0;
    for (let t = 0; t < steps; t++) for (let row = 0; row < rows; row++) sum += at(t, row, unit);
    return sum / (steps * rows);
  });
  const gate = Array.from({ length: steps }, (_, t) => Array.from({ length: units }, (_, unit) => at(t, 0, unit)));
  return { longestMemory: Math.max(...means.map(halfLife)), gate };
}

/** ln ½ / ln f̄: the steps after which a unit whose gate stands at f̄ has forgotten half. */
export const halfLife = (mean: number): number => {
  const size = Math.abs(mean);
  return size >= 1 ? Number.POSITIVE_INFINITY : size === 0 ? 0 : ln(0.5) / ln(size);
};

/** Ours, not Math's: facts have the same bits everywhere. */
const ln = (x: number): number => log(tensor(x)).item();

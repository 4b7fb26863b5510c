import { flatten, foldIn, grad, key, matmul, normal, unstack } from '@throughline/autograd';
import { initializers, rnn, rnnRelu } from '@throughline/rnn';
import type { Tensor } from '@throughline/tensor';
import {
  addingProblem,
  addingTask,
  cellModel,
  clipByNorm,
  clipByValue,
  globalNorm,
  meanSquaredError,
  sgd,
} from '@throughline/train';
import type { Work } from '../claim.ts';
import { type Learned, learn, learned } from '../learn.ts';
import { recallTask } from '../recall.ts';

/** A training in which gradients explode. */
export interface Explosion {
  /** The training loss, every few updates; to the end or until it was no number. */
  readonly losses: readonly number[];
  /** The worst one of all updates, beside the first. */
  readonly worst: number;
  readonly longestGradient: number;
  readonly diverged: boolean;
}

/** What is measured for a seed. */
export interface Clipping {
  readonly every: number;
  readonly free: Explosion;
  readonly clipped: Explosion;
  /** What is learned of a lag at which the gradient vanishes. */
  readonly lag: number;
  readonly farFree: Learned;
  readonly farClipped: Learned;
  /** And of a short one, so that it is the lag that matters. */
  readonly near: Learned;
  /** ‖share of each copy‖ by lag, before and after clipping the whole gradient to a hundredth of its norm. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** 1 − cos of the angle between the gradient and the clipped one: by norm, and by value. */
  readonly turnedByNorm: number;
  readonly turnedByValue: number;
}

const sizes = {
  full: { H: 24, T: 60, updates: 300, every: 5, lag: 30, recallUpdates: 400, batch: 16 },
  test: { H: 4, T: 6, updates: 4, every: 1, lag: 3, recallUpdates: 3, batch: 4 },
};
/** Where gradients are clipped. */
const limit = 1;

/** Trainings with clipping and without, and one gradient by lag. */
export async function measureClipping(seed: number, work: Work): Promise<Clipping> {
  const { every, lag, recallUpdates, H, batch } = sizes[work.budget];
  const free = await explode(seed, null, work);
  work.progress(0.25);
  const clipped = await explode(seed, limit, work);
  work.progress(0.5);
  const recall = async (distance: number, clip: number | null): Promise<Learned> => {
    const task = recallTask({ lag: distance, batch });
    const options = { key: foldIn(key(seed), distance), updates: recallUpdates, clip, optimizer: sgd({ rate: 1 }) };
    return learned(await learn(task, cellModel(task, rnn, { H }), options, work));
  };
  const farFree = await recall(lag, null);
  work.progress(0.7);
  const farClipped = await recall(lag, limit);
  work.progress(0.9);
  const near = await recall(Math.min(5, lag), limit);
  return { every, free, clipped, lag, farFree, farClipped, near, ...sharesOf(seed, work) };
}

/** A relu net that starts from the identity, by SGD on adding. */
async function explode(seed: number, clip: number | null, work: Work): Promise<Explosion> {
  const { H, T, updates, every, batch } = sizes[work.budget];
  const task = addingTask({ T, batch });
  const model = cellModel(task, rnnRelu.with({ h: { U: initializers.identity, b: 0 } }), { H });
  const options = {
    key: foldIn(key(seed), 1),
    updates,
    every: updates,
    until: 2,
    clip,
    optimizer: sgd({ rate: 0.01 }),
  };
  const { history, end } = await learn(task, model, options, work);
  const diverged = end === 'diverged';
  const worst = diverged ? Number.POSITIVE_INFINITY : Math.max(...history.loss);
  return {
    losses: history.loss.filter((_, i) => i % every === 0),
    worst: worst / (history.loss[0] ?? Number.NaN),
    longestGradient: Math.max(...history.gradientNorm),
    diverged,
  };
}

/** One gradient of the usual Elman net on adding, copy by copy, before and after clipping. */
function sharesOf(seed: number, work: Work): Pick<Clipping, 'before' | 'after' | 'turnedByNorm' | 'turnedByValue'> {
  const { H, T, batch } = sizes[work.budget];
  const from = key(seed);
  const { inputs, targets } = addingProblem({ T, batch, key: foldIn(from, 11) });
  const params = rnn.init(foldIn(from, 12), { I: 2, H });
  const readout = normal(foldIn(from, 13), [H, 1]);
  const xs = unstack(inputs);
  const untied = grad((copies: readonly (typeof params)[]) => {
    const start = rnn.initialState({ I: 2, H }, batch);
    const last = copies.reduce((state, own, t) => rnn.step(own, state, xs[t] as Tensor).state, start); // as many as steps
    return meanSquaredError(matmul(last.h, readout), targets);
  })(xs.map(() => params));
  const size = globalNorm(untied).item();
  const clipped = clipByNorm(untied, size / 100).grads;
  const norms = (copies: readonly unknown[]): number[] => copies.map((copy) => globalNorm(copy).item()).toReversed();
  const byValue = clipByValue(untied, largest(untied) / 100);
  return {
    before: norms(untied as readonly unknown[]),
    after: norms(clipped as readonly unknown[]),
    turnedByNorm: 1 - cosine(untied, clipped),
    turnedByValue: 1 - cosine(untied, byValue),
  };
}

const numbersOf = (tree: unknown): number[] =>
  flatten('lesson', tree).leaves.flatMap((leaf) => [...leaf.toTypedArray()]);

const largest = (tree: unknown): number => numbersOf(tree).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

function cosine(a: unknown, b: unknown): number {
  const [u, v] = [numbersOf(a), numbersOf(b)];
  const dot = u.reduce((sum, value, i) => sum + value * (v[i] ?? Number.NaN), 0);
  return dot / (Math.hypot(...u) * Math.hypot(...v));
}

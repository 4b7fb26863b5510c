import {
  argmax,
  cast,
  concat,
  equal,
  flatten,
  floor,
  foldIn,
  key,
  less,
  max,
  mean,
  mul,
  relu,
  reshape,
  slice,
  splitKey,
  tanh,
  transpose,
  uniform,
} from '@throughline/autograd';
import { conv1d } from '@throughline/autograd/nn';
import { chrono, glorotUniform, lstm, minus, type ParamsOf, rnn, unroll } from '@throughline/rnn';
import { full, type Tensor, zeros } from '@throughline/tensor';
import { asVectors, cellModel, type Task, type TaskBatch, type TaskModel } from '@throughline/train';
import type { Work } from '../claim.ts';
import { type Learned, learn, learned } from '../learn.ts';
import { recallTask } from '../recall.ts';

/** What a net makes of the pattern where it was trained to find it, and elsewhere. */
export interface Transfer {
  readonly near: number;
  readonly far: number;
  /** Parameters for sequences of T steps, and of ten times as many. */
  readonly parameters: readonly [number, number];
}

export const movers = ['dense', 'convolution', 'recurrence'] as const;

/** What is measured for a seed. */
export interface Window {
  /** Steps that the window sees. */
  readonly width: number;
  readonly lags: readonly number[];
  /** A dense net over the last steps, by lag. */
  readonly windowed: readonly Learned[];
  /** An LSTM with chrono biases on the same, by lag. */
  readonly recurrent: readonly Learned[];
  readonly moved: Readonly<Record<(typeof movers)[number], Transfer>>;
}

const sizes = {
  full: {
    H: 24,
    width: 10,
    lags: [3, 6, 9, 10, 15, 25],
    updates: 300,
    T: 60,
    near: 5,
    far: 50,
    every: 25,
    batch: 32,
    fresh: 1024,
  },
  test: { H: 4, width: 2, lags: [1, 2], updates: 2, T: 8, near: 1, far: 5, every: 1, batch: 4, fresh: 16 },
};

/** A window and a recurrence by lag; dense, convolution and recurrence on a pattern that moves. */
export async function measureWindow(seed: number, work: Work): Promise<Window> {
  const { H, width, lags, updates, every, batch } = sizes[work.budget];
  const windowed: Learned[] = [];
  const recurrent: Learned[] = [];
  for (const [i, lag] of lags.entries()) {
    const task = recallTask({ lag, batch });
    const options = { key: foldIn(key(seed), lag), updates, every };
    windowed.push(learned(await learn(task, windowModel(task, width, H), options, work)));
    recurrent.push(learned(await learn(task, cellModel(task, remembering(lag + 2), { H }), options, work)));
    work.progress((0.6 * (i + 1)) / lags.length);
  }
  return { width, lags, windowed, recurrent, moved: await move(seed, work) };
}

/** An LSTM whose gates start open for memories of up to so many steps. */
const remembering = (steps: number) => lstm.with({ f: { b: chrono(steps) }, i: { b: minus('f.b') } });

async function move(seed: number, work: Work): Promise<Window['moved']> {
  const { H, T, near, far, updates, every, batch, fresh } = sizes[work.budget];
  const models = (steps: number) => {
    const task = patternTask(steps, near, batch);
    return {
      dense: windowModel(task, steps, H),
      convolution: convolutionModel(task, H),
      recurrence: recurrentModel(task, H),
    };
  };
  const long = models(10 * T);
  const result = async (name: (typeof movers)[number], share: number): Promise<Transfer> => {
    const task = patternTask(T, near, batch);
    const model: TaskModel<unknown> = models(T)[name] as TaskModel<unknown>; // its own parameters come back to it
    const options = { key: foldIn(key(seed), 100), updates, every, fresh: 100 };
    const { params, parameters } = await learn(task, model, options, work);
    work.progress(share);
    const at = (position: number): number => {
      const batch = patternTask(T, position, fresh).batch(foldIn(key(seed), 101 + position));
      return task.success.of(model.apply(params, batch), batch).item();
    };
    const longer = flatten('lesson', long[name].init(key(seed))).leaves.reduce((sum, leaf) => sum + leaf.size, 0);
    return { near: at(near), far: at(far), parameters: [parameters, longer] };
  };
  return {
    dense: await result('dense', 0.7),
    convolution: await result('convolution', 0.8),
    recurrence: await result('recurrence', 1),
  };
}

/**
 * Two symbols stand next to each other at `position`, all others are noise: in which order? Which symbols there are says
 * nothing, only how they stand.
 *
 * Shapes: inputs int32 [T, B], targets int32 [B].
 */
export function patternTask(T: number, position: number, batch: number): Task {
  return {
    name: 'pattern',
    steps: T,
    takes: { symbols: 6 },
    outputs: 2,
    answers: 'at the end',
    loss: 'crossEntropy',
    baseline: { value: Math.log(2), what: 'guessing evenly' },
    others: [],
    success: {
      what: 'orders recognised',
      chance: 0.5,
      of: (outputs, { targets }) => mean(cast(equal(argmax(outputs, -1), targets), 'float64')),
    },
    batch(from, size = batch) {
      const [forOrder, forNoise] = splitKey(from, 2) as [Tensor, Tensor]; // two asked for
      const first = cast(less(uniform(forOrder, [1, size]), 0.5), 'int32');
      const noise = (steps: number, offset: number): Tensor =>
        cast(floor(mul(uniform(foldIn(forNoise, offset), [steps, size]), 3.999999)).add(2), 'int32');
      const pattern = [first, full([1, size], 1, 'int32').sub(first)];
      return {
        inputs: concat([noise(position, 0), ...pattern, noise(T - position - 2, 1)], 0),
        targets: reshape(first, [size]),
      };
    },
  };
}

interface DenseParams {
  readonly W: Tensor;
  readonly b: Tensor;
  readonly V: Tensor;
  readonly c: Tensor;
}

/** A dense net with one hidden layer over the last `width` steps; what a shorter sequence lacks is zero. */
function windowModel(task: Task, width: number, H: number): TaskModel<DenseParams> {
  const I = 'symbols' in task.takes ? task.takes.symbols : task.takes.numbers;
  return {
    name: 'window',
    init: (from) => layers(from, [width * I, H], [H, task.outputs]),
    apply({ W, b, V, c }, batch) {
      const xs = asVectors(task, batch.inputs);
      const [T, B] = xs.shape as [number, number, number]; // [T, B, I]
      const seen = T >= width ? slice(xs, [T - width, 0, 0], [T, B, I]) : concat([zeros([width - T, B, I]), xs], 0);
      const flat = reshape(transpose(seen, [1, 0, 2]), [B, width * I]);
      return tanh(flat.matmul(W).add(b)).matmul(V).add(c);
    },
  };
}

/** One convolution of three steps, relu, the largest over time, and a linear layer. */
function convolutionModel(task: Task, H: number): TaskModel<DenseParams> {
  const I = 'symbols' in task.takes ? task.takes.symbols : task.takes.numbers;
  return {
    name: 'convolution',
    init: (from) => layers(from, [3 * I, H], [H, task.outputs]),
    apply({ W, b, V, c }, batch: TaskBatch) {
      const seen = relu(conv1d(asVectors(task, batch.inputs), reshape(W, [3, I, H]), { padding: 'same' }).add(b));
      return max(seen, 0).matmul(V).add(c);
    },
  };
}

interface RecurrentParams {
  readonly cell: ParamsOf<typeof rnn.params>;
  readonly V: Tensor;
  readonly c: Tensor;
}

/** An Elman net, the largest of its outputs over time, and a linear layer. */
function recurrentModel(task: Task, H: number): TaskModel<RecurrentParams> {
  const I = 'symbols' in task.takes ? task.takes.symbols : task.takes.numbers;
  return {
    name: 'recurrence',
    init(from) {
      const { V, c } = layers(foldIn(from, 1), [1, H], [H, task.outputs]);
      return { cell: rnn.init(foldIn(from, 2), { I, H }), V, c };
    },
    apply({ cell, V, c }, batch) {
      return max(unroll(rnn, cell, asVectors(task, batch.inputs)).out, 0)
        .matmul(V)
        .add(c);
    },
  };
}

function layers(from: Tensor, first: readonly [number, number], second: readonly [number, number]): DenseParams {
  const [forW, forV] = splitKey(from, 2) as [Tensor, Tensor]; // two asked for
  const draw = (of: Tensor, shape: readonly [number, number], path: string): Tensor =>
    glorotUniform(of, { shape, dtype: 'float64', dims: { I: shape[0], H: shape[1] }, path });
  return { W: draw(forW, first, 'W'), b: zeros([first[1]]), V: draw(forV, second, 'V'), c: zeros([second[1]]) };
}

import { foldIn, key, mul, normal, slice, sub } from '@throughline/autograd';
import { spectralRadius } from '@throughline/autograd/linalg';
import { elman, type ParamsOf, rnn, unroll } from '@throughline/rnn';
import { influence, lyapunov, total } from '@throughline/rnn/analysis';
import type { Tensor } from '@throughline/tensor';
import {
  adam,
  addingTask,
  type CellModelParams,
  cellModel,
  globalNorm,
  type TaskBatch,
  taskLoss,
} from '@throughline/train';
import type { Work } from '../claim.ts';
import { fit } from '../fit.ts';

/** What a net does to a gradient on its way back. */
export interface Fate {
  /** Of the recurrent matrix. */
  readonly radius: number;
  /** The largest Lyapunov exponent: ln of the growth per step. */
  readonly exponent: number;
  /** The largest singular value of ∂h[T]/∂h[T − k], k = 0…60. */
  readonly norms: readonly number[];
}

/** What is measured for a seed. */
export interface Radii {
  /** Linear nets, at each of `linearRadii`. */
  readonly linear: readonly Fate[];
  /** A tanh net as it starts, its U scaled to 0.9. */
  readonly fresh: Fate;
  /** One that was trained until its U had the radius 1.19. */
  readonly trained: Fate;
  /** Its radius when the training ended, before it was scaled back. */
  readonly reached: number;
  /** Updates it took, and what it had learned by then, beside the baseline 1/6. */
  readonly updates: number;
  readonly loss: number;
  /** The trained net's U and tanh taken out of it. */
  readonly withoutTanh: Fate;
  /** How far two runs of the trained net that start close together are from what the Jacobian says, relatively. */
  readonly differences: number;
}

export const linearRadii = [0.8, 0.9, 1.1, 1.19] as const;
/** The radius of the trained net. */
export const target = 1.19;

const sizes = { full: { H: 24, T: 100, taskT: 10, updates: 3000 }, test: { H: 4, T: 8, taskT: 4, updates: 3 } };
const linear = elman({ name: 'linear', activation: (x) => x });
type Elman = typeof rnn | typeof linear;
type Params = ParamsOf<typeof rnn.params>;

/** Linear and tanh nets of given spectral radii, of one seed. */
export async function measureRadii(seed: number, work: Work): Promise<Radii> {
  const { H, T, taskT } = sizes[work.budget];
  const from = key(seed);
  const start = rnn.init(foldIn(from, 1), { I: 2, H });
  const xs = addingTask({ T, batch: 1 }).batch(foldIn(from, 2)).inputs;
  const lines: Fate[] = [];
  for (const radius of linearRadii) {
    await work.turn();
    lines.push(fateOf(linear, scaledTo(start, radius), xs));
  }
  work.progress(0.2);
  const fresh = fateOf(rnn, scaledTo(start, 0.9), xs);
  const { params, reached, updates, loss } = await trainToRadius(foldIn(from, 3), taskT, work);
  work.progress(0.8);
  return {
    linear: lines,
    fresh,
    trained: fateOf(rnn, params, xs),
    reached,
    updates,
    loss,
    withoutTanh: fateOf(linear, params, xs),
    differences: differences(params, xs),
  };
}

/** The same net with U scaled to a spectral radius. */
function scaledTo(params: Params, radius: number): Params {
  const U = mul(params.h.U, radius / spectralRadius(params.h.U).item());
  return { h: { ...params.h, U } };
}

function fateOf(cell: Elman, params: Params, xs: Tensor): Fate {
  const run = unroll(cell, params, xs);
  const [exponent = Number.NaN] = lyapunov(run, { count: 1 }).exponents;
  const norms = influence(run).to(run.steps).toReversed();
  // Six digits of the last steps are enough for a picture, and for who asks whether it is more than 1.
  const kept = norms.slice(0, 61).map((norm) => Number(norm.toPrecision(6)));
  return { radius: spectralRadius(params.h.U).item(), exponent, norms: kept };
}

/** Trains on adding until the radius is reached, and scales back how far it went beyond. */
async function trainToRadius(from: Tensor, T: number, work: Work) {
  const { H, updates } = sizes[work.budget];
  const task = addingTask({ T, batch: 16 });
  const model = cellModel(task, rnn, { H });
  const lossOf = (params: CellModelParams, batch: TaskBatch): Tensor =>
    taskLoss(task, model.apply(params, batch), batch);
  const own = ({ cell }: CellModelParams): Params => cell as unknown as Params; // the net's own
  let isThere = false;
  const { params, step } = await fit(
    {
      params: model.init(foldIn(from, 1)),
      loss: lossOf,
      batches: (_, drawn) => task.batch(drawn),
      optimizer: adam({ rate: 0.003 }),
      steps: updates,
      clip: 1,
      key: foldIn(from, 2),
      evaluate(at) {
        isThere ||= spectralRadius(own(at).h.U).item() >= target;
      },
      evaluateEvery: 5,
    },
    work,
    { share: [0.2, 0.8], until: () => isThere },
  );
  const reached = spectralRadius(own(params).h.U).item();
  const loss = lossOf(params, task.batch(foldIn(from, 3), 256)).item();
  return { params: scaledTo(own(params), target), reached, updates: step, loss };
}

/** How far two runs that start a little apart are from ∂h[5]/∂h[0]·v, relative to its length. */
function differences(params: Params, xs: Tensor): number {
  const steps = Math.min(5, xs.shape[0] as number); // [T, 1, 2]
  const inputs = slice(xs, [0, 0, 0], [steps, 1, 2]);
  const start = rnn.initialState(dimsOf(params), 1);
  const direction = normal(key(5), start.h.shape);
  const step = 1e-5;
  const end = (by: number): Tensor => unroll(rnn, params, inputs, { from: { h: mul(direction, by) } }).last.h;
  const slope = mul(sub(end(step), end(-step)), 1 / (2 * step));
  const { h } = unroll(rnn, params, inputs, { from: start }).lines;
  const pushed = total(h.at(steps), h.at(0)).jvp(direction);
  return globalNorm([sub(slope, pushed)]).item() / globalNorm([pushed]).item();
}

const dimsOf = ({ h: { W, U } }: Params) => ({ I: W.shape[0] as number, H: U.shape[0] as number }); // matrices

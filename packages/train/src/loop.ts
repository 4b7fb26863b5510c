import { foldIn } from '@throughline/autograd';
import { ArgumentError, type Tensor } from '@throughline/tensor';
import { nonFinite } from './clip.ts';
import type { DivergedEvent, EvaluateEvent, History, StepEvent, TrainEvent, TrainResult } from './events.ts';
import type { Optimizer, OptimizerState } from './optimizers/optimizer.ts';
import { stepper } from './stepper.ts';
import { turns } from './turns.ts';

/** What `train` takes. */
export interface TrainOptions<P, B, S extends OptimizerState, E = unknown> {
  /** Where to start. */
  readonly params: P;
  /** A scalar to make small. */
  loss(params: P, batch: B): Tensor;
  /** The batch of a step (from 1 up), from a key of its own: a pure function, so that a run can be repeated. */
  batches(step: number, key: Tensor): B;
  readonly optimizer: Optimizer<S>;
  /** Updates to make. */
  readonly steps: number;
  /** What every step's key is folded from. */
  readonly key: Tensor;
  /** The largest norm of the gradient; longer ones are scaled down to it. */
  readonly clip?: number;
  /**
   * Whether a step is compiled (true by default): the loss is then run once per set of types of its batches, on abstract
   * values, and what it uses beside its arguments is a constant from then on. A loss that reads numbers runs as written.
   */
  readonly compiled?: boolean;
  /** Looks at the parameters after every `evaluateEvery` updates, and after the last one. */
  evaluate?(params: P, step: number): E;
  readonly evaluateEvery?: number;
  /** Stops before the next step; what was learned is returned. */
  readonly signal?: { readonly aborted: boolean };
  /** Goes on from a result: its parameters, state and step count. */
  readonly from?: Pick<TrainResult<P, S, E>, 'params' | 'state' | 'step'>;
}

/**
 * Trains: draws a batch, takes the gradient, clips it, updates; and says so, one event per step.
 *
 * The events are `step`, `evaluate`, and last one of `done`, `aborted` and `diverged`, which carries the result. A loss,
 * gradient or update that is not finite ends the run before it is applied: the result holds the parameters that gave it. Nothing is
 * printed, and nothing of the arguments is changed. The same arguments give the same bits; only the turns that it gives to
 * timers and input (about 60 a second) depend on time.
 * @throws ArgumentError for an option out of range; what loss and batches throw.
 * @example (await finish(train({ params: tensor(3), loss: (p) => mul(p, p), batches: () => null, optimizer: sgd({ rate: 0.25 }), steps: 2, key: key(1) }))).params   // f64[] 0.75
 */
export async function* train<P, B, S extends OptimizerState, E = unknown>(
  options: TrainOptions<P, B, S, E>,
): AsyncGenerator<TrainEvent<P, S, E>, void, undefined> {
  check(options);
  const { loss, optimizer, steps, key, clip, compiled = true, evaluate, evaluateEvery = steps } = options;
  const history: History<E> = { loss: [], gradientNorm: [], evaluations: [] };
  const params = options.from?.params ?? options.params;
  const start = { params, state: options.from?.state ?? optimizer.init(params) };
  const learner = stepper({ loss: (at: P, batch: B) => loss(at, batch), optimizer, clip, start, compiled });
  const first = (options.from?.step ?? 0) + 1;
  const result = (step: number): TrainResult<P, S, E> => ({ ...learner.read(), step, history });
  const yieldTurn = turns();

  for (let step = first; step < first + steps; step++) {
    await yieldTurn();
    if (options.signal?.aborted === true) {
      yield { type: 'aborted', step: step - 1, result: result(step - 1) };
      return;
    }
    const batch = options.batches(step, foldIn(key, step));
    const { sound, ...numbers } = learner.step(batch);
    const event: StepEvent = { type: 'step', step, steps: first + steps - 1, ...numbers };
    const diverged = checkFinite(event, sound, () => learner.gradient(batch));
    if (diverged !== null) {
      yield { ...diverged, result: result(step - 1) };
      return;
    }
    history.loss.push(event.loss);
    history.gradientNorm.push(event.gradientNorm);
    yield event;
    if (evaluate !== undefined && ((step - first + 1) % evaluateEvery === 0 || step === event.steps)) {
      const evaluation: EvaluateEvent<E> = { type: 'evaluate', step, value: evaluate(learner.read().params, step) };
      history.evaluations.push({ step, value: evaluation.value });
      yield evaluation;
    }
  }
  const last = first + steps - 1;
  yield { type: 'done', step: last, result: result(last) };
}

/** Runs a training to its end and returns the result, however it ended. */
export async function finish<P, S extends OptimizerState, E>(
  events: AsyncIterable<TrainEvent<P, S, E>>,
  watch: (event: TrainEvent<P, S, E>) => void = () => {},
): Promise<TrainResult<P, S, E> & { readonly end: 'done' | 'aborted' | 'diverged' }> {
  for await (const event of events) {
    watch(event);
    if ('result' in event) return { ...event.result, end: event.type };
  }
  throw new ArgumentError('finish', 'the events ended without a result. Pass what train(…) returned, once.');
}

const remedy = 'debugNonFinite(grad(loss))(params, batch) names the op that made it first, and why.';

/** Says what is not finite, if anything is. */
function checkFinite(
  { step, loss, gradientNorm }: StepEvent,
  sound: boolean,
  gradient: () => unknown,
): Omit<DivergedEvent<never, never>, 'result'> | null {
  if (!Number.isFinite(loss)) {
    return {
      type: 'diverged',
      step,
      loss,
      gradientNorm,
      leaf: null,
      message: `step ${step}: the loss is ${loss}. ${remedy}`,
    };
  }
  if (Number.isFinite(gradientNorm)) {
    if (sound) return null;
    const numbers = `the loss is ${loss} and the gradient's norm ${gradientNorm}`;
    const message = `step ${step}: ${numbers}, but the update would give parameters that are not finite, so it was not made. Look at the learning rate.`;
    return { type: 'diverged', step, loss, gradientNorm, leaf: null, message };
  }
  const leaf = nonFinite(gradient());
  const message = `step ${step}: the loss is ${loss}, but the gradient's norm is ${gradientNorm}${leaf === null ? '' : `; first at ${leaf}`}. ${remedy}`;
  return { type: 'diverged', step, loss, gradientNorm, leaf, message };
}

function check({ steps, evaluateEvery, clip }: { steps: number; evaluateEvery?: number; clip?: number }): void {
  if (!Number.isInteger(steps) || steps < 0) throw new ArgumentError('train', `steps is ${steps}, not a count.`);
  if (evaluateEvery !== undefined && (!Number.isInteger(evaluateEvery) || evaluateEvery < 1)) {
    throw new ArgumentError('train', `evaluateEvery is ${evaluateEvery}, not an integer from 1 up.`);
  }
  if (clip !== undefined && !(clip > 0 && clip < Infinity))
    throw new ArgumentError('train', `clip is ${clip}, not a number above 0.`);
}

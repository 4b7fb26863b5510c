import { finish, type OptimizerState, type TrainOptions, type TrainResult, train } from '@throughline/train';
import { Stopped, type Work } from './claim.ts';

/** A training's result, and how it ended; `done` also when it had reached what was asked for. */
export type Fitted<P, S extends OptimizerState, E> = TrainResult<P, S, E> & { readonly end: 'done' | 'diverged' };

/** How a training stands within a measurement. */
export interface FitOptions {
  /** Which part of the seed's work it is, from 0 to 1. */
  readonly share?: readonly [from: number, to: number];
  /** Asked before every update: whether that was enough. */
  until?(): boolean;
}

/**
 * Trains, compiled, within a measurement.
 *
 * @throws Stopped after the work's signal.
 */
export async function fit<P, B, S extends OptimizerState, E = unknown>(
  options: TrainOptions<P, B, S, E>,
  work: Work,
  { share: [from, to] = [0, 1], until = () => false }: FitOptions = {},
): Promise<Fitted<P, S, E>> {
  await work.turn();
  const signal = {
    get aborted() {
      return work.signal.aborted || until();
    },
  };
  const result = await finish(train({ ...options, signal }), (event) => {
    if (event.type === 'step') work.progress(from + ((to - from) * event.step) / event.steps);
  });
  if (work.signal.aborted) throw new Stopped('stopped by the signal');
  return { ...result, end: result.end === 'aborted' ? 'done' : result.end };
}

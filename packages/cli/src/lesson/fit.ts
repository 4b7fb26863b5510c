import { finish, type OptimizerState, type TrainOptions, type TrainResult, train } from '@throughline/train';
import { Stopped, type Work } from './claim.ts';

/** A training's result, and whether it came to its end. */
export type Fitted<P, S extends OptimizerState, E> = TrainResult<P, S, E> & { readonly end: 'done' | 'diverged' };

/**
 * Trains, compiled, within a measurement: `share` says which part of the seed's work this training is, from 0 to 1.
 *
 * @throws Stopped after the work's signal.
 */
export async function fit<P, B, S extends OptimizerState, E = unknown>(
  options: TrainOptions<P, B, S, E>,
  work: Work,
  share: readonly [from: number, to: number] = [0, 1],
): Promise<Fitted<P, S, E>> {
  const [from, to] = share;
  const result = await finish(train({ ...options, signal: work.signal }), (event) => {
    if (event.type === 'step') work.progress(from + ((to - from) * event.step) / event.steps);
  });
  if (result.end === 'aborted') throw new Stopped('stopped by the signal');
  return { ...result, end: result.end };
}

import { ArgumentError } from '@throughline/tensor';
import { useThreading } from '../run/team-hook.ts';
import { defineBarrier } from './barrier.ts';
import { canShare, type StartOptions, start, ThreadError, threadCount } from './pool.ts';
import { splitThreads } from './split.ts';
import { attach, stalled } from './team.ts';

/**
 * Lets compiled functions run on `count` threads, the calling one included. Results have the same bits for any number.
 * More threads than processors are slower than one. In a page it takes cross-origin isolation.
 *
 * @example (await startThreads(1), threadCount())   // 1
 */
export function startThreads(count: number, options: StartOptions = {}): Promise<void> {
  if (!Number.isInteger(count) || count < 1 || count > 1024) {
    const given = typeof count === 'number' ? count : `${typeof count} ${JSON.stringify(count)}`;
    const error = `${given} is not a number of threads. Give an integer from 1 to 1024; the calling thread counts.`;
    return Promise.reject(new ArgumentError('startThreads', error));
  }
  const isLoss = (error: unknown): boolean => error instanceof ThreadError;
  useThreading({ count: threadCount, canShare, split: splitThreads, defineBarrier, attach, stalled, isLoss });
  return start(count, options);
}

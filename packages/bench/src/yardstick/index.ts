import type { Size } from '../workloads/sizes.ts';

/** Which of the hand-written schedules. */
export interface YardstickOptions {
  readonly fast: boolean;
  readonly threads: number;
}

/** A step whose schedule was written by hand. */
export interface Yardstick {
  run(): unknown;
}

/** The hand-scheduled LSTM gradient step, against which the compiler's is held; null where there is none. */
export const yardstick = (_size: Size, _options: YardstickOptions): Yardstick | null => null;

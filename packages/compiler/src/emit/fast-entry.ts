import { Entry } from '../entry.ts';
import type { Elementary } from './expression.ts';
import type { FloatLanes } from './floats.ts';
import type { Value } from './graph.ts';

/** Arithmetic that promises no bits. */
export interface FastArithmetic {
  /** Whether this engine can fuse multiplications with additions. */
  canFuse(): boolean;
  /** a + b, or a − b, with a product in it fused; undefined if there is none. */
  fused(m: FloatLanes, op: 'add' | 'sub', a: Value, b: Value): Value | undefined;
  /** Shorter float32 functions. */
  readonly steps: Elementary;
  /** x without what is left of numbers that have vanished. */
  withoutTraces(m: FloatLanes, x: Value): Value;
}

export const fastEntry = new Entry<FastArithmetic>('fast');

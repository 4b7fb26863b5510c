import { ArgumentError, AxisError, formatType, ShapeError, type Tensor } from '@throughline/tensor';
import { pad } from '../pad.ts';
import { checkCount } from './check.ts';

/**
 * What stands around a sequence: nothing; as much as gives ⌈T / stride⌉ results, one more behind than in front if odd; all
 * in front, so that no result sees what comes after it; or as many as are given.
 */
export type Padding = 'valid' | 'same' | 'causal' | readonly [low: number, high: number];

/** Options of ops that slide a window along time. */
export interface SlidingOptions {
  /** From one window to the next. */
  readonly stride?: number;
  /** From an element of a window to the next; 1 by default. */
  readonly dilation?: number;
  /** 'valid' by default. */
  readonly padding?: Padding;
  /** x is [B, T, …, C] in place of [T, …, C]. */
  readonly batchFirst?: boolean;
}

/** A checked call: the axis of time, how windows lie along it, and what is added at its ends. */
export interface Sliding {
  readonly axis: number;
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly low: number;
  readonly high: number;
}

/** Reads the options of `op`, throwing unless they fit x. */
export function slidingOf(op: string, x: Tensor, size: number, options: SlidingOptions, step: number): Sliding {
  const { stride = step, dilation = 1 } = options;
  for (const [name, count] of Object.entries({ size, stride, dilation })) checkCount(op, name, count);
  const axis = timeAxis(op, x, options.batchFirst);
  const span = (size - 1) * dilation + 1;
  const extent = x.shape[axis] ?? 0;
  const [low, high] = amounts(op, options.padding ?? 'valid', extent, span, stride);
  if (low + extent + high < span) {
    throw new ShapeError(
      op,
      `a window of ${span} does not fit into axis ${axis} of ${formatType(x)}, padded by ${low} and ${high}. Use padding: 'causal', or a shorter window.`,
    );
  }
  return { axis, size, stride, dilation, low, high };
}

/** x with `value` at both ends. */
export function padded(x: Tensor, { axis, low, high }: Sliding, value: number): Tensor {
  const around = (amount: number): number[] => x.shape.map((_, a) => (a === axis ? amount : 0));
  return low + high === 0 ? x : pad(x, around(low), around(high), { value });
}

/** 0, or 1 with `batchFirst`. */
export function timeAxis(op: string, x: Tensor, batchFirst = false): number {
  const axis = batchFirst ? 1 : 0;
  if (x.rank > axis) return axis;
  throw new AxisError(op, `time is axis ${axis}, which ${formatType(x)} does not have. Use expandDims.`);
}

function amounts(
  op: string,
  padding: Padding,
  extent: number,
  span: number,
  stride: number,
): readonly [number, number] {
  if (padding === 'valid') return [0, 0];
  if (padding === 'causal') return [span - 1, 0];
  if (padding === 'same') {
    const total = Math.max(0, (Math.ceil(extent / stride) - 1) * stride + span - extent);
    const low = Math.floor(total / 2);
    return [low, total - low];
  }
  if (!Array.isArray(padding) || padding.length !== 2) {
    throw new ArgumentError(op, `padding is ${String(padding)}. Use 'valid', 'same', 'causal' or [low, high].`);
  }
  checkCount(op, 'padding[0]', padding[0], 0);
  checkCount(op, 'padding[1]', padding[1], 0);
  return [padding[0], padding[1]];
}

/** @file What slices and splits take of their operand. */
import { type Equation, known } from '@throughline/autograd/back-end';
import type { Shape } from '@throughline/tensor';

/** A slice's params: of each axis, where it starts and stops, and by which step. */
export type Ranges = { readonly [list in 'starts' | 'stops' | 'steps']: readonly number[] };

/** Indices from `start` up to `stop` of one axis, and all of the others. */
export const rangeAlong = (shape: Shape, axis: number, start: number, stop: number): Ranges => ({
  starts: shape.map((_, d) => (d === axis ? start : 0)),
  stops: shape.with(axis, stop),
  steps: shape.map(() => 1),
});

/** Whether all of an axis is taken, in its order. */
export const takesAll = ({ starts, stops, steps }: Ranges, shape: Shape, axis: number): boolean =>
  starts[axis] === 0 && stops[axis] === shape[axis] && steps[axis] === 1;

/** What a slice, or a split's k-th result, takes of its operand of this shape. */
export function rangesOf(
  { primitive, params }: Pick<Equation, 'primitive' | 'params'>,
  k: number,
  shape: Shape,
): Ranges | null {
  if (primitive === known.slice) return params as unknown as Ranges; // a slice's params are these
  if (primitive !== known.split) return null;
  const { sizes, axis } = params as unknown as { sizes: readonly number[]; axis: number }; // of split
  const start = sizes.slice(0, k).reduce((a, b) => a + b, 0);
  return rangeAlong(shape, axis, start, start + (sizes[k] ?? 0));
}

import { AxisError, formatType, normalizeAxes, normalizeAxis, ShapeError, type Tensor } from '@throughline/tensor';
import { reshape } from '../primitives/reshape.ts';
import { slice } from '../primitives/slice-pad.ts';
import { without } from '../primitives/sum-broadcast.ts';

/**
 * One slice along an axis, which it loses: `at(xs, t)` is step t. A negative index counts from the end.
 *
 * Shapes: `axis` is dropped. Gradient: ȳ at the index, 0 elsewhere.
 * @throws AxisError when the index is not an integer within the axis, or the axis is out of range.
 * @example at(tensor([[1, 2], [3, 4]]), -1)     // f64[2] [3, 4]
 * @example at(tensor([[1, 2], [3, 4]]), 0, 1)   // f64[2] [1, 3]
 */
export function at(x: Tensor, index: number, axis = 0): Tensor {
  const a = normalizeAxis('at', axis, x);
  const extent = x.shape[a] ?? 0;
  if (!Number.isInteger(index) || index < -extent || index >= extent) {
    const remedy = extent === 0 ? 'It is empty.' : `Use ${-extent} to ${extent - 1}.`;
    throw new AxisError('at', `index ${index} is out of range for axis ${a} of ${formatType(x)}. ${remedy}`);
  }
  const start = index < 0 ? index + extent : index;
  const starts = x.shape.map((_, k) => (k === a ? start : 0));
  return reshape(slice(x, starts, x.shape.with(a, start + 1)), without(x.shape, [a]));
}

/**
 * A new axis of extent 1, before axis `axis` of x; −1 puts it last.
 *
 * Shapes: [..., ...] → [..., 1, ...]. Gradient: x̄ = ȳ without it.
 * @throws AxisError when the axis is out of range.
 * @example expandDims(tensor([1, 2]), 1)   // f64[2,1] [[1], [2]]
 */
export function expandDims(x: Tensor, axis: number): Tensor {
  const a = normalizeAxis('expandDims', axis, { dtype: x.dtype, shape: [...x.shape, 1] });
  return reshape(x, x.shape.toSpliced(a, 0, 1));
}

/**
 * Drops axes of extent 1: those named, or all there are.
 *
 * Shapes: [..., 1, ...] → [..., ...]. Gradient: x̄ = ȳ with the axes put back.
 * @throws ShapeError when a named axis has another extent; AxisError when one is out of range or named twice.
 * @example squeeze(tensor([[[1], [2]]]))   // f64[2] [1, 2]
 */
export function squeeze(x: Tensor, axes?: number | readonly number[]): Tensor {
  const ones = x.shape.flatMap((extent, axis) => (extent === 1 ? [axis] : []));
  const list = axes === undefined ? ones : normalizeAxes('squeeze', axes, x);
  const wrong = list.find((axis) => x.shape[axis] !== 1);
  if (wrong !== undefined) {
    throw new ShapeError(
      'squeeze',
      `axis ${wrong} of ${formatType(x)} has extent ${x.shape[wrong]}, not 1. Use at or reshape.`,
    );
  }
  return reshape(x, without(x.shape, list));
}

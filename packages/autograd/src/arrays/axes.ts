import { AxisError, formatType, normalizeAxis, type Tensor } from '@throughline/tensor';
import { transpose } from '../primitives/transpose.ts';

/**
 * One axis, or several, moved to another place; the others keep their order.
 *
 * Shapes: the extents move with their axes. Dtypes: any. Gradient: ȳ with the axes put back.
 * @throws AxisError when an axis is out of range or named twice, or there are not as many places as axes.
 * @example moveAxis(tensor([[[1, 2]]]), 2, 0)   // f64[2,1,1] [[[1]], [[2]]]
 */
export function moveAxis(
  x: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  const [from, to] = [source, destination].map((list) => listed(x, list)) as [number[], number[]]; // two
  if (from.length !== to.length) {
    throw new AxisError('moveAxis', `axes [${from}] of ${formatType(x)} and places [${to}] differ in number.`);
  }
  const others = x.shape.map((_, axis) => axis).filter((axis) => !from.includes(axis));
  const order = x.shape.map((_, place) => {
    const moved = from[to.indexOf(place)];
    return moved ?? (others.shift() as number); // as many as there are places left
  });
  return transpose(x, order);
}

function listed(x: Tensor, axes: number | readonly number[]): number[] {
  const list = (typeof axes === 'number' ? [axes] : axes).map((axis) => normalizeAxis('moveAxis', axis, x));
  if (new Set(list).size === list.length) return list;
  throw new AxisError('moveAxis', `[${list}] names an axis of ${formatType(x)} twice.`);
}

/**
 * Two axes in each other's place.
 *
 * Shapes: the two extents change places. Dtypes: any. Gradient: the same of ȳ.
 * @throws AxisError when an axis is out of range.
 * @example swapAxes(tensor([[1, 2]]), 0, 1)   // f64[2,1] [[1], [2]]
 */
export function swapAxes(x: Tensor, axis1: number, axis2: number): Tensor {
  const [a, b] = [normalizeAxis('swapAxes', axis1, x), normalizeAxis('swapAxes', axis2, x)];
  const order = x.shape.map((_, axis) => axis);
  return transpose(x, order.with(a, b).with(b, a));
}

import { type Shape, sameShape, stridesOf, type Tensor, type TensorType } from '@throughline/tensor';
import { reshape } from '../../primitives/reshape.ts';
import { broadcastTo } from '../../primitives/sum-broadcast.ts';
import { transpose } from '../../primitives/transpose.ts';
import type { Piece } from '../../semantics.ts';
import type { Application, Graph } from './rule.ts';

/** For each axis of a result, the axis of x that it walks along, or null where x is repeated or the extent is 1. */
export type AxisMap = readonly (number | null)[];

/** The result types of an application. */
export const resultsOf = ({ primitive, inputs, params }: Application): readonly TensorType[] =>
  primitive.infer(inputs, params);

/** The pieces of a view; undefined for anything else. */
export function piecesOf(application: Application): readonly Piece[] | undefined {
  const { semantics } = application.primitive;
  if (semantics.kind !== 'view') return undefined;
  return semantics.pieces(application.inputs, resultsOf(application), application.params);
}

/** Reads a view as a permutation and repetition of axes, when that is what it is: transposes, broadcasts, unit axes. */
export function axisMap(application: Application): AxisMap | undefined {
  const [x] = application.inputs;
  const [y] = resultsOf(application);
  if (x === undefined || y === undefined || application.inputs.length > 1) return undefined;
  const [piece, ...more] = piecesOf(application) ?? [];
  if (piece === undefined || more.length > 0 || piece.from.offset !== 0 || y.shape.includes(0)) return undefined;
  if (!isDense(piece, y)) return unitAxes(x.shape, y.shape);
  const strides = stridesOf(x.shape);
  const map = y.shape.map((extent, axis): number | null | undefined => {
    const stride = piece.from.strides[axis];
    if (extent === 1 || stride === 0) return null;
    const own = strides.findIndex((s, a) => s === stride && x.shape[a] === extent);
    return own < 0 ? undefined : own;
  });
  const known = map.filter((axis): axis is number | null => axis !== undefined);
  const walked = known.filter((axis) => axis !== null);
  const isWhole = x.shape.every((extent, axis) => extent === 1 || walked.includes(axis));
  return known.length === map.length && new Set(walked).size === walked.length && isWhole ? known : undefined;
}

const isDense = ({ shape, to }: Piece, y: TensorType): boolean =>
  to.offset === 0 && sameShape(shape, y.shape) && sameShape(to.strides, stridesOf(y.shape));

/** A reshape that only adds or drops axes of extent 1. */
function unitAxes(from: Shape, to: Shape): AxisMap | undefined {
  const own = from.flatMap((extent, axis) => (extent === 1 ? [] : [axis]));
  let next = 0;
  const map = to.map((extent) => (extent === 1 ? null : (own[next++] ?? -1)));
  const fits = next === own.length && map.every((axis, i) => axis === null || from[axis] === to[i]);
  return fits ? map : undefined;
}

/** An axis map made of at most one transpose, one reshape and one broadcast, in this order. */
export function applyAxes(x: Tensor, map: AxisMap, shape: Shape): Tensor {
  const walked = map.filter((axis) => axis !== null);
  const order = [...x.shape.keys()];
  const moved = needsTranspose(walked) ? transpose(x, mergeOrder(order, walked)) : x;
  const kept = shape.map((extent, i) => (map[i] === null ? 1 : extent));
  const firstKept = map.findIndex((axis) => axis !== null);
  const trimmed = firstKept < 0 ? [] : kept.slice(firstKept);
  const aligned = alignsWith(moved.shape, shape) ? moved : reshape(moved, trimmed);
  return broadcastTo(aligned, shape);
}

/** How many equations `applyAxes` takes. */
export function costOf(x: TensorType, map: AxisMap, shape: Shape): number {
  const walked = map.filter((axis) => axis !== null);
  const transposed = needsTranspose(walked)
    ? mergeOrder([...x.shape.keys()], walked).map((a) => x.shape[a] ?? 1)
    : x.shape;
  const aligned = alignsWith(transposed, shape);
  const firstKept = map.findIndex((axis) => axis !== null);
  const trimmed = shape
    .map((extent, i) => (map[i] === null ? 1 : extent))
    .slice(firstKept < 0 ? shape.length : firstKept);
  const before = aligned ? transposed : trimmed;
  return (
    (needsTranspose(walked) ? 1 : 0) +
    (aligned || sameShape(transposed, trimmed) ? 0 : 1) +
    (sameShape(before, shape) ? 0 : 1)
  );
}

const needsTranspose = (walked: readonly number[]): boolean => walked.some((axis, i) => axis < (walked[i - 1] ?? -1));

/** The walked axes in their new order, at the places they had; axes of extent 1 stay where they are. */
function mergeOrder(order: readonly number[], walked: readonly number[]): number[] {
  let next = 0;
  return order.map((axis) => (walked.includes(axis) ? (walked[next++] ?? axis) : axis));
}

/** Whether broadcasting alone takes `from` to `to`. */
function alignsWith(from: Shape, to: Shape): boolean {
  const lead = to.length - from.length;
  return lead >= 0 && from.every((extent, axis) => extent === to[axis + lead] || extent === 1);
}

/** The value below a chain of axis maps, the chain as one map, and its length. */
export function chainOf(
  graph: Graph,
  x: Tensor,
): { readonly root: Tensor; readonly map: AxisMap; readonly length: number } {
  const source = graph.sourceOf(x);
  const map = source && axisMap(source);
  const inner = source?.inputs[0];
  if (map === undefined || inner === undefined) {
    return { root: x, map: x.shape.map((extent, axis) => (extent === 1 ? null : axis)), length: 0 };
  }
  const below = chainOf(graph, inner);
  return { root: below.root, map: compose(map, below.map), length: below.length + 1 };
}

/** First `inner`, then `outer`. */
export const compose = (outer: AxisMap, inner: AxisMap): AxisMap =>
  outer.map((axis) => (axis === null ? null : (inner[axis] ?? null)));

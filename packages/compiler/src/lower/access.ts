/** @file Where the elements of a view lie: the algebra of strides. */
import type { Piece } from '@throughline/autograd/back-end';
import { type Shape, sizeOf, stridesOf } from '@throughline/tensor';
import type { Access } from '../plan/ir.ts';

/** Some indices of a view: how many, how far each moves in memory, and where it stands in the result, row-major. */
interface Axis {
  readonly extent: number;
  readonly from: number;
  readonly to: number;
}

/** All elements of a shape, row-major from the start of a buffer. */
export const wholeBuffer = (buffer: number, shape: Shape): Access => ({
  buffer,
  offset: 0,
  strides: stridesOf(shape),
  steps: [],
});

/** The same places under other axes. */
export const withStrides = (access: Access, strides: readonly number[], moved = 0): Access => ({
  ...access,
  offset: access.offset + moved,
  strides,
});

export const sameAccess = (a: Access, b: Access): boolean => keyOf(a) === keyOf(b);

/** Two accesses of one shape with equal keys are the same places. */
export const keyOf = ({ buffer, offset, strides, steps }: Access): string =>
  `${buffer} ${offset} ${strides} ${steps.map(({ loop, stride }) => `${loop}:${stride}`)}`;

/** Whether an access over a shape visits consecutive elements. */
export function isContiguous({ strides }: Access, shape: Shape): boolean {
  const dense = stridesOf(shape);
  return sizeOf(shape) === 0 || shape.every((extent, axis) => extent === 1 || strides[axis] === dense[axis]);
}

/** A view's one piece as an access over the result's shape; null where strides cannot say it. `access` is over `shape`. */
export function viewAccess(access: Access, shape: Shape, piece: Piece, result: Shape): Access | null {
  if (sizeOf(result) === 0) return withStrides(access, new Array<number>(result.length).fill(0));
  const dense = stridesOf(shape);
  const groups = merged(shape.map((extent, axis) => groupOf(extent, dense[axis], access.strides[axis])));
  const axes = locate(groups, piece)?.toSorted((a, b) => b.to - a.to);
  if (axes === undefined) return null;
  let rest = sizeOf(result);
  const cover = axes.every(({ extent, to }) => {
    const isNext = to * extent === rest;
    rest = to;
    return isNext;
  });
  if (!cover || rest !== 1) return null;
  // the axes, as groups, are what the result's axes are to lie in: each in one
  const to = { offset: 0, strides: stridesOf(result) };
  const places = locate(merged(axes.map(({ extent, from, to }) => groupOf(extent, to, from))), {
    shape: result,
    from: to,
    to,
  });
  const wide = result.filter((extent) => extent !== 1);
  if (places?.length !== wide.length) return null;
  const strides = result.map((extent) => (extent === 1 ? 0 : (places.shift() as Axis).from)); // as many
  return withStrides(access, strides, start(groups, piece.from.offset));
}

/** A run of logical places that lie evenly in memory: `unit` logical elements are `stride` elements there. */
interface Group {
  readonly extent: number;
  readonly unit: number;
  readonly stride: number;
}

const groupOf = (extent: number, unit = 1, stride = 0): Group => ({ extent, unit, stride });

/** Axes, outermost first, merged where one goes on where the next ends. */
function merged(axes: readonly Group[]): Group[] {
  const groups: Group[] = [];
  for (const group of axes) {
    if (group.extent === 1) continue;
    const last = groups.at(-1);
    if (last?.stride === group.stride * group.extent) {
      groups.pop();
      groups.push({ ...group, extent: group.extent * last.extent });
    } else groups.push(group);
  }
  return groups;
}

const start = (groups: readonly Group[], offset: number): number =>
  groups.reduce((sum, { extent, unit, stride }) => sum + (Math.floor(offset / unit) % extent) * stride, 0);

/** The piece's axes with their strides in memory: each lies in one group, or is cut where groups meet. */
function locate(groups: readonly Group[], piece: Pick<Piece, 'shape' | 'from' | 'to'>): Axis[] | null {
  const lowest = groups.map(({ extent, unit }) => Math.floor(piece.from.offset / unit) % extent);
  const highest = [...lowest];
  const axes: Axis[] = [];
  const add = (extent: number, from: number, to: number): boolean => {
    if (extent === 1) return true;
    if (from === 0) return axes.push({ extent, from: 0, to }) > 0;
    for (const [g, group] of groups.entries()) {
      const count = from / group.unit;
      const reach = count * (extent - 1);
      const [low, high] = [lowest[g] as number, highest[g] as number]; // one per group
      if (Number.isInteger(count) && low + Math.min(0, reach) >= 0 && high + Math.max(0, reach) < group.extent) {
        lowest[g] = low + Math.min(0, reach);
        highest[g] = high + Math.max(0, reach);
        return axes.push({ extent, from: count * group.stride, to }) > 0;
      }
    }
    // a run over several groups: the part inside the innermost one, and what is left
    const inner = groups.find(({ unit, extent: own }, g) => unit === from && lowest[g] === 0 && extent % own === 0);
    if (inner === undefined || inner.extent === extent) return false;
    return add(inner.extent, from, to) && add(extent / inner.extent, from * inner.extent, to * inner.extent);
  };
  return piece.shape.every((extent, i) => add(extent, piece.from.strides[i] ?? 0, piece.to.strides[i] ?? 0))
    ? axes
    : null;
}

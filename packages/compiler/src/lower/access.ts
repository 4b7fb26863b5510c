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
  const groups = groupsOf(access, shape);
  const axes = locate(groups, piece);
  if (axes === null) return null;
  const strides = arrange(axes, result);
  return strides === null ? null : withStrides(access, strides, start(groups, piece.from.offset));
}

/** A run of logical places of the operand that lie evenly in memory: `unit` logical elements are `stride` elements there. */
interface Group {
  extent: number;
  unit: number;
  stride: number;
}

/** The operand's axes, outermost first, merged where one goes on where the next ends. */
function groupsOf({ strides }: Access, shape: Shape): Group[] {
  const dense = stridesOf(shape);
  const groups: Group[] = [];
  shape.forEach((extent, axis) => {
    if (extent === 1) return;
    const group = { extent, unit: dense[axis] ?? 1, stride: strides[axis] ?? 0 };
    const last = groups.at(-1);
    if (last !== undefined && last.stride === group.stride * extent) {
      last.extent *= extent;
      last.unit = group.unit;
      last.stride = group.stride;
    } else groups.push(group);
  });
  return groups;
}

const start = (groups: readonly Group[], offset: number): number =>
  groups.reduce((sum, { extent, unit, stride }) => sum + (Math.floor(offset / unit) % extent) * stride, 0);

/** The piece's axes with their strides in memory: each lies in one group, or is cut where groups meet. */
function locate(groups: readonly Group[], piece: Piece): Axis[] | null {
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

/** Strides over the result's shape, from axes that cover it once each; null where an axis of the result has no one stride. */
function arrange(axes: readonly Axis[], result: Shape): number[] | null {
  const inner = axes.toSorted((a, b) => a.to - b.to);
  let covered = 1;
  for (const { extent, to } of inner) {
    if (to !== covered) return null;
    covered *= extent;
  }
  if (covered !== sizeOf(result)) return null;
  const rest = inner.map(({ extent, from }) => ({ extent, from }));
  const strides = new Array<number>(result.length).fill(0);
  for (let axis = result.length - 1; axis >= 0; axis--) {
    let wanted = result[axis] as number; // axis < length
    if (wanted === 1) continue;
    const first = rest[0];
    if (first === undefined) return null;
    strides[axis] = first.from;
    let next = first.from;
    while (wanted > 1) {
      const piece = rest[0];
      if (piece === undefined || piece.from !== next) return null;
      if (piece.extent <= wanted) {
        if (wanted % piece.extent !== 0) return null;
        wanted /= piece.extent;
        next = piece.from * piece.extent;
        rest.shift();
      } else {
        if (piece.extent % wanted !== 0) return null;
        rest[0] = { extent: piece.extent / wanted, from: piece.from * wanted };
        wanted = 1;
      }
    }
  }
  return strides;
}

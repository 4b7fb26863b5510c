import type { Shape } from '@throughline/tensor';
import type { Split } from '../plan/ir.ts';
import type { Code, Local } from '../wasm/code.ts';
import type { Emitter } from './emitter.ts';

/** One counted loop. Strides are in elements, one per access. */
export interface Axis {
  readonly extent: number;
  readonly strides: readonly number[];
  /** When threads share it: they split runs of `inner` indices. */
  readonly split?: Split & { readonly inner: number };
}

/** The first index of a loop and the one after its last. */
export interface Range {
  readonly from: number | Local;
  readonly to: number | Local;
}

/** The axes of an iteration space, in order; those of extent 1 dropped. */
export const axesOf = (shape: Shape, strides: readonly (readonly number[])[], split?: Split): Axis[] =>
  shape
    .map((extent, at) => ({
      extent,
      strides: strides.map((list) => list[at] ?? 0),
      ...(split?.axis === at && { split: { ...split, inner: 1 } }),
    }))
    .filter((axis) => axis.extent !== 1 || 'split' in axis);

/** Neighbours that one stride walks as one axis; what threads share begins one. */
export function merged(axes: readonly Axis[]): Axis[] {
  const result: Axis[] = [];
  for (const axis of axes) {
    const { extent, strides } = axis;
    const last = result.at(-1);
    if (axis.split === undefined && last?.strides.every((stride, k) => stride === (strides[k] ?? 0) * extent)) {
      const split = last.split && { split: { ...last.split, inner: last.split.inner * extent } };
      result[result.length - 1] = { extent: last.extent * extent, strides, ...split };
    } else result.push(axis);
  }
  return result;
}

/** Both. */
export const collapse = (...space: Parameters<typeof axesOf>): Axis[] => merged(axesOf(...space));

/** The indices of an axis that this thread has, in locals if others have some. */
export function rangeOf(code: Code, { thread, threads }: Emitter, { extent, split }: Omit<Axis, 'strides'>): Range {
  if (split === undefined) return { from: 0, to: extent };
  const [from, to] = code.locals(2);
  const grain = split.grain * split.inner;
  for (const [next, bound] of [from, to].entries()) {
    code
      .globalGet(thread)
      .i32(next)
      .op('i32Add')
      .i32(Math.ceil(extent / grain))
      .op('i32Mul');
    code.globalGet(threads).op('i32DivU').i32(grain).op('i32Mul').set(bound);
  }
  code.least(to, extent).set(to);
  return { from, to };
}

/** Counted loops around `body`, outermost first; it gets their counters. */
export function nest(
  code: Code,
  [range, ...inner]: readonly Range[],
  body: (counters: readonly Local[]) => void,
  counters: readonly Local[] = [],
): void {
  if (range === undefined) {
    body(counters);
    return;
  }
  const counter = code.local();
  code.count(counter, range.from, range.to, 1, () => nest(code, inner, body, [...counters, counter]));
  code.release(counter);
}

/** What vectors along an axis cost, and `around` them: few accesses in strides, few lanes empty. */
export function costAlong({ extent, strides }: Axis, lanes: number, around: number): number {
  const strided = strides.filter((stride) => stride !== 0 && stride !== 1).length;
  return ((1 + 2 * strided) * Math.ceil(extent / lanes) * lanes + around) / extent;
}

/** Takes the axis out of the list, among some of it, along which vectors cost least for each element; one of extent 1 if there is none. */
export function takeInner(axes: Axis[], lanes: number, among: readonly Axis[] = axes): Axis {
  const cost = (axis: Axis): number => costAlong(axis, lanes, 4);
  const last = among.at(-1) ?? { extent: 1, strides: [] };
  const inner = among.reduceRight((best, axis) => (cost(axis) < cost(best) ? axis : best), last);
  const at = axes.indexOf(inner);
  if (at >= 0) axes.splice(at, 1);
  return inner;
}

import type { Axis, Point } from './chart.ts';
import { formatNumber } from './numbers.ts';

/** The ends of an axis. */
export type Domain = readonly [number, number];

/** Where a value is drawn: as it is, or at the edge because the axis cannot show it. */
export interface Placed {
  readonly at: number;
  readonly clipped: 'low' | 'high' | null;
}

/** Beyond this, the length of an axis could overflow. */
const largest = 1e300;

const usable = (axis: Axis, value: number): boolean =>
  Math.abs(value) <= largest && (axis.scale !== 'log' || value >= floorOf(axis));

const floorOf = (axis: Axis): number => axis.floor ?? 1e-16;

/** The domain of an axis over all values that will be drawn on it. Never empty, never a single point. */
export function fitDomain(axis: Axis, values: Iterable<number>): Domain {
  if (axis.domain) return axis.domain;
  const all = [...values];
  const shown = all.filter((value) => usable(axis, value));
  const low = shown.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = shown.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (axis.scale === 'log') {
    const floor = floorOf(axis);
    if (shown.length === 0) return [floor, Math.max(1, floor * 10)];
    const sunk = all.some((value) => value < floor);
    const bottom = sunk ? floor : Math.max(floor, power(Math.floor(Math.log10(low))));
    const top = power(Math.ceil(Math.log10(high)));
    return top > bottom ? [bottom, top] : [bottom, bottom * 10];
  }
  if (shown.length === 0) return [0, 1];
  const ends: Domain = axis.zero ? [Math.min(0, low), Math.max(0, high)] : [low, high];
  if (ends[0] < ends[1]) return ends;
  const room = Math.max(0.5, Math.abs(low) * 1e-3);
  return [low - room, high + room];
}

/** 10 to an integer, correctly rounded: as the literal is. */
export const power = (exponent: number): number => Number(`1e${exponent}`);

/** Where to draw a value; null leaves a gap (NaN). */
export function place(axis: Axis, [low, high]: Domain, value: number): Placed | null {
  if (Number.isNaN(value)) return null;
  if (value < low) return { at: low, clipped: 'low' };
  if (value > high) return { at: high, clipped: 'high' };
  if (axis.scale === 'log' && value <= 0) return { at: low, clipped: 'low' };
  return { at: value, clipped: null };
}

/** What the picture does not show as it is, in words: one sentence per kind, empty when all is shown. */
export function describeClipped(axis: Axis, domain: Domain, points: Iterable<Point>): string[] {
  let low = 0;
  let high = 0;
  let gaps = 0;
  for (const { y } of points) {
    const placed = place(axis, domain, y);
    if (placed === null) gaps++;
    else if (placed.clipped === 'low') low++;
    else if (placed.clipped === 'high') high++;
  }
  const notes: string[] = [];
  const are = (count: number) => (count === 1 ? '1 value' : `${count} values`);
  if (low > 0)
    notes.push(
      `${are(low)} below ${formatNumber(domain[0])}${axis.scale === 'log' ? ' or zero' : ''}: drawn on the lower edge (▽).`,
    );
  if (high > 0) notes.push(`${are(high)} above ${formatNumber(domain[1])}: drawn on the upper edge (△).`);
  if (gaps > 0) notes.push(`${are(gaps)} NaN: left out.`);
  return notes;
}

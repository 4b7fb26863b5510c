import { broadcastTo } from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';
import type { Link } from '../language/ast.ts';
import { identityMatrix, perRow, spread, type Value } from '../meaning/value.ts';

/** Both sides of a relation, entry by entry, row after row. */
export interface Sides {
  readonly left: Float64Array;
  readonly right: Float64Array;
  /** How far each entry may be off: |left| + |right|. */
  readonly slack: Float64Array;
  /** Axes of one row. */
  readonly shape: readonly number[];
}

/** One entry that was compared. */
export interface Entry {
  readonly row: number;
  readonly index: readonly number[];
  readonly left: number;
  readonly right: number;
  /** How far the relation is from holding or failing, relative to the sides: positive when it fails. */
  readonly excess: number;
  /** |left − right|, and relative to the largest entry of the row. */
  readonly deviation: number;
  readonly relative: number;
}

/** How strictly sides are compared. */
export interface Tolerance {
  /** Of the largest entry of a row. */
  readonly relative: number;
  readonly absolute: number;
}

/** Rounding of reverse mode over a few dozen steps; and of what cancels. */
export const reverseTolerance: Tolerance = { relative: 1e-9, absolute: 1e-13 };
/** Differences resolve a derivative to about ten digits; what they do not resolve is added entry by entry. */
export const differencesTolerance: Tolerance = { relative: 1e-6, absolute: 1e-10 };

/** Two values as arrays of one shape. */
export function sidesOf(left: Value, right: Value, rows: number): Sides {
  const like = [left, right].find(({ kind }) => kind === 'matrix' || kind === 'vector');
  const full = like === undefined ? undefined : perRow(like, rows);
  const [a, b] = [left, right].map((value) => asLike(value, full, rows));
  const shape = full?.shape.slice(1) ?? [];
  const numbers = (x: Tensor | undefined): Float64Array => Float64Array.from(x?.toTypedArray() ?? [], Number);
  const first = numbers(a);
  return { left: first, right: numbers(b), slack: new Float64Array(first.length), shape };
}

function asLike(value: Value, like: Tensor | undefined, rows: number): Tensor {
  if (like === undefined || value.kind === 'vector') return value.x;
  if (value.kind === 'matrix') return perRow(value, rows);
  if (value.kind === 'identity' && like.rank === 3) return identityMatrix(value.x, like.shape[1] ?? 0);
  return broadcastTo(spread(value.x, like.rank), like.shape);
}

/** The entry where the relation is furthest from holding. */
export function worstEntry({ left, right, slack, shape }: Sides, link: Link, tolerance: Tolerance): Entry {
  const size = shape.reduce((a, b) => a * b, 1);
  let worst: Entry | undefined;
  for (let start = 0; start < left.length; start += size) {
    let scale = 0;
    let reference = 0;
    for (let k = start; k < start + size; k++) {
      reference = Math.max(reference, Math.abs(right[k] ?? 0));
      scale = Math.max(scale, reference, Math.abs(left[k] ?? 0));
    }
    for (let k = start; k < start + size; k++) {
      const [a = Number.NaN, b = Number.NaN] = [left[k], right[k]];
      const excess = excessOf(a, b, link, { scale, reference, tolerance, slack: slack[k] ?? 0 });
      if (worst !== undefined && !(excess > worst.excess) && !(Number.isNaN(excess) && !Number.isNaN(worst.excess)))
        continue;
      const deviation = a === b ? 0 : Math.abs(a - b);
      worst = {
        row: start / size,
        index: indexOf(k - start, shape),
        left: a,
        right: b,
        excess,
        deviation,
        relative: deviation === 0 ? 0 : deviation / scale,
      };
    }
  }
  return worst ?? { row: 0, index: [], left: 0, right: 0, excess: Number.NEGATIVE_INFINITY, deviation: 0, relative: 0 };
}

interface Scale {
  readonly scale: number;
  readonly reference: number;
  readonly tolerance: Tolerance;
  readonly slack: number;
}

/** Positive when the relation fails by more than rounding. */
function excessOf(
  a: number,
  b: number,
  { relation, within }: Link,
  { scale, reference, tolerance, slack }: Scale,
): number {
  if (a === b && relation !== '<' && relation !== '>') return Number.NEGATIVE_INFINITY;
  const size = Math.max(Math.abs(a), Math.abs(b));
  if (relation === '=') return (Math.abs(a - b) - tolerance.relative * scale - tolerance.absolute - slack) / scale;
  if (relation === '≈') {
    const { size: allowed, relative } = within ?? { size: 0.01, relative: true };
    return (Math.abs(a - b) - (relative ? allowed * reference : allowed) - slack) / scale;
  }
  const over = relation === '≤' || relation === '<' ? a - b : b - a;
  // At equality ≤ holds and < does not, whichever way the last bits were rounded; differences cannot see last bits.
  const strict = relation === '<' || relation === '>';
  const exact = tolerance === reverseTolerance;
  const rounding =
    strict && exact
      ? -1e-14 * size
      : (exact ? 1e-11 : tolerance.relative) * size + (exact ? 1e-14 : tolerance.absolute);
  const excess = (over - rounding - slack) / Math.max(size, Number.MIN_VALUE);
  return strict && exact && over - rounding >= 0 ? Math.max(excess, Number.MIN_VALUE) : excess;
}

function indexOf(k: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = k;
  for (const extent of shape.toReversed()) {
    index.unshift(rest % extent);
    rest = Math.floor(rest / extent);
  }
  return index;
}

import { formatType, sizeOf } from './shape.ts';
import type { Concrete } from './tensor.ts';

/** What stays below this many characters is printed on one line. */
const ONE_LINE = 88;
const LINES = 20;
/** Significant digits, at most. */
const DIGITS = 6;
/** Along the last axis ten are shown, or four at either end; along the others seven, or three. */
const EDGE_OF_LAST = 4;
const EDGE = 3;

/**
 * Type, then values: on one line where they fit, else row below row with columns aligned. Numbers show six significant
 * digits at most, and fewer where fewer say the same; integers are plain. Long axes are shortened in the middle.
 */
export function format(x: Concrete): string {
  const type = formatType(x);
  if (x.size === 0) return `${type} []`;
  const window = x.shape.map((extent, axis) => shownOf(extent, axis === x.rank - 1 ? EDGE_OF_LAST : EDGE));
  const whole = window.every((shown) => !shown.includes(GAP));
  const plain = x.rank < 2 || whole ? nested(x, window, ', ', 0) : '';
  if (x.rank < 2 || (whole && type.length + plain.length < ONE_LINE)) return `${type} ${plain}`;
  const lines = nested(x, window, '\n', widest(x, window)).split('\n');
  if (lines.length > LINES) lines.splice(LINES / 2 - 1, lines.length - LINES + 1, ' …');
  return `${type} ${lines.join(`\n${' '.repeat(type.length + 1)}`)}`;
}

/** Stands in a list of indices for those left out. */
const GAP = -1;

function shownOf(extent: number, edge: number): number[] {
  const indices = Array.from({ length: extent }, (_, i) => i);
  if (extent > 2 * edge + (edge === EDGE ? 1 : 2)) indices.splice(edge, extent - 2 * edge, GAP);
  return indices;
}

/** The shown elements in brackets; `between` parts rows, and every cell is padded to `width`. */
function nested(x: Concrete, window: readonly (readonly number[])[], between: ', ' | '\n', width: number): string {
  const write = (axis: number, start: number): string => {
    const shown = window[axis];
    if (shown === undefined) return cell(x, start).padStart(width);
    const stride = sizeOf(x.shape.slice(axis + 1));
    const last = axis === x.rank - 1;
    const parts = shown.map((i) => (i === GAP ? '…' : write(axis + 1, start + i * stride)));
    // rows below one another start under the first element, one column right of their bracket
    const indent = ' '.repeat(axis + 1);
    return `[${parts.join(last || between === ', ' ? ', ' : `,\n${indent}`)}]`;
  };
  return write(0, 0);
}

function widest(x: Concrete, window: readonly (readonly number[])[]): number {
  const width = (axis: number, start: number): number => {
    const shown = window[axis];
    if (shown === undefined) return cell(x, start).length;
    const stride = sizeOf(x.shape.slice(axis + 1));
    return Math.max(...shown.map((i) => (i === GAP ? 0 : width(axis + 1, start + i * stride))));
  };
  return width(0, 0);
}

function cell(x: Concrete, at: number): string {
  const value = x.storage[at] ?? Number.NaN;
  if (x.dtype === 'bool') return value === 0 ? 'false' : 'true';
  return formatNumber(value);
}

/** Six significant digits at most. What is not an integer never looks like one: 0.99999999 is `1.00000`. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  if (Object.is(value, -0)) return '-0';
  if (Number.isSafeInteger(value)) return String(value);
  const cut = value.toPrecision(DIGITS);
  const shortest = Number(cut);
  if (Number.isInteger(shortest) && !Number.isInteger(value)) return cut.replace('e+', 'e');
  return String(shortest).replace('e+', 'e');
}

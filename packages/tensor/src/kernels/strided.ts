import type { Storage } from '../dtype.ts';
import type { Shape } from '../shape.ts';

/** Drops axes of extent 1 and merges neighbours that one stride walks, so that most walks are one or two loops; at least two remain. */
function merge(shape: Shape, strides: readonly number[]): { extents: number[]; strides: number[] } {
  const extents: number[] = [];
  const merged: number[] = [];
  for (let axis = 0; axis < shape.length; axis++) {
    const n = shape[axis];
    if (n === 1) continue;
    const last = extents.length - 1;
    if (last >= 0 && merged[last] === strides[axis] * n) {
      extents[last] *= n;
      merged[last] = strides[axis];
    } else {
      extents.push(n);
      merged.push(strides[axis]);
    }
  }
  while (extents.length < 2) {
    extents.unshift(1);
    merged.unshift(0);
  }
  return { extents, strides: merged };
}

/** Fills `out`, row-major, from the places `offset + Σ index·stride` of `source`. */
export function readStrided(
  source: Storage,
  offset: number,
  strides: readonly number[],
  shape: Shape,
  out: Storage,
): void {
  if (out.length === 0) return;
  const { extents, strides: steps } = merge(shape, strides);
  const inner = extents.length - 2;
  const size = extents[inner] * extents[inner + 1];
  let next = 0;
  for (const start of blockStarts(extents, steps, offset)) {
    readBlock(source, start, extents[inner], steps[inner], extents[inner + 1], steps[inner + 1], out, next);
    next += size;
  }
}

/** Puts `source`, row-major, at the places `offset + Σ index·stride` of `out`. */
export function writeStrided(
  out: Storage,
  offset: number,
  strides: readonly number[],
  shape: Shape,
  source: Storage,
): void {
  if (source.length === 0) return;
  const { extents, strides: steps } = merge(shape, strides);
  const inner = extents.length - 2;
  const size = extents[inner] * extents[inner + 1];
  let next = 0;
  for (const start of blockStarts(extents, steps, offset)) {
    writeBlock(out, start, extents[inner], steps[inner], extents[inner + 1], steps[inner + 1], source, next);
    next += size;
  }
}

/** Where each two-axis block begins, row-major over the axes outside it. */
function blockStarts(extents: readonly number[], strides: readonly number[], offset: number): number[] {
  let starts = [offset];
  for (let axis = 0; axis < extents.length - 2; axis++) {
    const within: number[] = [];
    for (const start of starts) for (let i = 0; i < extents[axis]; i++) within.push(start + i * strides[axis]);
    starts = within;
  }
  return starts;
}

// The loops stand twice so that float64 keeps type feedback of its own.

function readBlock(
  source: Storage,
  start: number,
  rows: number,
  down: number,
  columns: number,
  across: number,
  out: Storage,
  next: number,
): void {
  const float64 = source instanceof Float64Array;
  for (let i = 0; i < rows; i++) {
    let at = start + i * down;
    if (float64) for (let j = 0; j < columns; j++, at += across) out[next++] = source[at];
    else for (let j = 0; j < columns; j++, at += across) out[next++] = source[at];
  }
}

function writeBlock(
  out: Storage,
  start: number,
  rows: number,
  down: number,
  columns: number,
  across: number,
  source: Storage,
  next: number,
): void {
  const float64 = source instanceof Float64Array;
  for (let i = 0; i < rows; i++) {
    let at = start + i * down;
    if (float64) for (let j = 0; j < columns; j++, at += across) out[at] = source[next++];
    else for (let j = 0; j < columns; j++, at += across) out[at] = source[next++];
  }
}

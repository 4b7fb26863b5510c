import type { Code, FunctionIndex, Local } from '../../wasm/code.ts';
import type { Module } from '../../wasm/module.ts';
import { type Flavor, loadLanes, storeLanes } from './flavor.ts';
import { repeat } from './loops.ts';
import { callNamed, defineNamed, type Given } from './named.ts';

/** What a copy of a matrix is called with; addresses and distances in bytes. */
export interface CopyCall<T> {
  readonly from: T;
  readonly fromRow: T;
  readonly fromColumn: T;
  readonly to: T;
  readonly toRow: T;
  readonly toColumn: T;
  readonly rows: T;
  readonly columns: T;
}
const names = [
  'from',
  'fromRow',
  'fromColumn',
  'to',
  'toRow',
  'toColumn',
  'rows',
  'columns',
] as const satisfies readonly (keyof CopyCall<unknown>)[];

export const callCopy = (code: Code, copy: FunctionIndex, call: CopyCall<Given>): void =>
  callNamed(code, copy, names, call);

const define = (module: Module, key: string, build: (code: Code, p: CopyCall<Local>) => void): FunctionIndex =>
  defineNamed(module, key, names, build);

/** Copies any rows and columns of pieces, `width` elements that touch. Rows are read to their end, as memory likes to be. */
export function copyPieces(module: Module, flavor: Flavor, width: number): FunctionIndex {
  return define(module, `pieces ${flavor.bytes} ${width}`, (code, p) => {
    const vector = code.local('v128');
    const [from, to, left] = code.locals(3);
    repeat(code, p.rows, 1, () => {
      code.get(p.from).set(from).get(p.to).set(to).get(p.columns).set(left);
      repeat(code, left, 1, () => {
        for (let j = 0; j < width; j += flavor.lanes) {
          const count = Math.min(flavor.lanes, width - j);
          loadLanes(code, flavor, from, j * flavor.bytes, count);
          code.set(vector);
          storeLanes(code, flavor, to, j * flavor.bytes, count, vector);
        }
        code.increase(from, p.fromColumn).increase(to, p.toColumn);
      });
      code.increase(p.from, p.fromRow).increase(p.to, p.toRow);
    });
  });
}

/** Copies a matrix whose rows touch in the source, as they do in a transposed one: squares of vectors turn in registers. */
export function transpose(module: Module, flavor: Flavor): FunctionIndex {
  const elements = copyPieces(module, flavor, 1);
  const { bytes, lanes } = flavor;
  return define(module, `transpose ${bytes}`, (code, p) => {
    const [from, to, left, at] = code.locals(4);
    const vectors = code.locals(lanes, 'v128');
    const rest = (rows: Given, columns: Given): void =>
      callCopy(code, elements, { ...p, from, fromRow: bytes, to, toColumn: bytes, rows, columns });
    repeat(code, p.rows, lanes, () => {
      code.get(p.from).set(from).get(p.to).set(to).get(p.columns).set(left);
      repeat(code, left, lanes, () => {
        for (const vector of vectors) {
          code.get(from).memory('v128Load').set(vector);
          code.increase(from, p.fromColumn);
        }
        turn(code, vectors);
        code.get(to).set(at);
        for (const vector of vectors) {
          code.get(at).get(vector).memory('v128Store');
          code.increase(at, p.toRow);
        }
        code.increase(to, 16);
      });
      rest(lanes, left);
      code.increase(p.from, 16);
      for (let i = 0; i < lanes; i++) code.increase(p.to, p.toRow);
    });
    code.get(p.from).set(from).get(p.to).set(to);
    rest(p.rows, p.columns);
  });
}

/** Transposes the square that the vectors are, in place. */
function turn(code: Code, vectors: readonly Local[]): void {
  const words = (...list: number[]): number[] => list.flatMap((word) => [0, 1, 2, 3].map((byte) => 4 * word + byte));
  const pair = (x: Local, y: Local, low: readonly number[], high: readonly number[]): void => {
    const both = code.local('v128');
    code.get(x).get(y).shuffle(low).set(both);
    code.get(x).get(y).shuffle(high).set(y).get(both).set(x).release(both);
  };
  const [r0, r1, r2, r3] = vectors;
  if (r0 === undefined || r1 === undefined) return;
  if (r2 === undefined || r3 === undefined) {
    pair(r0, r1, words(0, 1, 4, 5), words(2, 3, 6, 7));
    return;
  }
  // first in twos: r0 = a0 b0 a1 b1, r1 = a2 b2 a3 b3, and c, d likewise; then the halves
  pair(r0, r1, words(0, 4, 1, 5), words(2, 6, 3, 7));
  pair(r2, r3, words(0, 4, 1, 5), words(2, 6, 3, 7));
  pair(r0, r2, words(0, 1, 4, 5), words(2, 3, 6, 7));
  pair(r1, r3, words(0, 1, 4, 5), words(2, 3, 6, 7));
  // now r0 and r2 are columns 0 and 1, r1 and r3 are 2 and 3
  const kept = code.local('v128');
  code.get(r1).set(kept).get(r2).set(r1).get(kept).set(r2).release(kept);
}

import type { Code, FunctionIndex, Local } from '../../wasm/code.ts';
import type { Module } from '../../wasm/module.ts';
import { bitsIn } from '../emitter.ts';
import { type Flavor, loadLanes, storeLanes } from './flavor.ts';
import { repeat } from './loops.ts';
import { callNamed, defineNamed, type Given } from './named.ts';
import { ifTiny, pushWideProduct } from './tiny.ts';

/** Columns that a tile of whole vectors has. */
export const tileColumns = ({ lanes }: Flavor): number => 4 * lanes;

/** How many indices of the depth one round of the loop does, where that counts. */
const UNROLLED = 4;

/** What a tile is called with, in order; all i32: addresses and distances in bytes. */
export interface TileCall<T> {
  readonly a: T;
  readonly aRow: T;
  readonly aDepth: T;
  readonly b: T;
  /** Not 0 if the depth is more than 1. */
  readonly bDepth: T;
  /** At least 1. */
  readonly depth: T;
  readonly out: T;
  readonly outRow: T;
  /** Passed over unless the columns of the result are scattered. */
  readonly outColumn: T;
  readonly rows: T;
  /** 1 to go on from the sums in `out`, 0 to start from +0. */
  readonly goesOn: T;
}
const names = [
  'a',
  'aRow',
  'aDepth',
  'b',
  'bDepth',
  'depth',
  'out',
  'outRow',
  'outColumn',
  'rows',
  'goesOn',
] as const satisfies readonly (keyof TileCall<unknown>)[];

/** Calls a tile with what `push` puts on the stack for each parameter. */
export const callTile = (code: Code, tile: FunctionIndex, call: TileCall<Given>): void =>
  callNamed(code, tile, names, call);

/**
 * The function out[i, j] (+)= Σ_k a[i, k]·b[k, j] for some rows and `columns` columns, one after another in b: few enough
 * that their sums stay in registers. Shared by all products of a module, because engines optimise function by function.
 * `dense` if both `aDepth` and `bDepth` are the least there can be. `wide` is the one for operands with tiny numbers, which
 * the usual one calls by itself.
 */
export const tile = (
  module: Module,
  flavor: Flavor,
  columns: number,
  scattered: boolean,
  dense = false,
  wide = false,
): FunctionIndex => {
  const whenTiny = flavor.careful && !wide ? tile(module, flavor, columns, scattered, dense, true) : null;
  // a processor that fuses does so little arithmetic per k that the loop around it counts
  const unrolled = dense && flavor.fused !== null ? UNROLLED : 1;
  return defineNamed(module, `tile ${flavor.key} ${columns} ${scattered} ${unrolled} ${wide}`, names, (code, p) => {
    if (whenTiny !== null)
      ifTiny(code, module, p, columns, () => {
        callTile(code, whenTiny, p);
        code.op('return');
      });
    const together = Math.ceil(columns / flavor.lanes) > 2 ? 2 : 4;
    for (const rows of [together, 1])
      repeat(code, p.rows, rows, () =>
        rowsOfTile(code, flavor, p, rows, columns, scattered, rows > 1 ? unrolled : 1, wide),
      );
  });
};

/** Some rows at once; moves a and out on to the next ones. */
function rowsOfTile(
  code: Code,
  flavor: Flavor,
  p: TileCall<Local>,
  count: number,
  columns: number,
  scattered: boolean,
  unrolled: number,
  wide: boolean,
): void {
  const vectors = Math.ceil(columns / flavor.lanes);
  const valid = (j: number): number => Math.min(flavor.lanes, columns - j * flavor.lanes);
  const rows = Array.from({ length: count }, () => ({
    a: code.local(),
    splat: code.local('v128'),
    sums: code.locals(vectors, 'v128'),
  }));
  const [b, end, out] = code.locals(3);
  const vector = code.local('v128');
  const eachSum = (body: (sum: Local, j: number) => void): void => {
    code.get(p.out).set(out);
    rows.forEach(({ sums }, i) => {
      if (i > 0) code.increase(out, p.outRow);
      sums.forEach(body);
    });
  };
  for (const { a } of rows) code.get(p.a).tee(a).get(p.aRow).op('i32Add').set(p.a);
  code.get(p.b).tee(b).get(p.depth).get(p.bDepth).op('i32Mul').op('i32Add').set(end);
  code.get(p.goesOn).if(
    () => eachSum((sum, j) => access(code, flavor, p, out, sum, j, valid(j), scattered, false)),
    () => {
      for (const { sums } of rows) for (const sum of sums) code.i32x4(0).set(sum);
    },
  );
  const size = columns * flavor.bytes;
  const ends = code.locals(unrolled - 1);
  for (const [k, last] of ends.entries())
    code
      .get(end)
      .i32((k + 1) * size)
      .op('i32Sub')
      .set(last);
  const multiply = (k: number): void => {
    for (const { a, splat } of rows)
      code
        .get(a)
        .memory(flavor.splat, k * flavor.bytes)
        .set(splat);
    for (let j = 0; j < vectors; j++) {
      loadLanes(code, flavor, b, k * size + 16 * j, valid(j));
      code.set(vector);
      for (const { splat, sums } of rows) {
        const sum = sums[j];
        if (sum === undefined) continue;
        if (flavor.fused !== null) code.get(splat).get(vector).get(sum).op(flavor.fused);
        else {
          code.get(sum);
          if (wide) pushWideProduct(code, splat, vector);
          else code.get(splat).get(vector).op(flavor.mul);
          code.op(flavor.add);
        }
        code.set(sum);
      }
    }
  };
  // without a counter, with one vector of b at a time, and a way out after each k: V8 of Node 20 spills as soon as more is alive
  code.block((done) =>
    code.loop((again) => {
      multiply(0);
      for (const [k, last] of ends.entries()) {
        code.get(b).get(last).op('i32Eq').jumpIf(done);
        multiply(k + 1);
      }
      const step = (by: Local, length: number): Code => (unrolled > 1 ? code.i32(unrolled * length) : code.get(by));
      for (const { a } of rows) step(p.aDepth, flavor.bytes).get(a).op('i32Add').set(a);
      step(p.bDepth, size).get(b).op('i32Add').tee(b).get(end).op('i32Ne').jumpIf(again);
    }),
  );
  eachSum((sum, j) => access(code, flavor, p, out, sum, j, valid(j), scattered, true));
  code.get(out).get(p.outRow).op('i32Add').set(p.out);
  for (const { a, splat, sums } of rows) code.release(a, splat, ...sums);
  code.release(b, end, vector, out, ...ends);
}

/** Loads or stores one vector of sums. */
function access(
  code: Code,
  flavor: Flavor,
  p: TileCall<Local>,
  out: Local,
  sum: Local,
  j: number,
  count: number,
  scattered: boolean,
  stores: boolean,
): void {
  if (!scattered) {
    if (stores) storeLanes(code, flavor, out, 16 * j, count, sum);
    else {
      loadLanes(code, flavor, out, 16 * j, count);
      code.set(sum);
    }
    return;
  }
  const size = bitsIn(flavor.bytes);
  for (let lane = 0; lane < count; lane++) {
    const at = j * flavor.lanes + lane;
    code.get(out).plus(p.outColumn, at).get(sum);
    if (stores) code.laneMemory(`v128Store${size}Lane`, lane);
    else code.laneMemory(`v128Load${size}Lane`, lane).set(sum);
  }
}

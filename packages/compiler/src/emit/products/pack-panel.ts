import type { Code } from '../../wasm/code.ts';
import type { Module } from '../../wasm/module.ts';
import { callCopy, copyElements, copyRows, transpose } from './copy.ts';
import type { Flavor } from './flavor.ts';
import type { Value } from './loops.ts';
import type { Schedule } from './schedule.ts';

/** Lays `count` columns of b out as one panel, [depth][column]; `from` and `to` push where it begins. */
export function packPanel(
  code: Code,
  module: Module,
  flavor: Flavor,
  { columns, depth }: Schedule,
  count: number,
  from: () => void,
  to: () => void,
  rows: Value,
): void {
  const copy =
    columns.b === 1 || count === 1
      ? copyRows(module, flavor, count)
      : depth.b === 1
        ? transpose(module, flavor)
        : copyElements(module, flavor);
  callCopy(code, copy, {
    from,
    fromRow: () => code.i32(depth.b * flavor.bytes),
    fromColumn: () => code.i32(columns.b * flavor.bytes),
    to,
    toRow: () => code.i32(count * flavor.bytes),
    rows: () => code.value(rows),
    columns: () => code.i32(count),
  });
}

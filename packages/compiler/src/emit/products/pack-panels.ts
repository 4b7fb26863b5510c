import type { Code } from '../../wasm/code.ts';
import type { Module } from '../../wasm/module.ts';
import type { Range } from '../nest.ts';
import { callCopy, copyElements, copyPanels, transpose } from './copy.ts';
import type { Flavor } from './flavor.ts';
import { eachPanel, type Value } from './loops.ts';
import type { Given } from './named.ts';
import type { Schedule } from './schedule.ts';

/** What is packed: for a panel, `from` pushes where its columns begin in b, `to` where it goes. */
export interface Packing {
  readonly schedule: Schedule;
  readonly flavor: Flavor;
  readonly panels: Range;
  /** How far panels of whole width lie apart, in bytes. */
  readonly distance: number;
  readonly depth: Value;
  from(panel: Value): void;
  to(panel: Value): void;
}

/** Lays columns of b out as panels, [panel][depth][column]. */
export function packPanels(code: Code, module: Module, packing: Packing): void {
  const { schedule, flavor, panels, distance, depth } = packing;
  const { columns, width } = schedule;
  const { bytes } = flavor;
  const rows = { fromRow: schedule.depth.b * bytes, rows: depth };
  const touching = (panel: Value, size: number, count: Given): void =>
    callCopy(code, copyPanels(module, flavor, size), {
      ...rows,
      from: () => packing.from(panel),
      fromColumn: width * bytes,
      to: () => packing.to(panel),
      toRow: distance,
      columns: count,
    });
  if (columns.b === 1) {
    const full = Math.floor(columns.extent / width);
    const rest = columns.extent - full * width;
    const end = code.local();
    code.least(panels.to, full).set(end);
    // a thread without panels finds fewer than none
    if (full > 0) touching(panels.from, width, () => code.get(end).value(panels.from).op('i32Sub'));
    if (rest > 0)
      code
        .value(panels.from)
        .value(panels.to)
        .op('i32LtS')
        .get(end)
        .value(panels.to)
        .op('i32Ne')
        .op('i32And')
        .if(() => touching(full, rest, 1));
    code.release(end);
    return;
  }
  const copy = schedule.depth.b === 1 ? transpose(module, flavor) : copyElements(module, flavor);
  eachPanel(code, schedule, panels, (panel, count) =>
    callCopy(code, copy, {
      ...rows,
      from: () => packing.from(panel),
      fromColumn: columns.b * bytes,
      to: () => packing.to(panel),
      toRow: count * bytes,
      columns: count,
    }),
  );
}

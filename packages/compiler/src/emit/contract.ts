import type { Access, ContractKernel } from '../plan/ir.ts';
import type { Code, Local } from '../wasm/code.ts';
import { type EmitKernel, type Emitter, kernelFunction, pushAddress } from './emitter.ts';
import { emitMap } from './map.ts';
import { nest, type Range, rangeOf } from './nest.ts';
import { callCopy, copyPieces, transpose } from './products/copy.ts';
import { type Flavor, flavorOf } from './products/flavor.ts';
import { eachBlock, eachPanel, pushPlace, type Value } from './products/loops.ts';
import { packPanels } from './products/pack-panels.ts';
import { orient, type Schedule, scheduleOf } from './products/schedule.ts';
import { callTile, tile } from './products/tile.ts';

/** Rows that one block has, so that they stay in the second cache, and bytes of b's part, which a farther one may have. */
const [ROWS, BLOCK] = [512, 1 << 20];

/** What the emission of one product passes around. */
interface Product {
  readonly code: Code;
  readonly emitter: Emitter;
  readonly flavor: Flavor;
  readonly schedule: Schedule;
  /** Of the depth: as many indices as tiles do before they store their sums. */
  readonly slice: number;
  /** From one panel in scratch to the next: off by a line, since places a power of two apart share a place in caches. */
  readonly panelBytes: number;
  /** How many panels are packed together; infinitely many if b is not packed here. */
  readonly together: number;
  readonly rows: Range;
  readonly panels: Range;
  /** Where this thread's scratch begins, with the copy of b's part, and after how many bytes a's and sums follow. */
  readonly scratch: Local;
  readonly atA: number;
  readonly atSums: number;
  /** From one panel of sums to the next, where they are kept there between slices, and not in rows a page apart; or 0. */
  readonly sumsBytes: number;
}

/** Where a, b, out and the packed b stand in the loops around, in bytes; the places of those that are summed over. */
interface Place {
  readonly a: Local;
  readonly b: Local;
  readonly out: Local;
  readonly packed: Local | undefined;
  readonly later: readonly Local[];
}

export const emitContract: EmitKernel<ContractKernel> = (emitter, given, loops) => {
  const { kept, summed, dtype, split } = given;
  if (summed.some(({ extent }) => extent === 0)) {
    const shape = kept.map(({ extent }) => extent);
    const access = { ...given.out, strides: kept.map(({ out }) => out) };
    const nodes = [{ kind: 'constant', value: 0, dtype }] as const;
    const zeros = { kind: 'map', shape, nodes, stores: [{ node: 0, access }] } as const;
    return emitMap(emitter, { ...zeros, ...(split && { split }) }, loops);
  }
  return kernelFunction(emitter, given, loops, (code, places) => {
    const kernel = orient(given);
    if (kept.some(({ extent }) => extent === 0)) return;
    const product = prepare(code, emitter, kernel);
    const { around } = product.schedule;
    nest(
      code,
      around.map((loop) => rangeOf(code, emitter, loop)),
      (counters) => {
        const start = (access: Access, strideOf: (loop: (typeof around)[number]) => number): Local => {
          const local = code.local();
          pushAddress(code, emitter, { ...access, strides: around.map(strideOf) }, dtype, places, counters).set(local);
          return local;
        };
        matrices(product, {
          a: start(kernel.a, ({ a }) => a),
          b: start(kernel.b, ({ b }) => b),
          out: start(kernel.out, ({ out }) => out),
          packed: kernel.packed && start(kernel.packed, ({ packed }) => packed),
          later: counters.filter((_, level) => around[level]?.summed),
        });
      },
    );
  });
};

function prepare(code: Code, emitter: Emitter, kernel: ContractKernel): Product {
  const flavor = flavorOf(kernel.dtype, emitter.fast);
  const schedule = scheduleOf(kernel);
  const { rows, columns, depth, around, width, packsA, packsB } = schedule;
  const slices = rows.extent <= 2 || depth.extent <= 384 ? 1 : Math.ceil(depth.extent / 320);
  const slice = slices === 1 ? depth.extent : Math.ceil(depth.extent / slices / 4) * 4;
  const panelBytes = slice * width * flavor.bytes + 64;
  const packs = packsB && kernel.packed === undefined;
  // where nothing is copied for a slice, those of one panel follow each other, and its sums stay near
  const alone = slices > 1 && !packsA ? 1 : Number.POSITIVE_INFINITY;
  const together = packs ? Math.max(1, Math.floor(BLOCK / panelBytes)) : alone;
  const most = Math.min(together, Math.ceil(columns.extent / width));
  const isWhole = columns.out === 1 && columns.extent % width === 0;
  const collects = packs && slices > 2 && isWhole && around.every(({ summed }) => !summed);
  const sumsBytes = collects ? rows.extent * width * flavor.bytes + 64 : 0;
  const atA = packs ? most * panelBytes : 0;
  const atSums = atA + (packsA ? Math.min(rows.extent, ROWS) * slice * flavor.bytes : 0);
  const bytes = atSums + most * sumsBytes;
  const scratch = code.local();
  if (bytes > 0) code.globalGet(emitter.scratch(bytes)).set(scratch);
  return {
    code,
    emitter,
    flavor,
    schedule,
    slice,
    panelBytes,
    together,
    rows: rangeOf(code, emitter, rows),
    panels: inPanels(code, rangeOf(code, emitter, columns), width),
    scratch,
    atA,
    atSums,
    sumsBytes,
  };
}

/** A range in whole panels of `width`. */
function inPanels(code: Code, range: Range, width: number): Range {
  const up = (bound: Value): Value => {
    if (typeof bound === 'number') return Math.ceil(bound / width);
    code
      .get(bound)
      .i32(width - 1)
      .op('i32Add')
      .i32(width)
      .op('i32DivU')
      .set(bound);
    return bound;
  };
  return { from: up(range.from), to: up(range.to) };
}

/** The matrix product in slices of its depth: blocks of rows and panels stay in the second cache, one panel in the first. */
function matrices(product: Product, place: Place): void {
  const { code, emitter, schedule, flavor, slice, panelBytes, together, rows, panels, scratch } = product;
  const { columns, depth: along, width } = schedule;
  const { bytes } = flavor;
  eachBlock(code, panels, together, (first, count) => {
    const end = code.local();
    code.value(first).value(count).op('i32Add').set(end);
    const these = { from: first, to: end };
    eachBlock(code, { from: 0, to: along.extent }, slice, (k, depth) => {
      if (schedule.packsB && place.packed === undefined)
        packPanels(code, emitter.module, {
          schedule,
          flavor,
          panels: these,
          distance: panelBytes,
          depth,
          from: (panel) => pushPlace(code, place.b, [panel, width * columns.b * bytes], [k, along.b * bytes]),
          to: (panel) => pushPlace(code, scratch, [panel, panelBytes], [first, -panelBytes]),
        });
      eachBlock(code, rows, ROWS, (row, count) => {
        if (schedule.packsA) packRows(product, place, row, count, k, depth);
        eachPanel(code, schedule, these, (panel, columns) =>
          multiply(product, place, row, count, panel, first, columns, k, depth),
        );
      });
    });
    if (product.sumsBytes > 0)
      callCopy(code, copyPieces(emitter.module, flavor, width), {
        from: () => pushPlace(code, scratch, [product.atSums, 1], [rows.from, width * bytes]),
        fromRow: width * bytes,
        fromColumn: product.sumsBytes,
        to: () => pushPlace(code, place.out, [rows.from, schedule.rows.out * bytes], [first, width * bytes]),
        toRow: schedule.rows.out * bytes,
        toColumn: width * bytes,
        rows: () => code.value(rows.to).value(rows.from).op('i32Sub'),
        columns: count,
      });
    code.release(end);
  });
}

/** Copies rows of a to scratch so that their depth touches. */
function packRows(
  { code, emitter, flavor, schedule, slice, scratch, atA }: Product,
  { a }: Place,
  row: Value,
  count: Value,
  k: Value,
  depth: Value,
): void {
  const { rows, depth: along } = schedule;
  const { bytes } = flavor;
  const copy = rows.a === 1 ? transpose(emitter.module, flavor) : copyPieces(emitter.module, flavor, 1);
  callCopy(code, copy, {
    from: () => pushPlace(code, a, [row, rows.a * bytes], [k, along.a * bytes]),
    fromRow: rows.a * bytes,
    fromColumn: along.a * bytes,
    to: () => pushPlace(code, scratch, [atA, 1]),
    toRow: slice * bytes,
    toColumn: bytes,
    rows: count,
    columns: depth,
  });
}

/** The rows of one block times one panel. */
function multiply(
  product: Product,
  place: Place,
  row: Value,
  count: Value,
  panel: Value,
  first: Value,
  columnCount: number,
  k: Value,
  depth: Value,
): void {
  const { code, emitter, flavor, schedule, slice, panelBytes, scratch, atSums, sumsBytes } = product;
  const { rows, columns, depth: along, width, packsA, packsB } = schedule;
  const { bytes } = flavor;
  const scattered = columns.out !== 1 && columnCount > 1;
  const ready = place.packed !== undefined;
  const step = columnCount * bytes;
  const dense = (packsA || along.a === 1) && (ready || packsB || along.b === columnCount);
  callTile(code, tile(emitter.module, flavor, columnCount, scattered, dense), {
    a: () => {
      if (packsA) pushPlace(code, scratch, [product.atA, 1]);
      else pushPlace(code, place.a, [row, rows.a * bytes], [k, along.a * bytes]);
    },
    aRow: (packsA ? slice : rows.a) * bytes,
    aDepth: (packsA ? 1 : along.a) * bytes,
    b: () => {
      if (place.packed !== undefined) pushPlace(code, place.packed, [panel, width * along.extent * bytes], [k, step]);
      else if (packsB) pushPlace(code, scratch, [panel, panelBytes], [first, -panelBytes]);
      else pushPlace(code, place.b, [panel, width * columns.b * bytes], [k, along.b * bytes]);
    },
    bDepth: ready || packsB ? step : along.b * bytes,
    depth,
    out: () => {
      if (sumsBytes > 0) pushPlace(code, scratch, [atSums, 1], [panel, sumsBytes], [first, -sumsBytes], [row, step]);
      else pushPlace(code, place.out, [row, rows.out * bytes], [panel, width * columns.out * bytes]);
    },
    outRow: sumsBytes > 0 ? step : rows.out * bytes,
    outColumn: columns.out * bytes,
    rows: count,
    goesOn: () => {
      code.value(k);
      for (const at of place.later) code.get(at).op('i32Or');
    },
  });
}

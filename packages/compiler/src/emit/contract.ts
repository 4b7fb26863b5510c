import type { Access, ContractKernel } from '../plan/ir.ts';
import type { Code, Local } from '../wasm/code.ts';
import { type EmitKernel, type Emitter, kernelFunction, pushAddress } from './emitter.ts';
import { emitMap } from './map.ts';
import { nest, type Range, rangeOf } from './nest.ts';
import { callCopy, copyPieces, transpose } from './products/copy.ts';
import { type Flavor, flavorOf } from './products/flavor.ts';
import { eachBlock, eachPanel, pushPlace, type Value } from './products/loops.ts';
import { packPanels } from './products/pack-panels.ts';
import { orient, packedStrides, type Schedule, scheduleOf } from './products/schedule.ts';
import { callTile, tile } from './products/tile.ts';

/** Rows that one block has, so that they stay in the second cache, and bytes of b's part. */
const [ROWS, BLOCK] = [128, 1 << 20];
/** Bytes of a block of rows that are copied: to copy them anew for each part of b would cost more than a farther cache does. */
const COPIED = 1 << 19;

/** What the emission of one product passes around. */
interface Product {
  readonly code: Code;
  readonly emitter: Emitter;
  readonly flavor: Flavor;
  readonly schedule: Schedule;
  /** Of the depth: as many indices as tiles do before they store their sums. */
  readonly slice: number;
  /** How many rows are done together, and up to half as many more if those are all. */
  readonly block: number;
  /** From one panel in scratch to the next: off by a line, since places a power of two apart share a place in caches. */
  readonly panelBytes: number;
  /** How many panels are packed together; infinitely many if b is not packed here. */
  readonly together: number;
  readonly rows: Range;
  readonly panels: Range;
  /** Where copies of b's and of a's part go. */
  readonly scratchB: Local;
  readonly scratchA: Local;
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
    const { strides } = packedStrides(product.schedule);
    nest(
      code,
      around.map((loop) => rangeOf(code, emitter, loop)),
      (counters) => {
        const start = (access: Access, strides: readonly number[]): Local => {
          const local = code.local();
          pushAddress(code, emitter, { ...access, strides }, dtype, places, counters).set(local);
          return local;
        };
        matrices(product, {
          a: start(
            kernel.a,
            around.map(({ a }) => a),
          ),
          b: start(
            kernel.b,
            around.map(({ b }) => b),
          ),
          out: start(
            kernel.out,
            around.map(({ out }) => out),
          ),
          packed: kernel.packed && start(kernel.packed, strides),
          later: counters.filter((_, level) => around[level]?.summed),
        });
      },
    );
  });
};

function prepare(code: Code, emitter: Emitter, kernel: ContractKernel): Product {
  const flavor = flavorOf(kernel.dtype, emitter.fast);
  const schedule = scheduleOf(kernel);
  const { rows, columns, depth, width, packsA, packsB } = schedule;
  const slices = rows.extent <= 2 || depth.extent <= 384 ? 1 : Math.ceil(depth.extent / 320);
  const slice = slices === 1 ? depth.extent : Math.ceil(depth.extent / slices / 4) * 4;
  const [scratchB, scratchA] = code.locals(2);
  const panelBytes = slice * width * flavor.bytes + 64;
  const packs = packsB && kernel.packed === undefined;
  const together = packs ? Math.max(1, Math.floor(BLOCK / panelBytes)) : Number.POSITIVE_INFINITY;
  const sizeB = packs ? Math.min(together, Math.ceil(columns.extent / width)) * panelBytes : 0;
  const block = packsA ? Math.max(ROWS, Math.floor(COPIED / (slice * flavor.bytes))) : ROWS;
  const sizeA = packsA ? Math.min(rows.extent, block * 1.5) * slice * flavor.bytes : 0;
  const startA = Math.ceil(sizeB / 64) * 64;
  if (sizeA + sizeB > 0) {
    code.globalGet(emitter.scratch(startA + sizeA)).tee(scratchB);
    code.i32(startA).op('i32Add').set(scratchA);
  }
  return {
    code,
    emitter,
    flavor,
    schedule,
    slice,
    block,
    panelBytes,
    together,
    rows: rangeOf(code, emitter, rows),
    panels: inPanels(code, rangeOf(code, emitter, columns), width),
    scratchB,
    scratchA,
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
  const { code, emitter, schedule, flavor, slice, block, panelBytes, together, rows, panels, scratchB } = product;
  const { columns, depth: along, width } = schedule;
  const { bytes } = flavor;
  const packs = schedule.packsB && place.packed === undefined;
  const oneBlock = schedule.rows.extent <= block * 1.5;
  eachBlock(code, { from: 0, to: schedule.depth.extent }, slice, (k, depth) => {
    const end = code.local();
    const eachRows = (body: (row: Value, count: Value) => void): void =>
      eachBlock(code, rows, oneBlock ? Number.POSITIVE_INFINITY : block, body);
    if (schedule.packsA && oneBlock) eachRows((row, count) => packRows(product, place, row, count, k, depth));
    eachBlock(code, panels, together, (first, count) => {
      code.value(first).value(count).op('i32Add').set(end);
      const these = { from: first, to: end };
      if (packs)
        packPanels(code, emitter.module, {
          schedule,
          flavor,
          panels: these,
          distance: panelBytes,
          depth,
          from: (panel) => pushPlace(code, place.b, [panel, width * columns.b * bytes], [k, along.b * bytes]),
          to: (panel) => pushPlace(code, scratchB, [panel, panelBytes], [first, -panelBytes]),
        });
      eachRows((row, count) => {
        if (schedule.packsA && !oneBlock) packRows(product, place, row, count, k, depth);
        eachPanel(code, schedule, these, (panel, columns) =>
          multiply(product, place, row, count, panel, first, columns, k, depth),
        );
      });
    });
    code.release(end);
  });
}

/** Copies rows of a to scratch so that their depth touches. */
function packRows(
  { code, emitter, flavor, schedule, slice, scratchA }: Product,
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
    to: scratchA,
    toRow: slice * bytes,
    toColumn: bytes,
    rows: count,
    columns: depth,
  });
}

/** The rows of one block times one panel. */
function multiply(
  { code, emitter, flavor, schedule, slice, panelBytes, scratchA, scratchB }: Product,
  place: Place,
  row: Value,
  count: Value,
  panel: Value,
  first: Value,
  columnCount: number,
  k: Value,
  depth: Value,
): void {
  const { rows, columns, depth: along, width, packsA, packsB } = schedule;
  const { bytes } = flavor;
  const scattered = columns.out !== 1 && columnCount > 1;
  const ready = place.packed !== undefined;
  const step = columnCount * bytes;
  const dense = (packsA || along.a === 1) && (ready || packsB || along.b === columnCount);
  callTile(code, tile(emitter.module, flavor, columnCount, scattered, dense), {
    a: () => {
      if (packsA) code.get(scratchA);
      else pushPlace(code, place.a, [row, rows.a * bytes], [k, along.a * bytes]);
    },
    aRow: (packsA ? slice : rows.a) * bytes,
    aDepth: (packsA ? 1 : along.a) * bytes,
    b: () => {
      if (place.packed !== undefined) pushPlace(code, place.packed, [panel, width * along.extent * bytes], [k, step]);
      else if (packsB) pushPlace(code, scratchB, [panel, panelBytes], [first, -panelBytes]);
      else pushPlace(code, place.b, [panel, width * columns.b * bytes], [k, along.b * bytes]);
    },
    bDepth: ready || packsB ? step : along.b * bytes,
    depth,
    out: () => pushPlace(code, place.out, [row, rows.out * bytes], [panel, width * columns.out * bytes]),
    outRow: rows.out * bytes,
    outColumn: columns.out * bytes,
    rows: count,
    goesOn: () => {
      code.value(k);
      for (const at of place.later) code.get(at).op('i32Or');
    },
  });
}

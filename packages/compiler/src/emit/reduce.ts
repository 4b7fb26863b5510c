import type { DType } from '@throughline/tensor';
import type { LoopId, ReduceKernel } from '../plan/ir.ts';
import type { Code, Local } from '../wasm/code.ts';
import { ACCUMULATORS, Accumulators, BLOCK } from './accumulators.ts';
import { writeArgument } from './argument.ts';
import { type EmitKernel, type Emitter, kernelFunction, onFirstThread } from './emitter.ts';
import { Expression, lanesOf } from './expression.ts';
import { Graph, GraphWriter, type Value } from './graph.ts';
import { type Axis, collapse, nest, rangeOf, takeInner } from './nest.ts';
import { type Place, type Placed, Places } from './places.ts';
import { VectorLoop } from './vectors.ts';

/** Over kept × reduced: vectors along the reduced axis, or along a kept one, whichever costs less. */
export const emitReduce: EmitKernel<ReduceKernel> = (emitter, kernel, loops) =>
  kernelFunction(emitter, loops, (code, steps) => {
    if (kernel.kept.includes(0)) return;
    const write = (): void => writeReduce(code, emitter, kernel, steps);
    if (kernel.split === undefined) onFirstThread(code, emitter, write);
    else write();
  });

/** A reduction with its axes collapsed; strides are one per load, then that of the result. */
export interface Reduction {
  readonly code: Code;
  readonly emitter: Emitter;
  readonly kernel: ReduceKernel;
  readonly places: Places;
  readonly kept: Axis[];
  readonly reduced: readonly Axis[];
  readonly count: number;
  readonly lanes: 2 | 4;
  /** Of what is combined; bools are counted as int32. */
  readonly dtype: Exclude<DType, 'bool'>;
}

function writeReduce(code: Code, emitter: Emitter, kernel: ReduceKernel, steps: ReadonlyMap<LoopId, Local>): void {
  const { nodes } = kernel;
  const own = nodes[kernel.node]?.dtype ?? 'float64';
  const rank = kernel.kept.length;
  const accesses = nodes.flatMap((node) => (node.kind === 'load' ? [node.access.strides] : []));
  const out = kernel.out.strides;
  const reduction: Reduction = {
    code,
    emitter,
    kernel,
    places: new Places(code, emitter, steps),
    kept: collapse(kernel.kept, [...accesses.map((strides) => strides.slice(0, rank)), out], kernel.split),
    reduced: collapse(
      kernel.reduced,
      accesses.map((strides) => strides.slice(rank)),
    ),
    count: kernel.reduced.reduce((size, extent) => size * extent, 1),
    lanes: lanesOf(nodes),
    dtype: own === 'bool' ? 'int32' : own,
  };
  if (kernel.combine === 'argMaximum') writeArgument(reduction);
  else if (alongReduced(reduction)) writeRows(reduction, kernel.combine);
  else writeColumns(reduction, kernel.combine);
}

const stridedAlong = ({ strides }: Axis): number => strides.filter((stride) => stride !== 0 && stride !== 1).length;
const padded = (extent: number, lanes: number): number => (Math.ceil(extent / lanes) * lanes) / extent;

/** Whether vectors along the reduced axis cost less, the halving of their lanes included. */
function alongReduced({ kept, reduced, count, lanes }: Reduction): boolean {
  const [axis, ...others] = reduced;
  if (axis === undefined || others.length > 0 || count === 0) return false;
  const inner = takeInner([...kept], lanes);
  const rows = (1 + 2 * stridedAlong(axis)) * padded(count, lanes) + 24 / count;
  const columns = (1 + 2 * stridedAlong(inner)) * padded(inner.extent, lanes) + 8 / count;
  return rows <= columns;
}

/** The expression that is combined, over loads that are placed later. */
export function combinedOf(
  { kernel, emitter, lanes, dtype }: Reduction,
  vectors: VectorLoop,
  all: readonly Placed[],
  found: () => readonly Place[],
): { readonly graph: Graph; readonly root: Value } {
  const graph = new Graph();
  const { nodes } = kernel;
  const loads = nodes.filter(({ kind }) => kind === 'load');
  const expression = new Expression(graph, emitter, lanes);
  const values = expression.nodes(nodes, (at) => {
    const k = loads.indexOf(nodes[at] as (typeof loads)[number]); // asked for loads only
    return vectors.load(graph, all[k] as Placed, `load ${k}`, () => found()[k] as Place); // one place per access
  });
  const value = values[kernel.node] as Value; // a node
  return { graph, root: nodes[kernel.node]?.dtype === 'bool' ? expression.cast(value, 'bool', dtype) : value };
}

/** All accesses with their strides over the kept axes that are loops, and along the one in vectors. */
export function placedOf(
  { kernel, dtype, reduced }: Reduction,
  axes: readonly Axis[],
  along: (k: number) => number,
  moves: boolean,
): Placed[] {
  const loads = kernel.nodes.flatMap((node) => (node.kind === 'load' ? [node] : []));
  const outDtype = kernel.combine === 'argMaximum' ? 'int32' : dtype;
  return [...loads, { access: kernel.out, dtype: outDtype }].map(({ access, dtype: own }, k) => ({
    access,
    dtype: own,
    outer: axes.map(({ strides }) => strides[k] ?? 0),
    along: along(k),
    ...(moves ? { moves: reduced.map(({ strides }) => strides[k] ?? 0) } : {}),
  }));
}

/** One result after another: lane j of vector v gathers the elements 4v + j. */
function writeRows(reduction: Reduction, combine: 'sum' | 'maximum' | 'minimum'): void {
  const { code, emitter, kept, reduced, count, lanes, dtype, places } = reduction;
  const [axis] = reduced as readonly [Axis]; // one, see alongReduced
  const vectors = new VectorLoop(code, lanes);
  const all = placedOf(reduction, kept, (k) => axis.strides[k] ?? 0, false);
  let found: readonly Place[] = [];
  const { graph, root } = combinedOf(reduction, vectors, all, () => found);
  const writer = new GraphWriter(code, graph, [root]);
  writer.hoist(0);
  const perBlock = combine === 'sum' ? BLOCK / lanes : Number.POSITIVE_INFINITY;
  const total = Math.ceil(count / lanes);
  const accumulators = new Accumulators(code, combine, dtype, Math.min(ACCUMULATORS / lanes, total));
  const value = code.local('v128');
  const blockCount = code.local('i32');
  nest(
    code,
    kept,
    kept.map((one) => rangeOf(code, emitter, one)),
    (counters) => {
      found = places.at(all, counters);
      vectors.start({ from: 0, to: count }, found.slice(0, -1));
      writer.hoist(1);
      accumulators.clear();
      if (total > perBlock) code.i32(0).set(blockCount);
      vectors.run(() => {
        const [result] = writer.run([root]) as readonly [Local]; // one for one
        code.get(result).set(value);
        writer.done([root]);
        vectors.ifCut(() => cut(code, accumulators, value, count % lanes, dtype));
        accumulators.add(value);
        if (total > perBlock) restartAfter(code, blockCount, perBlock, accumulators, lanes);
      });
      vectors.finish();
      accumulators.flush(total % perBlock, lanes);
      storeFirst(code, found.at(-1) as Place, accumulators.total); // the result comes last
    },
  );
}

/** What lies behind the last element changes nothing. */
function cut(code: Code, accumulators: Accumulators, value: Local, left: number, dtype: DType): void {
  const size = dtype === 'float64' ? 2 : 1;
  const mask = [0, 1, 2, 3].map((word) => (word < left * size ? -1 : 0)) as [number, number, number, number]; // four
  code.get(value);
  accumulators.pushNeutral();
  code.i32x4s(mask).op('v128Bitselect').set(value);
}

/** Counts, and begins another block when one is full. */
export function restartAfter(code: Code, local: Local, limit: number, accumulators: Accumulators, lanes: number): void {
  code
    .get(local)
    .i32(1)
    .op('i32Add')
    .tee(local)
    .i32(limit)
    .op('i32Eq')
    .if(() => {
      accumulators.flush(0, lanes);
      accumulators.restart();
      code.i32(0).set(local);
    });
}

function storeFirst(code: Code, { base, offset, size }: Place, value: Local): void {
  if (base === undefined) code.i32(0);
  else code.get(base);
  code.get(value).laneMemory(size === 4 ? 'v128Store32Lane' : 'v128Store64Lane', 0, offset);
}

/** As many results at once as a vector has lanes. */
function writeColumns(reduction: Reduction, combine: 'sum' | 'maximum' | 'minimum'): void {
  const { code, count, dtype } = reduction;
  const perBlock = combine === 'sum' ? BLOCK : Number.POSITIVE_INFINITY;
  const size = Math.max(1, Math.min(combine === 'sum' ? ACCUMULATORS : 4, count));
  const accumulators = new Accumulators(code, combine, dtype, size);
  const blockCount = code.local('i32');
  columns(reduction, {
    before: () => {
      accumulators.clear();
      if (count > perBlock) code.i32(0).set(blockCount);
    },
    each: (value) => {
      accumulators.add(value);
      if (count > perBlock) restartAfter(code, blockCount, perBlock, accumulators, 1);
    },
    after: () => {
      accumulators.flush(count % perBlock, 1);
      return accumulators.total;
    },
  });
}

/** What is done with vectors of values, one of each reduced index in order. */
export interface Column {
  before(): void;
  each(value: Local): void;
  after(): Local;
}

/** Vectors of results: for each, all the reduced axes. */
export function columns(reduction: Reduction, column: Column): void {
  const { code, emitter, kept, reduced, lanes, places, count } = reduction;
  const axes = [...kept];
  const inner = takeInner(axes, lanes);
  const vectors = new VectorLoop(code, lanes);
  const all = placedOf(reduction, axes, (k) => inner.strides[k] ?? 0, true);
  let found: readonly Place[] = [];
  const { graph, root } = combinedOf(reduction, vectors, all, () => found);
  const writer = new GraphWriter(code, graph, [root]);
  writer.hoist(0);
  const range = rangeOf(code, emitter, inner);
  nest(
    code,
    axes,
    axes.map((one) => rangeOf(code, emitter, one)),
    (counters) => {
      found = places.at(all, counters);
      vectors.start(range, found);
      if (count > 0) writer.hoist(1);
      vectors.run(() => {
        column.before();
        moving(code, reduced, moversOf(found, all, vectors), () => {
          const [value] = writer.run([root]) as readonly [Local]; // one for one
          column.each(value);
          writer.done([root]);
        });
        vectors.store([{ place: found.at(-1) as Place, value: column.after() }]); // the result comes last
      });
      vectors.finish();
    },
  );
}

/** The locals that move with the reduced axes, with their strides in bytes. */
function moversOf(found: readonly Place[], all: readonly Placed[], vectors: VectorLoop): Map<Local, readonly number[]> {
  const movers = new Map<Local, readonly number[]>();
  found.forEach((place, k) => {
    const moves = (all[k]?.moves ?? []).map((stride) => stride * place.size);
    const mover = vectors.mover(place);
    if (mover !== undefined && moves.some((stride) => stride !== 0)) movers.set(mover, moves);
  });
  return movers;
}

/** `body` for every index of the axes, with locals that follow it; in the end they are where they were. */
function moving(code: Code, axes: readonly Axis[], movers: Map<Local, readonly number[]>, body: () => void): void {
  const way = (strides: readonly number[], at: number): number => (strides[at] ?? 0) * (axes[at]?.extent ?? 0);
  const move = (by: (strides: readonly number[]) => number): void => {
    for (const [local, strides] of movers)
      if (by(strides) !== 0) code.get(local).i32(by(strides)).op('i32Add').set(local);
  };
  const from = (at: number): void => {
    const axis = axes[at];
    if (axis === undefined) {
      body();
      return;
    }
    const counter = code.local('i32');
    code.count(counter, 0, axis.extent, 1, () => {
      from(at + 1);
      move((strides) => (strides[at] ?? 0) - way(strides, at + 1));
    });
    code.release(counter);
  };
  from(0);
  move((strides) => -way(strides, 0));
}

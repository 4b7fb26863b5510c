import type { Code, Local } from '../wasm/code.ts';
import { GraphWriter } from './graph.ts';
import { type Axis, nest, rangeOf, takeInner } from './nest.ts';
import type { Place, Placed } from './places.ts';
import { combinedOf, placedOf, type Reduction } from './reduction.ts';
import { VectorLoop } from './vectors.ts';

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
export function moving(
  code: Code,
  axes: readonly Axis[],
  movers: Map<Local, readonly number[]>,
  body: () => void,
): void {
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

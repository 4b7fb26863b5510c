import type { DType } from '@throughline/tensor';
import type { Code, Local } from '../wasm/code.ts';
import { ACCUMULATORS, Accumulators, BLOCK, restartAfter } from './accumulators.ts';
import { GraphWriter } from './graph.ts';
import { type Axis, nest, rangeOf } from './nest.ts';
import { type Place, pushBase } from './places.ts';
import { combinedOf, placedOf, type Reduction } from './reduction.ts';
import { VectorLoop } from './vectors.ts';

/** One result after another: lane j of vector v gathers the elements 4v + j. */
export function writeRows(reduction: Reduction, combine: 'sum' | 'maximum' | 'minimum'): void {
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
  // accumulators that stay in their places
  const isWhole = count % lanes === 0 && total % accumulators.length === 0 && total <= perBlock;
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
      vectors.run(
        (time) => {
          const [result] = writer.run([root]) as readonly [Local]; // one for one
          if (isWhole) accumulators.addTo(time, result);
          else code.get(result).set(value);
          writer.done([root]);
          if (isWhole) return;
          vectors.ifCut(() => cut(code, accumulators, value, count % lanes, dtype));
          accumulators.add(value);
          if (total > perBlock) restartAfter(code, blockCount, perBlock, accumulators, lanes);
        },
        isWhole ? accumulators.length : 1,
      );
      vectors.finish();
      accumulators.flush(isWhole ? 0 : total % perBlock, lanes);
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

const storeFirst = (code: Code, place: Place, value: Local): Code =>
  pushBase(code, place)
    .get(value)
    .laneMemory(place.size === 4 ? 'v128Store32Lane' : 'v128Store64Lane', 0, place.offset);

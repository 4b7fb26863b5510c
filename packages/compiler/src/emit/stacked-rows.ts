import type { Code, Local } from '../wasm/code.ts';
import { ACCUMULATORS, BLOCK, type Combine, combiningOp, pushNeutral } from './accumulators.ts';
import { moving } from './columns.ts';
import { GraphWriter } from './graph.ts';
import { nest, rangeOf, takeInner } from './nest.ts';
import type { Place } from './places.ts';
import { combinedOf, placedOf, type Reduction } from './reduction.ts';
import { VectorLoop } from './vectors.ts';

/** How many vectors of results are gathered at a time: their accumulators stay in the nearest cache. */
const STRIP = 64;
const VECTOR = 16;

/**
 * Row after row as memory has them, each added to one of the accumulators, which are rows in scratch: as many results at once
 * as fit there. In registers the accumulators would have to change places with every row.
 */
export function writeStacked(reduction: Reduction, combine: Combine): void {
  const { code, emitter, kept, reduced, lanes, places, count, dtype } = reduction;
  const axes = [...kept];
  const inner = takeInner(axes, lanes);
  const vectors = new VectorLoop(code, lanes);
  const all = placedOf(reduction, axes, (k) => inner.strides[k] ?? 0, true);
  let found: readonly Place[] = [];
  const stays = all.map((one) => ({ ...one, moves: [] })); // along a row
  const { graph, root } = combinedOf(reduction, vectors, stays, () => found);
  const writer = new GraphWriter(code, graph, [root]);
  writer.hoist(0);
  const range = rangeOf(code, emitter, inner);
  const mayCut = vectors.cuts(range);
  const width = Math.min(STRIP, Math.ceil(inner.extent / lanes));
  const row = width * VECTOR;
  const rows = Math.min(ACCUMULATORS, count);
  const end = rows * row;
  const op = combiningOp(combine, dtype);
  const isBlocked = combine === 'sum' && count > BLOCK;
  const scratch = emitter.scratch(end + row);
  const local = (): Local => code.local('i32');
  const [from, to, at, wide, into, turns] = [local(), local(), local(), local(), local(), local()];
  /** Writes what changes nothing over so many bytes of scratch. */
  const clear = (bytes: number): void => {
    code.count(at, 0, bytes, VECTOR, () => {
      code.globalGet(scratch).get(at).op('i32Add');
      pushNeutral(code, combine, dtype);
      code.memory('v128Store');
    });
  };
  /** The accumulators from one on, combined by halving, from the address in `at`. */
  const combined = (first: number, step: number): Code => {
    if (step >= ACCUMULATORS) return code.get(at).memory('v128Load', first * row);
    combined(first, 2 * step);
    return first + step < rows ? combined(first + step, 2 * step).op(op) : code;
  };
  const endBlock = (): void => {
    code.count(into, 0, row, VECTOR, () => {
      code.globalGet(scratch).get(into).op('i32Add').tee(at).get(at).memory('v128Load', end);
      combined(0, 1).op(op).memory('v128Store', end);
    });
    clear(end);
  };
  nest(
    code,
    axes,
    axes.map((one) => rangeOf(code, emitter, one)),
    (counters) => {
      found = places.at(all, counters);
      const loads = found.slice(0, -1);
      const movers = new Map<Local, readonly number[]>();
      for (const [k, { base, size }] of loads.entries())
        if (base !== undefined)
          movers.set(
            base,
            (all[k]?.moves ?? []).map((stride) => stride * size),
          );
      code.count(from, range.from, range.to, width * lanes, () => {
        code
          .get(from)
          .i32(width * lanes)
          .op('i32Add')
          .tee(to);
        code.value(range.to).get(to).value(range.to).op('i32LtS').op('select').set(to);
        clear(isBlocked ? end + row : end);
        code.globalGet(scratch).get(from);
        code
          .i32(VECTOR / lanes)
          .op('i32Mul')
          .op('i32Sub')
          .tee(wide)
          .set(into);
        if (isBlocked) code.i32(0).set(turns);
        moving(code, reduced, movers, () => {
          vectors.start({ from, to }, loads, mayCut);
          writer.hoist(1);
          vectors.run(() => {
            const [value] = writer.run([root]) as readonly [Local]; // one for one
            code.get(vectors.index).get(into).op('i32Add').tee(at);
            code.get(at).memory('v128Load').get(value).op(op).memory('v128Store');
            writer.done([root]);
          });
          vectors.finish();
          code.get(into).i32(row).op('i32Add').tee(into).get(wide).i32(end).op('i32Add').op('i32Eq');
          code.if(() => {
            code.get(wide).set(into);
            if (!isBlocked) return;
            code
              .get(turns)
              .i32(1)
              .op('i32Add')
              .tee(turns)
              .i32(BLOCK / ACCUMULATORS)
              .op('i32Eq');
            code.if(() => {
              endBlock();
              code.get(wide).set(into).i32(0).set(turns);
            });
          });
        });
        if (isBlocked) endBlock();
        const result = code.local('v128');
        vectors.start({ from, to }, found.slice(-1), mayCut);
        vectors.run(() => {
          code.get(vectors.index).get(wide).op('i32Add').tee(at);
          if (isBlocked) code.memory('v128Load', end);
          else {
            code.op('drop');
            combined(0, 1);
          }
          code.set(result);
          vectors.store([{ place: found.at(-1) as Place, value: result }]); // the result comes last
        });
        vectors.finish();
        code.release(result);
      });
    },
  );
  code.release(from, to, at, wide, into, turns);
}

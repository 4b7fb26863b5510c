import type { DType } from '@throughline/tensor';
import type { Code, Local } from '../wasm/code.ts';
import { ACCUMULATORS, accumulatorsOf, BLOCK, type Combine, pushNeutral } from './accumulators.ts';
import { bitsIn } from './emitter.ts';
import type { Axis } from './nest.ts';
import { type Place, pushBase } from './places.ts';
import { combined, type Reduction } from './reduction.ts';

/** One result after another: lane j of vector v gathers the elements 4v + j. */
export function writeRows(reduction: Reduction, combine: 'sum' | 'maximum' | 'minimum'): void {
  const { code, reduced, count, lanes, dtype } = reduction;
  const { loop, writer, each } = combined(reduction, false, () => reduced[0] as Axis); // one, see alongReduced
  const { vectors } = loop;
  const perBlock = combine === 'sum' ? BLOCK / lanes : Number.POSITIVE_INFINITY;
  const total = Math.ceil(count / lanes);
  const accumulators = accumulatorsOf(code, combine, dtype, Math.min(ACCUMULATORS / lanes, total));
  // accumulators that stay in their places
  const isWhole = count % lanes === 0 && total % accumulators.length === 0 && total <= perBlock;
  const value = code.local('v128');
  const blockCount = code.local();
  const add = (): void => {
    vectors.ifCut(() => cut(code, combine, value, count % lanes, dtype));
    accumulators.add(value);
    if (total > perBlock)
      code.every(perBlock, blockCount, () => {
        accumulators.flush(0, lanes);
        accumulators.restart();
      });
  };
  loop.rows((places) => {
    writer.hoist(1);
    accumulators.clear();
    if (total > perBlock) code.i32(0).set(blockCount);
    vectors.run(
      places.slice(0, -1),
      (time) => {
        each((result) => {
          if (isWhole) accumulators.addTo(time, result);
          else code.get(result).set(value);
        });
        if (!isWhole) add();
      },
      loop.range,
      isWhole ? accumulators.length : 1,
    );
    accumulators.flush(isWhole ? 0 : total % perBlock, lanes);
    storeFirst(code, places.at(-1) as Place, accumulators.total); // the result comes last
  });
}

/** What lies behind the last element changes nothing. */
function cut(code: Code, combine: Combine, value: Local, left: number, dtype: DType): void {
  const size = dtype === 'float64' ? 2 : 1;
  const mask = [0, 1, 2, 3].map((word) => (word < left * size ? -1 : 0)) as [number, number, number, number]; // four
  code.get(value);
  pushNeutral(code, combine, dtype);
  code.i32x4s(mask).op('v128Bitselect').set(value);
}

const storeFirst = (code: Code, place: Place, value: Local): Code =>
  pushBase(code, place)
    .get(value)
    .laneMemory(`v128Store${bitsIn(place.size)}Lane`, 0, place.offset);

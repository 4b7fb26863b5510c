import type { Op } from '../wasm/opcodes.ts';
import { pushNeutral } from './accumulators.ts';
import { columns } from './columns.ts';
import { shapeOf } from './emitter.ts';
import type { Reduction } from './reduction.ts';

/** The index of the first largest, or of the first NaN. */
export function writeArgument(reduction: Reduction): void {
  const { code, dtype } = reduction;
  const [best, at, better] = code.locals(3, 'v128');
  const index = code.local();
  const shape = shapeOf(dtype);
  const greater: Op = shape === 'i32x4' ? 'i32x4GtS' : `${shape}Gt`;
  columns(reduction, {
    before: () => {
      pushNeutral(code, 'maximum', dtype);
      code.set(best).i32x4(0).set(at).i32(0).set(index);
    },
    each: (value) => {
      code.get(value).get(best).op(greater);
      if (shape !== 'i32x4') {
        // a NaN beats all but a NaN
        code.get(value).get(value).op(`${shape}Ne`).get(best).get(best).op(`${shape}Eq`).op('v128And').op('v128Or');
      }
      code.set(better);
      code.get(index).op('i32x4Splat').get(at).get(better).op('v128Bitselect').set(at);
      code.get(value).get(best).get(better).op('v128Bitselect').set(best);
      code.increase(index, 1);
    },
    after: () => {
      // masks of 64 bits: the lower word of each is the index
      if (dtype === 'float64')
        code.get(at).get(at).shuffle([0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11]).set(at);
      return at;
    },
  });
}

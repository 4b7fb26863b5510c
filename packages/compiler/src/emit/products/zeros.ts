import type { ContractKernel, LoopId } from '../../plan/ir.ts';
import type { Code, Local } from '../../wasm/code.ts';
import { bytesOf, type Emitter, pushAddress, splitRange } from '../emitter.ts';
import { pushPlace } from './loops.ts';

/** Fills the result of a product over nothing with +0. */
export function emitZeros(
  code: Code,
  emitter: Emitter,
  { kept, out, dtype, split }: ContractKernel,
  places: ReadonlyMap<LoopId, Local>,
): void {
  const bytes = bytesOf(dtype);
  const start = code.local('i32');
  pushAddress(code, emitter, out, dtype, places).set(start);
  const fill = (axis: number, pointer: Local): void => {
    const label = kept[axis];
    if (label === undefined) {
      code.get(pointer).i32(0).memory('i32Store');
      if (bytes === 8) code.get(pointer).i32(0).memory('i32Store', 4);
      return;
    }
    const [at, here] = [code.local('i32'), code.local('i32')];
    const range = split?.axis === axis ? splitRange(code, emitter, label.extent, split) : { from: 0, to: label.extent };
    code.count(at, range.from, range.to, 1, () => {
      pushPlace(code, pointer, [at, label.out * bytes]).set(here);
      fill(axis + 1, here);
    });
  };
  fill(0, start);
}

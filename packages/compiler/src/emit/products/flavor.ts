import type { DType } from '@throughline/tensor';
import type { Code, Local } from '../../wasm/code.ts';
import type { AccessOp, Op } from '../../wasm/opcodes.ts';
import { bitsIn, bytesOf, lanesFor, shapeOf } from '../emitter.ts';

/** How vectors of one dtype are multiplied. */
export interface Flavor {
  readonly key: string;
  readonly bytes: 4 | 8;
  readonly lanes: 4 | 2;
  readonly splat: AccessOp;
  readonly mul: Op;
  readonly add: Op;
  /** Multiply and add in one, where bits may differ. */
  readonly fused: Op | null;
  /** Whether a tile looks out for products that may be subnormal. */
  readonly careful: boolean;
}

export function flavorOf(dtype: DType, fast: boolean): Flavor {
  const shape = shapeOf(dtype);
  const fused = fast && shape !== 'i32x4' ? (`${shape}RelaxedMadd` as const) : null;
  const careful = dtype === 'float32' && !fast;
  const bytes = bytesOf(dtype);
  const splat = `v128Load${bitsIn(bytes)}Splat` as const;
  return {
    key: `${shape}${fast}`,
    bytes,
    lanes: lanesFor(dtype),
    splat,
    mul: `${shape}Mul`,
    add: `${shape}Add`,
    fused,
    careful,
  };
}

/** Puts the first `count` lanes at `offset` bytes from a pointer on the stack; the others are 0. */
export function loadLanes(code: Code, { bytes, lanes }: Flavor, pointer: Local, offset: number, count: number): void {
  code.get(pointer);
  code.memory(count === lanes ? 'v128Load' : `v128Load${count * bytes === 4 ? 32 : 64}Zero`, offset);
  if (count !== 3) return;
  const vector = code.local('v128');
  code
    .set(vector)
    .get(pointer)
    .get(vector)
    .laneMemory('v128Load32Lane', 2, offset + 8)
    .release(vector);
}

/** Stores the first `count` lanes of a vector at `offset` bytes from a pointer. */
export function storeLanes(
  code: Code,
  { bytes, lanes }: Flavor,
  pointer: Local,
  offset: number,
  count: number,
  vector: Local,
): void {
  code.get(pointer).get(vector);
  if (count === lanes) code.memory('v128Store', offset);
  else code.laneMemory(`v128Store${count * bytes === 4 ? 32 : 64}Lane`, 0, offset);
  if (count === 3)
    code
      .get(pointer)
      .get(vector)
      .laneMemory('v128Store32Lane', 2, offset + 8);
}

import type { DType } from '@throughline/tensor';
import type { Code, Local } from '../../wasm/code.ts';
import type { AccessOp, Op } from '../../wasm/opcodes.ts';

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
  if (dtype === 'float64') {
    const fused = fast ? 'f64x2RelaxedMadd' : null;
    return {
      key: `f64${fast}`,
      bytes: 8,
      lanes: 2,
      splat: 'v128Load64Splat',
      mul: 'f64x2Mul',
      add: 'f64x2Add',
      fused,
      careful: false,
    };
  }
  const four = { bytes: 4, lanes: 4, splat: 'v128Load32Splat' } as const;
  if (dtype === 'int32') return { ...four, key: 'i32', mul: 'i32x4Mul', add: 'i32x4Add', fused: null, careful: false };
  return {
    ...four,
    key: `f32${fast}`,
    mul: 'f32x4Mul',
    add: 'f32x4Add',
    fused: fast ? 'f32x4RelaxedMadd' : null,
    careful: !fast,
  };
}

/** Puts the first `count` lanes at `offset` bytes from a pointer on the stack; the others are 0. */
export function loadLanes(code: Code, { bytes, lanes }: Flavor, pointer: Local, offset: number, count: number): void {
  code.get(pointer);
  if (count === lanes) code.memory('v128Load', offset);
  else if (count * bytes === 4) code.memory('v128Load32Zero', offset);
  else code.memory('v128Load64Zero', offset);
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
  else if (count * bytes === 4) code.laneMemory('v128Store32Lane', 0, offset);
  else code.laneMemory('v128Store64Lane', 0, offset);
  if (count === 3)
    code
      .get(pointer)
      .get(vector)
      .laneMemory('v128Store32Lane', 2, offset + 8);
}

import { type Concrete, type DType, fromStorage, type Storage, type TensorType } from '@throughline/tensor';

/** A tensor in linear memory. */
export interface Lying {
  readonly window: Storage;
  readonly type: TensorType;
}

/** How elements lie there: a bool as an int32. */
const arrays = { float64: Float64Array, float32: Float32Array, int32: Int32Array, bool: Int32Array };

/** A window on linear memory that holds elements of a type. */
export const windowOn = (memory: WebAssembly.Memory, dtype: DType, address: number, length: number): Storage =>
  new arrays[dtype](memory.buffer, address, length);

/** Copies elements out of memory, as a tensor of their own. */
export function read({ window, type: { dtype, shape } }: Lying): Concrete {
  const Own = dtype === 'bool' ? Uint8Array : arrays[dtype];
  return fromStorage(new Own(window), dtype, shape);
}

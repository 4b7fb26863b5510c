import {
  type Concrete,
  type DType,
  dtypes,
  fromStorage,
  type Storage,
  sizeOf,
  type TensorType,
} from '@throughline/tensor';

/** Where a tensor lies in memory. */
export interface Lying {
  readonly address: number;
  readonly type: TensorType;
}

/** A window on linear memory that holds elements of a type: a bool lies there as an int32. */
export function windowOn(memory: WebAssembly.Memory, dtype: DType, address: number, length: number): Storage {
  const elements = dtype === 'float64' ? Float64Array : dtype === 'float32' ? Float32Array : Int32Array;
  return new elements(memory.buffer, address, length);
}

/** Copies a tensor's elements into memory. */
export function write(memory: WebAssembly.Memory, { address }: Lying, { dtype, storage }: Concrete): void {
  windowOn(memory, dtype, address, storage.length).set(storage);
}

/** Copies elements out of memory, as a tensor of their own. */
export function read(memory: WebAssembly.Memory, { address, type: { dtype, shape } }: Lying): Concrete {
  const size = sizeOf(shape);
  const storage = dtypes[dtype].allocate(size);
  storage.set(windowOn(memory, dtype, address, size));
  return fromStorage(storage, dtype, shape);
}

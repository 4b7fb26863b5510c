import {
  type Concrete,
  type DType,
  dtypes,
  fromStorage,
  type Storage,
  sizeOf,
  type TensorType,
} from '@throughline/tensor';

/** A window on linear memory that holds elements of a type: a bool lies there as an int32. */
export function windowOn(memory: WebAssembly.Memory, dtype: DType, address: number, length: number): Storage {
  switch (dtype) {
    case 'float64':
      return new Float64Array(memory.buffer, address, length);
    case 'float32':
      return new Float32Array(memory.buffer, address, length);
    default:
      return new Int32Array(memory.buffer, address, length);
  }
}

/** Copies a tensor's elements into memory. */
export function write(memory: WebAssembly.Memory, address: number, { dtype, storage }: Concrete): void {
  windowOn(memory, dtype, address, storage.length).set(storage);
}

/** Copies elements out of memory, as a tensor of their own. */
export function read(memory: WebAssembly.Memory, address: number, { dtype, shape }: TensorType): Concrete {
  const size = sizeOf(shape);
  const storage = dtypes[dtype].allocate(size);
  storage.set(windowOn(memory, dtype, address, size));
  return fromStorage(storage, dtype, shape);
}

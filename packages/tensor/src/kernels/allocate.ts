import type { DType, Storage } from '../dtype.ts';

/** Zeroed memory. `dtypes[dtype].allocate` costs a lookup and an indirect call, which shows on tensors of 8 elements. */
export function allocate(dtype: DType, size: number): Storage {
  if (dtype === 'float64') return new Float64Array(size);
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}

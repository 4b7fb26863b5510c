import type { DType, Storage } from '../dtype.ts';

/** Elements up to which an engine keeps a typed array's memory in the object itself, which beats a place in a slab. */
const OWN = 8;
/** Bytes up to which memory is cut from a slab. */
const LARGEST = 8192;
const SLAB = 65536;

let slab = new ArrayBuffer(0);
/** Where the last piece of the slab begins, and where it ends. */
let start = 0;
let end = 0;

/**
 * Zeroed memory. `dtypes[dtype].allocate` costs a lookup and an indirect call, which shows on tensors of 8 elements.
 *
 * Floats of middle size are cut from slabs, no byte of which is used twice: memory of its own costs a typed array of 512
 * elements a call into the system and work for the collector, more than the arithmetic on it. A slab lives as long as
 * any tensor in it, so a kept tensor may hold up to 64 KB beside its own.
 */
export function allocate(dtype: DType, size: number): Storage {
  if (dtype === 'float64') {
    const bytes = size * 8;
    return size > OWN && bytes <= LARGEST ? new Float64Array(cut(bytes), start, size) : new Float64Array(size);
  }
  if (dtype === 'float32') {
    const bytes = size * 4;
    return size > OWN && bytes <= LARGEST ? new Float32Array(cut(bytes), start, size) : new Float32Array(size);
  }
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}

/** The slab with room for this many bytes more, which begin at `start`, a multiple of 8. */
function cut(bytes: number): ArrayBuffer {
  start = (end + 7) & ~7;
  end = start + bytes;
  if (end > slab.byteLength) {
    slab = new ArrayBuffer(SLAB);
    start = 0;
    end = bytes;
  }
  return slab;
}

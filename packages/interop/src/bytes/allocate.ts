import { type DType, dtypes, type Storage } from '@throughline/tensor';

let watch: ((bytes: number) => void) | null = null;

/** Tells of every allocation of the readers; for the fuzzer, which holds them against the size of the file. */
export function watchAllocations(observer: ((bytes: number) => void) | null): void {
  watch = observer;
}

/** The one place where readers allocate memory for numbers: called when the file is known to hold them all. */
export function allocate(dtype: DType, size: number): Storage {
  watch?.(size * dtypes[dtype].bytes);
  return dtypes[dtype].allocate(size);
}

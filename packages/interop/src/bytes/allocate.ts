import { type DType, dtypes, type Storage } from '@throughline/tensor';

/** What a reader asked for, in bytes, and how many bytes of the file it is for. */
type Observer = (asked: number, inFile: number) => void;

let watch: Observer | null = null;

/** Tells of every allocation of the readers; for the fuzzer, which holds them against the size of the file. */
export function watchAllocations(observer: Observer | null): void {
  watch = observer;
}

/** The one place where readers allocate memory for numbers: called when the file is known to hold them all. */
export function allocate(dtype: DType, size: number, bytesInFile: number): Storage {
  watch?.(size * dtypes[dtype].bytes, size * bytesInFile);
  return dtypes[dtype].allocate(size);
}

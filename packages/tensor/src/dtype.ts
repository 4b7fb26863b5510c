/** The element types. Floats never mix silently; only `cast` goes between kinds. */
export type DType = 'float64' | 'float32' | 'int32' | 'bool';

/** The memory behind a concrete tensor: row-major, contiguous. A bool is a byte, 0 or 1. */
export type Storage = Float64Array | Float32Array | Int32Array | Uint8Array;

interface DTypeRecord {
  /** What types are called in messages and programs: `f64[2,3]`. */
  readonly short: string;
  readonly bytes: number;
  allocate(size: number): Storage;
}

/** Everything that depends on an element type, once. */
export const dtypes: Readonly<Record<DType, DTypeRecord>> = {
  float64: { short: 'f64', bytes: 8, allocate: (size) => new Float64Array(size) },
  float32: { short: 'f32', bytes: 4, allocate: (size) => new Float32Array(size) },
  int32: { short: 'i32', bytes: 4, allocate: (size) => new Int32Array(size) },
  bool: { short: 'bool', bytes: 1, allocate: (size) => new Uint8Array(size) },
};

/** True for float64 and float32: the types that carry cotangents. */
export const isFloat = (dtype: DType): boolean => dtype === 'float64' || dtype === 'float32';

export const isDType = (value: unknown): value is DType => typeof value === 'string' && Object.hasOwn(dtypes, value);

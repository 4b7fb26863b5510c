import { type DType, fromStorage, type Tensor } from '@throughline/tensor';
import { allocate } from './allocate.ts';
import { FileFormatError } from './format-error.ts';

/** How numbers lie in a file, and as what they are read. */
export interface Element {
  readonly bytes: number;
  /** The dtype of the tensor: the smallest that holds every value exactly. */
  readonly dtype: DType;
  /** NaN where there is no such value: see `refuse`. */
  read(view: DataView, at: number, little: boolean): number;
  /** What is wrong with a value that `read` gave NaN for; null where NaN is a number like any other. */
  readonly refuse: ((view: DataView, at: number, little: boolean) => string) | null;
}

const plain = (bytes: number, dtype: DType, read: Element['read']): Element => ({ bytes, dtype, read, refuse: null });

const inInt32 = (value: number): number => (value === (value | 0) ? value : Number.NaN);
const beyond = (value: bigint | number): string =>
  `the value ${value} is beyond int32, the only integers there are. Store it as int32 or float64.`;

const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);
const fromBits = (pattern: number): number => {
  bits[0] = pattern;
  return float[0] as number; // one element
};

/** Half precision is a subset of float32: 5 bits of exponent, 10 of fraction. */
function half(pattern: number): number {
  const [sign, exponent, fraction] = [(pattern & 0x8000) << 16, (pattern >> 10) & 31, pattern & 1023];
  if (exponent === 0) return (sign === 0 ? 1 : -1) * (fraction / 16_777_216); // a subnormal: units of 2⁻²⁴
  const widened = exponent === 31 ? 255 : exponent + 112; // 127 − 15
  return fromBits(sign | (widened << 23) | (fraction << 13));
}

const wide = (sign: 'getBigInt64' | 'getBigUint64'): Element => ({
  bytes: 8,
  dtype: 'int32',
  read(view, at, little) {
    const low = view.getInt32(little ? at : at + 4, little);
    const high = view.getInt32(little ? at + 4 : at, little);
    const extended = sign === 'getBigInt64' ? low >> 31 : low < 0 ? Number.NaN : 0;
    return high === extended ? low : Number.NaN;
  },
  refuse: (view, at, little) => beyond(view[sign](at, little)),
});

/** Every kind of number that is read, whatever the file calls it. */
export const elements = {
  f64: plain(8, 'float64', (view, at, little) => view.getFloat64(at, little)),
  f32: plain(4, 'float32', (view, at, little) => view.getFloat32(at, little)),
  f16: plain(2, 'float32', (view, at, little) => half(view.getUint16(at, little))),
  bf16: plain(2, 'float32', (view, at, little) => fromBits(view.getUint16(at, little) << 16)),
  i8: plain(1, 'int32', (view, at) => view.getInt8(at)),
  i16: plain(2, 'int32', (view, at, little) => view.getInt16(at, little)),
  i32: plain(4, 'int32', (view, at, little) => view.getInt32(at, little)),
  i64: wide('getBigInt64'),
  u8: plain(1, 'int32', (view, at) => view.getUint8(at)),
  u16: plain(2, 'int32', (view, at, little) => view.getUint16(at, little)),
  u32: {
    bytes: 4,
    dtype: 'int32',
    read: (view, at, little) => inInt32(view.getUint32(at, little)),
    refuse: (view, at, little) => beyond(view.getUint32(at, little)),
  },
  u64: wide('getBigUint64'),
  bool: {
    bytes: 1,
    dtype: 'bool',
    read: (view, at) => (view.getUint8(at) > 1 ? Number.NaN : view.getUint8(at)),
    refuse: (view, at) => `a bool is 0 or 1, here it is ${view.getUint8(at)}.`,
  },
} as const satisfies Readonly<Record<string, Element>>;

/** What a tensor is read from: `at` is its first byte, and the caller has checked that the file holds them all. */
export interface Source {
  readonly op: string;
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly little: boolean;
  /** How messages name it: `tensor "w", ` or nothing. */
  readonly label: string;
  /** Where the next number of the file belongs in the tensor; by default they lie in order. */
  readonly place?: () => number;
}

/** Reads a tensor of a shape that was checked against the file. */
export function readElements(source: Source, element: Element, shape: readonly number[]): Tensor {
  const { op, bytes, little, label, place } = source;
  const size = shape.reduce((product, extent) => product * extent, 1);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const storage = allocate(element.dtype, size, element.bytes);
  for (let i = 0; i < size; i++) {
    const at = source.at + i * element.bytes;
    const value = element.read(view, at, little);
    if (element.refuse !== null && Number.isNaN(value)) {
      throw new FileFormatError(op, at, `${label}entry ${i}: ${element.refuse(view, at, little)}`);
    }
    storage[place === undefined ? i : place()] = value;
  }
  return fromStorage(storage, element.dtype, shape);
}

import { dtypes, type Storage, type Tensor } from '@throughline/tensor';

/** The bytes of one element. */
export const bytesEach = ({ dtype }: Tensor): number => dtypes[dtype].bytes;

/** Little-endian, row-major. */
export function writeElements(bytes: Uint8Array, from: number, tensor: Tensor): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const values: Storage = tensor.toTypedArray();
  const each = bytesEach(tensor);
  const put = {
    float64: (at: number, value: number) => view.setFloat64(at, value, true),
    float32: (at: number, value: number) => view.setFloat32(at, value, true),
    int32: (at: number, value: number) => view.setInt32(at, value, true),
    bool: (at: number, value: number) => view.setUint8(at, value),
  }[tensor.dtype];
  for (let i = 0; i < values.length; i++) put(from + i * each, values[i] as number); // i < length
}

import type { ScalarFunction } from '../../elementary/scalar-function.ts';
import type { Precision } from '../../elementary/testing/samples.ts';
import { arityOf, samples } from './samples.ts';

const COUNT = 5000;

/** A number for the bits of 5000 results, every NaN the same (FNV-1a twice, from two starts). */
export function digestOf(precision: Precision, { name, kernels }: ScalarFunction): string {
  const width = arityOf(name);
  const points = samples(precision, name, COUNT, 2);
  const results = new Float64Array(COUNT);
  const words = new Uint32Array(results.buffer);
  const nan = new Uint8Array(COUNT);
  for (let i = 0; i < COUNT; i++) {
    const y = kernels[precision](...points.subarray(i * width, (i + 1) * width));
    if (!Number.isNaN(y)) results[i] = y;
    else nan[i] = 1;
  }
  const hash = (start: number): string => {
    let sum = start;
    for (let i = 0; i < 2 * COUNT; i++) {
      // little-endian machines: the low half first
      sum = Math.imul(sum ^ (words[i] as number) ^ (nan[i >> 1] as number), 16777619); // in range
      sum ^= sum >>> 15;
    }
    return (sum >>> 0).toString(16).padStart(8, '0');
  };
  return hash(0x811c9dc5) + hash(0x01000193);
}

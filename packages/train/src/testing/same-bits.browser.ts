import { expectedBits, trainedBits } from './same-bits.ts';

/** One seed, one set of bits: this page's engine trains to the very weights that Node trained to. */
export default async function sameBits(): Promise<void> {
  for (const dtype of ['float64', 'float32'] as const) {
    const bits = await trainedBits(dtype);
    if (bits !== expectedBits[dtype]) throw new Error(`${dtype}: ${bits}, expected ${expectedBits[dtype]}`);
  }
}

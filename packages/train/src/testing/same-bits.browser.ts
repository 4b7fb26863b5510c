import { expectedBits, trainedBits, ways } from './same-bits.ts';

/** One seed, one set of bits: this page's engine trains to the very weights that Node trained to. */
export default async function sameBits(): Promise<void> {
  for (const [dtype, compiled] of ways) {
    const [bits, expected] = [await trainedBits(dtype, compiled), expectedBits[`${dtype} ${compiled}`]];
    if (bits !== expected) throw new Error(`${dtype}, compiled: ${compiled}: ${bits}, expected ${expected}`);
  }
}

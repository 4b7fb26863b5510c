import { startThreads, stopThreads, threadCount } from '../threads/index.ts';
import { expectedBits, trainedBits } from './same-bits.ts';

/** One seed, one set of bits: this page's engine trains to the very weights that Node trained to, on one and two threads. */
export default async function sameBits(): Promise<void> {
  for (const threads of [1, 2]) {
    await startThreads(threads);
    for (const mode of ['strict', 'default'] as const) {
      for (const dtype of ['float32', 'float64'] as const) {
        const [bits, expected] = [await trainedBits(mode, dtype), expectedBits[mode][dtype]];
        if (bits !== expected) throw new Error(`${threads} threads, ${mode}, ${dtype}: ${bits}, expected ${expected}`);
      }
    }
    if (threadCount() !== threads) throw new Error(`${threadCount()} threads instead of ${threads}`);
  }
  await stopThreads();
}

// A process of its own: node … memory-case.ts SIZE STEPS prints how much it grew, as JSON.
import { setTimeout as sleep } from 'node:timers/promises';
import { naive } from './workloads/nets.ts';
import { type Size, type SizeName, sizes } from './workloads/sizes.ts';
import { gradientStep } from './workloads/steps.ts';

/** What a case tells its parent, in bytes. */
export interface MemoryCase {
  /** After imports, before anything is made. */
  readonly idle: number;
  /** At the most, over the whole process. */
  readonly peak: number;
  /** At ten places evenly through the steps. */
  readonly resident: readonly number[];
  readonly seconds: number;
}

/** Small, so that a hundred thousand steps are a matter of seconds. */
const tiny: Size = { B: 4, T: 10, I: 4, H: 8 };

async function main(size: Size, steps: number): Promise<MemoryCase> {
  const idle = process.memoryUsage.rss();
  const { run } = gradientStep(naive, size);
  const resident: number[] = [];
  const start = performance.now();
  for (let place = 0; place < 10; place++) {
    for (let n = 0; n < steps / 10; n++) run();
    await sleep(1); // the collector gets its turn, as in any program that reports progress
    resident.push(process.memoryUsage.rss());
  }
  const seconds = (performance.now() - start) / 1000;
  return { idle, peak: process.resourceUsage().maxRSS * 1024, resident, seconds };
}

const [size, steps] = process.argv.slice(2) as [SizeName | 'tiny', string]; // as the parent wrote them
console.log(JSON.stringify(await main(size === 'tiny' ? tiny : sizes[size], Number(steps))));

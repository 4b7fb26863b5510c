import type { Benchmark, Result } from './benchmark.ts';
import { inFreshProcess } from './child.ts';
import type { MemoryCase } from './memory-case.ts';
import { torchPeers } from './peers/torch-lstm.ts';
import { chosen, sizes } from './workloads/sizes.ts';

const megabytes = (what: string, who: string, bytes: number): Result => {
  const value = bytes / 2 ** 20;
  return { what, who, unit: 'MiB', median: value, best: value, repetitions: 1 };
};

const measured = async (size: string, steps: number): Promise<MemoryCase> =>
  (await inFreshProcess('./memory-case.ts', size, String(steps))) as MemoryCase; // it prints one

/** What a step needs beside its data. */
export const memory: Benchmark = {
  name: 'memory',
  question: 'How much memory does a compiled gradient step take above the idle process?',
  caveats:
    'Peak resident size of a fresh process that runs the LSTM’s gradient step, float32, less that after imports; weights and data are in it, and what V8 takes to compile. PyTorch’s is measured in the same way. A lie if the collector had not run: the figure is the peak, not the end.',
  async *run(options) {
    const torch = await torchPeers();
    torch?.stop();
    for (const name of chosen(options, ['S', 'M', 'L', 'LONG'])) {
      const { idle, peak } = await measured(name, options.quick ? 10 : 30);
      yield megabytes(name, 'throughline, peak above idle', peak - idle);
      if (torch === null) continue;
      const alone = await torchPeers({ one: true });
      try {
        const bytes = await alone?.peak({ ...sizes[name], kind: 'lstm-module', dtype: 'float32' });
        if (bytes !== undefined) yield megabytes(name, `${torch.version}, peak above idle`, bytes);
      } finally {
        alone?.stop();
      }
    }
  },
};

const STEPS = 100_000;

/** Whether a training run of days stays as large as it was after a minute. */
export const memoryFlat: Benchmark = {
  name: 'memory-flat',
  question: 'Does memory stay flat over a hundred thousand compiled train steps?',
  caveats:
    'Resident size at ten places of the run, of a small LSTM’s gradient step (B 4, T 10, I 4, H 8), in a process of its own. A lie if nothing were allocated: each call returns fresh tensors, which the collector has to find. The first place still has what starting took.',
  async *run({ quick }) {
    const steps = quick ? STEPS / 10 : STEPS;
    const { resident, seconds } = await measured('tiny', steps);
    for (const [place, bytes] of resident.entries()) {
      yield megabytes(`after ${(((place + 1) * steps) / 10).toLocaleString('en')} steps`, 'throughline', bytes);
    }
    const [second = Number.NaN] = resident.slice(1);
    yield megabytes('last, above the second', 'throughline', (resident.at(-1) ?? Number.NaN) - second);
    const each = (1e6 * seconds) / steps;
    yield { what: 'per step', who: 'throughline', unit: 'µs', median: each, best: each, repetitions: steps };
  },
};

import type { Benchmark } from './benchmark.ts';
import { chain } from './chain.ts';
import { debug } from './debug.ts';
import { elementary } from './elementary.ts';
import { matmul } from './matmul.ts';
import { smallOps } from './small-ops.ts';
import { symbolic } from './symbolic.ts';
import { throughTime } from './through-time.ts';
import { trainStep } from './train-step.ts';

/** Every benchmark, in the order in which they run. */
export const benchmarks: readonly Benchmark[] = [
  smallOps,
  chain,
  throughTime,
  trainStep,
  matmul,
  elementary,
  debug,
  symbolic,
];

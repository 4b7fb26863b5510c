import type { Benchmark } from './benchmark.ts';
import { chain } from './chain.ts';
import { elementary } from './elementary.ts';
import { matmul } from './matmul.ts';
import { smallOps } from './small-ops.ts';
import { symbolic } from './symbolic.ts';
import { trainStep } from './train-step.ts';

/** Every benchmark, in the order in which they run. */
export const benchmarks: readonly Benchmark[] = [smallOps, chain, trainStep, matmul, elementary, symbolic];

import type { Benchmark } from './benchmark.ts';
import { cells } from './cells-at-m.ts';
import { chain } from './chain.ts';
import { compileTime } from './compile-time.ts';
import { debug } from './debug.ts';
import { elementary } from './elementary.ts';
import { gradbench } from './gradbench.ts';
import { gradbenchLstm } from './gradbench-lstm.ts';
import { lstm } from './lstm.ts';
import { matmul } from './matmul.ts';
import { memory, memoryFlat } from './memory.ts';
import { precision } from './precision.ts';
import { smallOps } from './small-ops.ts';
import { stream } from './stream.ts';
import { symbolic } from './symbolic.ts';
import { threads } from './threads.ts';
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
  lstm,
  cells,
  threads,
  precision,
  compileTime,
  stream,
  memory,
  memoryFlat,
  gradbench,
  gradbenchLstm,
];

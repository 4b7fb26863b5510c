// functions
export { type Compiled, compile } from './compile.ts';
export type { CompileOptions } from './options.ts';
// seeing it
export type { Profile, ProfileLine, ProfileOptions, ProfileRow } from './report/profile.ts';
export type {
  MemoryAmount,
  CaptureReport,
  FormReport,
  LoopReport,
  MemoryReport,
  ProductReport,
  Report,
  RewriteReport,
  UnfusedReport,
} from './report/report.ts';
export type { Seen } from './report/seen.ts';
export type { Stateful, StateOptions } from './state.ts';
// threads
export { startThreads, stopThreads, ThreadError, threadCount } from './threads/pool.ts';
// eager code
export { useCompiledKernels } from './eager/kernels.ts';

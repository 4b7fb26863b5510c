// functions
export { type Compiled, type CompileOptions, compile } from './compile.ts';
export type { Stateful, StateOptions } from './state.ts';
// threads
export { startThreads, stopThreads, ThreadError, threadCount } from './threads/pool.ts';
// eager code
export { useCompiledKernels } from './eager/kernels.ts';

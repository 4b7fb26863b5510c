export { type Compiled, type CompileOptions, compile } from './compile.ts';
export { startThreads, stopThreads, ThreadError, threadCount } from './threads/pool.ts';

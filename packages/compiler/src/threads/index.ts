export { stopThreads, ThreadError, threadCount } from './pool.ts';
export { startThreads } from './start.ts';

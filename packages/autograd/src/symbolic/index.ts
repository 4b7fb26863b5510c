// programs as text

// memory before a run
export { estimateMemory, type MemoryEstimate } from './estimate-memory.ts';
export { type PrintOptions, print } from './print.ts';

/** @file The barrier as a WebAssembly function. It counts up in shared memory. */
import type { Code, FunctionIndex, GlobalIndex } from '../wasm/code.ts';
import type { Module } from '../wasm/module.ts';

/** The bytes of two int32: arrivals at barriers, and how many threads sleep until there are more. */
export const barrierAddress = 0;
/** Bytes at the beginning of memory that buffers must leave alone: a cache line. */
export const barrierBytes = 64;
/**
 * The function, imported from `env`, that a thread calls when it has waited for some microseconds, with the arrivals it
 * waits for: it may sleep, and throws when waiting is in vain.
 */
export const stalledImport = 'stalled';
export const stalledSignature = { parameters: ['i32'], results: [] } as const;

/** Rounds between two calls of `stalled`: ten microseconds or so. */
const patience = 1 << 13;

/** A module's barrier: its function, and the instructions that make the instance ready for a run. */
export interface Barrier {
  readonly wait: FunctionIndex;
  /** Belongs at the beginning of every run. Memory is made ready by Team.run. */
  reset(code: Code): void;
}

/** Defines the barrier; `threads` says how many take part. */
export function defineBarrier(module: Module, stalled: FunctionIndex, threads: GlobalIndex): Barrier {
  // Arrivals that the next barrier waits for: it grows with every barrier, so the counter never has to go back.
  const goal = module.global();
  const wait = module.function({ parameters: [], results: [] }, (code) => {
    const rounds = code.local();
    code.block((end) => {
      code.globalGet(threads).i32(2).op('i32LtS').jumpIf(end);
      code.globalGet(goal).globalGet(threads).op('i32Add').globalSet(goal);
      code.i32(barrierAddress).i32(1).memory('i32AtomicAdd').op('drop');
      code.i32(barrierAddress).memory('i32AtomicLoad', 4);
      code.if(() => code.i32(barrierAddress).i32(-1).memory('i32AtomicNotify').op('drop'));
      code.loop((again) => {
        // Differences, because both wrap around.
        code.i32(barrierAddress).memory('i32AtomicLoad').globalGet(goal).op('i32Sub').i32(0).op('i32GeS').jumpIf(end);
        code.get(rounds).i32(1).op('i32Add').tee(rounds);
        code
          .i32(patience - 1)
          .op('i32And')
          .jumpIf(again);
        code.globalGet(goal).call(stalled).jump(again);
      });
    });
  });
  return { wait, reset: (code) => void code.i32(0).globalSet(goal) };
}

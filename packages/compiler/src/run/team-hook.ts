/** @file What `startThreads` brings: a page that runs on one thread does not download it. */
import type { Plan } from '../plan/ir.ts';
import type { defineBarrier } from '../threads/barrier.ts';
import type { Team } from '../threads/team.ts';

/** All that running on several threads takes. */
export interface Threading {
  /** How many threads there are, the calling one included. */
  count(): number;
  /** Whether memory can be shared between threads here. */
  canShare(): boolean;
  /** The plan with what threads divide, and barriers. */
  split(plan: Plan, addresses: readonly number[]): Plan;
  readonly defineBarrier: typeof defineBarrier;
  attach(module: WebAssembly.Module, memory: WebAssembly.Memory): Team;
  /** What an instance calls while it waits. */
  stalled(goal: number): void;
  /** Whether a run ended because a worker was lost, which may still write. */
  isLoss(error: unknown): boolean;
}

/** Null until `startThreads` has been called. */
export let threading: Threading | null = null;

export function useThreading(given: Threading): void {
  threading = given;
}

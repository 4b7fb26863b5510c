/** @file Threads that are not there: runs a Plan kernel by kernel in any order the barriers leave open, and sees races. */
import type { Kernel, Plan } from '../plan/ir.ts';
import { type Places, SimulatedMemory, SimulatedThread } from './simulated-thread.ts';

interface Simulation {
  readonly threads: number;
  /** Whose turn it is: an integer from 0 to below `count`. */
  readonly pick: (count: number) => number;
}

interface Outcome {
  /** What is in memory at the end, as 32-bit words. */
  readonly memory: Int32Array;
  readonly race: string | undefined;
}

/** Runs a plan of which every kernel says what it touches, on threads that take turns between kernels. */
export function simulate(plan: Plan, addresses: readonly number[], { threads, pick }: Simulation): Outcome {
  const memory = new SimulatedMemory(plan, addresses);
  let ready = Array.from({ length: threads }, (_, thread) =>
    drive(plan.kernels, new SimulatedThread(memory, thread, threads), new Map()),
  );
  let waiting: typeof ready = [];
  const outcome = (race: string | undefined): Outcome => ({ memory: memory.words, race });
  while (ready.length > 0) {
    const chosen = ready[pick(ready.length)];
    if (chosen === undefined) throw new RangeError('pick');
    const { done, value } = chosen.next();
    if (done || value === 'barrier') ready = ready.filter((one) => one !== chosen);
    if (!done && value === 'barrier') waiting.push(chosen);
    if (ready.length > 0 || waiting.length === 0) continue;
    // Threads that disagree about a predicate never meet again.
    if (waiting.length < threads) return outcome(memory.race ?? 'some threads wait for others that have ended');
    [ready, waiting] = [waiting, []];
    memory.barrier();
  }
  return outcome(memory.race);
}

/** Stops before every leaf, before every predicate is read, and at every barrier: there all of them meet. */
function* drive(kernels: readonly Kernel[], thread: SimulatedThread, places: Places): Generator<'barrier' | 'leaf'> {
  for (const kernel of kernels) {
    if (kernel.kind === 'barrier') {
      yield 'barrier';
      continue;
    }
    if (kernel.kind === 'loop') {
      for (let i = 0; i < kernel.length; i++) {
        const t = kernel.reverse ? kernel.length - 1 - i : i;
        yield* drive(kernel.body, thread, new Map([...places, [kernel.id, t]]));
      }
      continue;
    }
    if (kernel.kind === 'while') {
      for (let t = 0; ; t++) {
        const inner = new Map([...places, [kernel.id, t]]);
        yield* drive(kernel.test, thread, inner);
        yield 'leaf';
        if (thread.predicate(kernel.predicate, inner) % 4 === 0 || t >= (kernel.maxSteps ?? 9)) break;
        yield* drive(kernel.body, thread, inner);
      }
      continue;
    }
    yield 'leaf';
    if (kernel.kind !== 'branch') thread.run(kernel, places);
    else if (thread.predicate(kernel.predicate, places) % 2 !== 0) yield* drive(kernel.onTrue, thread, places);
    else yield* drive(kernel.onFalse, thread, places);
  }
}

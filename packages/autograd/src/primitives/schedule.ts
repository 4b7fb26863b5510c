/** @file Which carries of a loop are kept for its reverse sweep, and which are computed again. */
import { ArgumentError } from '@throughline/tensor';

/**
 * What the reverse sweep of a loop over T steps finds in memory.
 *
 * `'all'`: every step's residuals. `{ every: k }`: the carry of every k-th step; between them k steps run again.
 * `'sqrt'`: that with k = ⌈√T⌉, which makes the least memory of one repetition. `{ snapshots: s }`: s carries at most,
 * and each step runs again as often as that asks for: binomial checkpointing, whose number of repetitions grows with the
 * logarithm of T when s does. Its last stretches of `block` steps (16 by default) keep their residuals; with
 * `block: 1` the schedule is that of Griewank and Walther to the step.
 */
export type Schedule =
  | 'all'
  | 'sqrt'
  | { readonly every: number }
  | { readonly snapshots: number; readonly block?: number };

const isCount = (n: unknown): boolean => Number.isInteger(n) && (n as number) >= 1; // an integer is a number

/** Throws unless it is a schedule. @throws ArgumentError with the forms there are. */
export function checkSchedule(schedule: unknown): void {
  if (schedule === 'all' || schedule === 'sqrt') return;
  if (typeof schedule === 'object' && schedule !== null) {
    if ('every' in schedule && isCount(schedule.every)) return;
    const block = 'block' in schedule ? schedule.block : 1;
    if ('snapshots' in schedule && isCount(schedule.snapshots) && isCount(block)) return;
  }
  throw new ArgumentError(
    'scan',
    `checkpoint is ${JSON.stringify(schedule)}. Give 'all', 'sqrt', { every: k } or { snapshots: s }, with integers ≥ 1.`,
  );
}

/** A loop cut in blocks of steps: the carry at up to `keep` of their beginnings is kept at a time, beside the first. */
export interface Plan {
  readonly block: number;
  readonly blocks: number;
  readonly keep: number;
}

/** How a loop of `length` steps is cut; one block means that nothing is gained over store-all. */
export function planOf(schedule: Schedule, length: number): Plan {
  const plan = (block: number, keep = Number.POSITIVE_INFINITY): Plan => {
    const blocks = Math.ceil(length / block);
    return { block, blocks, keep: Math.min(keep, blocks - 1) };
  };
  if (schedule === 'all') return plan(Math.max(1, length));
  if (schedule === 'sqrt') return plan(Math.max(1, Math.ceil(Math.sqrt(length))));
  return 'every' in schedule ? plan(schedule.every) : plan(schedule.block ?? 16, schedule.snapshots);
}

/**
 * How a Program is cut: into loops within loops. Under `{ snapshots: s }` they nest as deeply as s asks for, with b
 * blocks at each of ⌊s/b⌋ levels; `inner` is what the body's own loop does.
 */
export function levelOf(schedule: Schedule, length: number): { readonly block: number; readonly inner: Schedule } {
  if (typeof schedule === 'string' || 'every' in schedule)
    return { block: planOf(schedule, length).block, inner: 'all' };
  const { snapshots } = schedule;
  let levels = 1;
  for (let least = Number.POSITIVE_INFINITY, n = 1; n <= Math.max(1, snapshots >> 1); n++) {
    const left = remaining(length, Math.floor(snapshots / n), n);
    if (left >= least) continue;
    [levels, least] = [n, left];
    if (left <= (schedule.block ?? 16)) break;
  }
  const blocks = Math.max(2, Math.floor(snapshots / levels));
  const block = Math.ceil(length / blocks);
  const inner: Schedule = levels > 1 ? { ...schedule, snapshots: snapshots - blocks } : 'all';
  return { block, inner };
}

/** Steps of the innermost blocks after cutting into `blocks` at each of `levels`. */
function remaining(length: number, blocks: number, levels: number): number {
  let left = length;
  for (let n = 0; n < levels; n++) left = Math.ceil(left / Math.max(2, blocks));
  return left;
}

/** The number of steps that s carries let one reverse with r runs of each: (s + r)! / (s! r!). */
export function reach(s: number, r: number): number {
  let product = 1;
  for (let i = 1; i <= r; i++) product = (product * (s + i)) / i;
  return r < 0 ? 0 : product;
}

/**
 * From a kept carry, over how many of `n` blocks to run before the next is kept, when `free` more may be: the place at
 * which the fewest runs are made (Griewank & Walther, Algorithm 799, 2000).
 */
export function stride(n: number, free: number): number {
  const s = free + 1; // with the one that we start from
  let r = 1;
  while (reach(s, r) < n) r++;
  return Math.max(1, reach(s, r - 2), n - reach(s - 1, r));
}

/** The blocks at whose beginning a forward run keeps the carry. */
export function firstKept({ blocks, keep }: Plan): number[] {
  const kept: number[] = [];
  for (let at = 0; kept.length < keep && at < blocks - 1; ) {
    at += stride(blocks - at, keep - kept.length);
    kept.push(at);
  }
  return kept;
}

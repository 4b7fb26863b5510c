import type { Program } from '@throughline/autograd/back-end';
import { addZero } from './add-zero.ts';
import { commonSubexpressions } from './common-subexpressions.ts';
import { concatThroughLoops } from './concat-through-loops.ts';
import { foldConstants } from './fold-constants.ts';
import { hoistInvariants } from './hoist-invariants.ts';
import { hoistRows } from './hoist-rows.ts';
import { inlineCalls } from './inline-calls.ts';
import { joinContracted } from './join-contracted.ts';
import { joinPads } from './join-pads.ts';
import { joinProducts } from './join-products.ts';
import { mergeScans } from './merge-scans.ts';
import { mergeSums } from './merge-sums.ts';
import { everywhere, type Pass } from './pass.ts';
import { recompute } from './recompute.ts';
import { repeatedConstants } from './repeated-constants.ts';
import { sink } from './sink.ts';
import { sumsLeaveLoops } from './sums-leave-loops.ts';
import { tidyLoops } from './tidy-loops.ts';
import { views } from './views.ts';

export type { Pass } from './pass.ts';

/** By the names that notes know them by, in the order in which they run. */
const passes = {
  'inline-calls': inlineCalls,
  'repeated-constants': repeatedConstants,
  'fold-constants': foldConstants,
  views,
  'common-subexpressions': commonSubexpressions,
  'merge-scans': mergeScans,
  'tidy-loops': tidyLoops,
  'hoist-rows': hoistRows,
  'sums-leave-loops': sumsLeaveLoops,
  'merge-sums': mergeSums,
  'add-zero': addZero,
  'join-pads': joinPads,
  'join-contracted': joinContracted,
  'join-products': joinProducts,
  'concat-through-loops': concatThroughLoops,
  sink,
  recompute,
  // last, so that what it brings together outside meets the passes for equal values at once
  'hoist-invariants': hoistInvariants,
} as const satisfies Readonly<Record<string, Pass>>;
export type PassName = keyof typeof passes;

/** Something that a pass did: its name, and what it says. */
export interface Note {
  readonly pass: PassName;
  readonly counts: readonly number[];
}

/** After these, results may differ in their last bits: sums are taken in another order. */
const reassociating: readonly Pass[] = [sumsLeaveLoops, mergeSums, addZero, joinPads, joinContracted];

/** Rounds after which a Program is taken as it is. */
const rounds = 8;

/** What may be done. */
export interface OptimiseOptions {
  /** Whether passes may take sums in another order. */
  readonly reassociate: boolean;
}

/**
 * Runs the passes, in turn and again, until none finds anything to do: in bodies first, then outside.
 *
 * The result computes what `program` does: bit for bit without `reassociate`, within 4·n·ε·Σ|terms| of every sum with it.
 */
export function optimise(
  program: Program,
  { reassociate }: OptimiseOptions,
): { program: Program; notes: readonly Note[] } {
  const notes: Note[] = [];
  const list = Object.entries(passes).filter(([, pass]) => reassociate || !reassociating.includes(pass));
  let current = program;
  for (let round = 0; round < rounds; round++) {
    const before = current;
    for (const [name, pass] of list) {
      current = everywhere(pass)(current, (...counts) => notes.push({ pass: name as PassName, counts })); // a key of passes
    }
    if (current === before) break;
  }
  return { program: current, notes };
}

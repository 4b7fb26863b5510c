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
import { joinSums } from './join-sums.ts';
import { mergeScans } from './merge-scans.ts';
import { mergeSums } from './merge-sums.ts';
import { everywhere, type Note, type Pass } from './pass.ts';
import { recompute } from './recompute.ts';
import { scalarConstants } from './scalar-constants.ts';
import { sink } from './sink.ts';
import { sumsLeaveLoops } from './sums-leave-loops.ts';
import { tidyLoops } from './tidy-loops.ts';
import { views } from './views.ts';

export type { Note, Pass } from './pass.ts';

/** A pass with the name that notes and options know it by. */
interface Named {
  readonly name: string;
  readonly pass: Pass;
  /** Set when results may differ in their last bits: sums are taken in another order. */
  readonly reassociates?: true;
}

/** In the order in which they run. */
const passes: readonly Named[] = [
  { name: 'inline-calls', pass: inlineCalls },
  { name: 'scalar-constants', pass: scalarConstants },
  { name: 'fold-constants', pass: foldConstants },
  { name: 'views', pass: views },
  { name: 'common-subexpressions', pass: commonSubexpressions },
  { name: 'merge-scans', pass: mergeScans },
  { name: 'tidy-loops', pass: tidyLoops },
  { name: 'hoist-invariants', pass: hoistInvariants },
  { name: 'hoist-rows', pass: hoistRows },
  { name: 'sums-leave-loops', pass: sumsLeaveLoops, reassociates: true },
  { name: 'merge-sums', pass: mergeSums, reassociates: true },
  { name: 'add-zero', pass: addZero, reassociates: true },
  { name: 'join-pads', pass: joinPads, reassociates: true },
  { name: 'join-contracted', pass: joinContracted, reassociates: true },
  { name: 'join-products', pass: joinProducts },
  { name: 'concat-through-loops', pass: concatThroughLoops },
  { name: 'join-sums', pass: joinSums },
  { name: 'sink', pass: sink },
  { name: 'recompute', pass: recompute },
];

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
  const list = passes.filter(({ reassociates }) => reassociate || reassociates !== true);
  let current = program;
  for (let round = 0; round < rounds; round++) {
    const before = current;
    for (const { name, pass } of list) {
      current = everywhere(pass)(current, (what) => notes.push({ pass: name, what }));
    }
    if (current === before) break;
  }
  return { program: current, notes };
}

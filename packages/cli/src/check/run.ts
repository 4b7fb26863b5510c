import { key } from '@throughline/autograd';
import { equations } from '@throughline/rnn';
import type { CellFacts, Facts, Settings } from './facts.ts';
import { type CheckOptions, sequencesMeasured } from './options.ts';
import { countParameters } from './parameters.ts';
import { inputs, type Sizes } from './probe.ts';
import { checkBelt } from './sections/belt.ts';
import { rankCandidates } from './sections/candidates.ts';
import { requireFinite } from './sections/finite.ts';
import { checkGradients } from './sections/gradients.ts';
import { verdictOf } from './sections/verdict.ts';
import type { Subject } from './subjects.ts';

/** Told of each part of the facts as soon as it is known. */
export interface Listener {
  settings?(settings: Settings, cells: readonly CellFacts[]): void;
  gradients?(cells: readonly CellFacts[]): void;
  belt?(cells: readonly CellFacts[]): void;
}

/** Checks the subjects, section by section. Between pieces of work it lets messages and input have their turn. */
export async function runCheck(
  subjects: readonly Subject[],
  options: CheckOptions,
  listener: Listener,
): Promise<Facts> {
  const { hidden, steps, seed } = options;
  const settings: Settings = { dtype: 'float64', hidden, inputs, steps, batch: sequencesMeasured, seed };
  const sizesOf = (subject: Subject, batch: number): Sizes => ({
    hidden: subject.hidden,
    steps,
    batch,
    key: key(seed),
  });
  let cells = subjects.map((subject): CellFacts => {
    requireFinite(subject, sizesOf(subject, sequencesMeasured));
    return {
      name: subject.cell.name,
      equations: equations(subject.cell, { likewise: true }),
      parameters: countParameters(subject.cell, subject.hidden),
      gradients: [],
      belt: null,
      beltCandidates: [],
      figure: null,
    };
  });
  const extend = async (f: (subject: Subject) => Partial<CellFacts>): Promise<readonly CellFacts[]> => {
    const next: CellFacts[] = [];
    for (const [i, subject] of subjects.entries()) {
      await turn();
      next.push({ ...(cells[i] as CellFacts), ...f(subject) }); // one per subject
    }
    cells = next;
    return cells;
  };
  listener.settings?.(settings, cells);
  listener.gradients?.(await extend((subject) => ({ gradients: checkGradients(subject.cell, sizesOf(subject, 1)) })));
  const belts = (subject: Subject): Partial<CellFacts> => {
    const belt = checkBelt(subject, sizesOf(subject, sequencesMeasured));
    return { belt, beltCandidates: belt === null ? rankCandidates(subject, sizesOf(subject, sequencesMeasured)) : [] };
  };
  listener.belt?.(await extend(belts));
  const facts = { format: 1, settings, cells, reach: [], learning: null, remedy: null } as const;
  return { ...facts, verdict: verdictOf(facts) };
}

const turn = (): Promise<void> => new Promise((resume) => setImmediate(resume));

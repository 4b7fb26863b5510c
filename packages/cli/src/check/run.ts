import { backwardEquations, equations } from '@throughline/rnn/symbolic';
import type {
  CellFacts,
  ClaimFacts,
  Facts,
  LearningFacts,
  LearningRun,
  ReachFacts,
  RemedyFacts,
  Settings,
} from './facts.ts';
import { type CheckOptions, pinned, sequencesMeasured } from './options.ts';
import { countParameters } from './parameters.ts';
import { inputs } from './probe.ts';
import { checkClaims } from './sections/claims.ts';
import { requireFinite } from './sections/finite.ts';
import { learningFacts, type Progress, startTraining } from './sections/learning.ts';
import { searchRemedy } from './sections/remedy.ts';
import { type Findings, verdictOf } from './sections/verdict.ts';
import type { Subject } from './subjects.ts';
import { TrainingPool } from './training-pool.ts';
import { beltOf, candidatesOf, figureOf, gradientsOf, reachFactsOf, sizesOf } from './untrained.ts';

/** Told of each part of the facts as soon as it is known. */
export interface Listener {
  settings?(settings: Settings, cells: readonly CellFacts[]): void;
  gradients?(cells: readonly CellFacts[]): void;
  belt?(cells: readonly CellFacts[]): void;
  reach?(rows: readonly ReachFacts[]): void;
  /** Before section 4 is known, while the trainings run. */
  readonly progress?: Progress;
  learning?(facts: LearningFacts | null): void;
  remedy?(facts: RemedyFacts): void;
  claims?(facts: readonly ClaimFacts[]): void;
}

/**
 * Checks the subjects, section by section: trainings in threads of their own from the start, everything else here. Between
 * pieces of work it lets messages and input have their turn.
 * @throws CheckError or UserFileError when the check could not be made; threads are ended however it goes.
 */
export async function runCheck(
  subjects: readonly Subject[],
  options: CheckOptions,
  listener: Listener = {},
): Promise<Facts> {
  const { hidden, steps, seed } = options;
  const settings: Settings = { dtype: 'float64', hidden, inputs, steps, batch: sequencesMeasured, seed };
  for (const subject of subjects) requireFinite(subject, sizesOf(subject, options, sequencesMeasured));
  const pool = options.train ? new TrainingPool(options) : null;
  try {
    const training = pool && startTraining(subjects, pool, (made, of) => listener.progress?.(made, of));
    const cells = await checkCells(
      subjects,
      options,
      (described) => listener.settings?.(settings, described),
      listener,
    );
    const reach: ReachFacts[] = [];
    for (const subject of subjects) {
      for (const variant of subject.trained) {
        await turn();
        reach.push(reachFactsOf(subject, variant, options));
      }
    }
    listener.reach?.(reach);
    const runs = training && (await training.runs);
    const learning = runs && learningFacts(steps, runs);
    listener.learning?.(learning);
    const remedy = pool && runs ? await remedyFor(subjects, runs, options, pool) : null;
    if (remedy) listener.remedy?.(remedy);
    const claims = subjects.flatMap(({ cell, claims: own = [] }) => checkClaims(cell, own, { seed }));
    if (claims.length > 0) listener.claims?.(claims);
    const findings: Findings = {
      format: 1,
      settings,
      cells,
      reach,
      learning,
      remedy,
      ...(claims.length > 0 ? { claims } : {}),
    };
    return { ...findings, verdict: verdictOf(findings) };
  } finally {
    await pool?.close();
  }
}

const turn = (): Promise<void> => new Promise((resume) => setImmediate(resume));

/** Sections 1 and 2. */
async function checkCells(
  subjects: readonly Subject[],
  options: CheckOptions,
  describe: (cells: readonly CellFacts[]) => void,
  listener: Listener,
): Promise<readonly CellFacts[]> {
  const described = subjects.map((subject) => describeCell(subject, options));
  describe(described);
  const extend = async (
    cells: readonly CellFacts[],
    f: (subject: Subject) => Partial<CellFacts>,
  ): Promise<CellFacts[]> => {
    const next: CellFacts[] = [];
    for (const [i, subject] of subjects.entries()) {
      await turn();
      next.push({ ...(cells[i] as CellFacts), ...f(subject) }); // one per subject
    }
    return next;
  };
  const withGradients = await extend(described, (subject) => ({
    gradients: gradientsOf(subject, options),
  }));
  listener.gradients?.(withGradients);
  const withBelts = await extend(withGradients, (subject) => {
    const belt = beltOf(subject, options);
    const beltCandidates = belt === null ? candidatesOf(subject, options) : [];
    return { belt, beltCandidates, figure: figureOf(subject, options) };
  });
  listener.belt?.(withBelts);
  return withBelts;
}

const describeCell = ({ cell, hidden }: Subject, options: CheckOptions): CellFacts => ({
  name: cell.name,
  equations: equations(cell, { likewise: true }),
  backward: backwardEquations(cell),
  parameters: countParameters(cell, hidden),
  ...(hidden === options.hidden ? {} : { hidden }),
  gradients: [],
  belt: null,
  beltCandidates: [],
  figure: null,
});

/** A remedy is looked for when a user's own cell is checked: the first of two. */
async function remedyFor(
  subjects: readonly Subject[],
  runs: readonly LearningRun[],
  options: CheckOptions,
  pool: TrainingPool,
): Promise<RemedyFacts | null> {
  const [subject] = subjects;
  const [run] = runs;
  if (options.file === null || subject === undefined || run === undefined) return null;
  return await searchRemedy(subject, run, sizesOf(subject, options, pinned.batch), pool);
}

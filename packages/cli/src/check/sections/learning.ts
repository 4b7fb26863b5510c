import type { LearningFacts, LearningRun } from '../facts.ts';
import { learnedBelow, pinned } from '../options.ts';
import type { Subject } from '../subjects.ts';
import { baseline } from '../training.ts';
import type { TrainingPool } from '../training-pool.ts';

/** Told how far the trainings are: updates made and to make, of all of them together. */
export type Progress = (made: number, of: number) => void;

/** Trainings under way. */
export interface Trainings {
  /** In the order of the subjects. */
  readonly runs: Promise<readonly LearningRun[]>;
}

/** Starts section 4: every variant of every subject that is trained, the longest trainings first. */
export function startTraining(subjects: readonly Subject[], pool: TrainingPool, progress: Progress): Trainings {
  const jobs = subjects.flatMap(({ cell, trained }) =>
    trained.map(({ label }) => ({ cell: cell.name, label, gates: cell.gates.length })),
  );
  const made = jobs.map(() => 0);
  const started = jobs
    .map((job, place) => ({ ...job, place }))
    .toSorted((a, b) => b.gates - a.gates)
    .map(({ cell, label, place }) => {
      const run = pool.run({ cell, label, change: null }, (update) => {
        made[place] = update;
        progress(
          made.reduce((a, b) => a + b, 0),
          jobs.length * pinned.updates,
        );
      });
      return { place, run };
    });
  const inOrder = started.toSorted((a, b) => a.place - b.place).map(({ run }) => run);
  const runs = Promise.all(inOrder);
  // Whoever awaits the runs hears of a failure; until then it must not end the process.
  runs.catch(() => undefined);
  return { runs };
}

/** Section 4, as found. */
export const learningFacts = (steps: number, runs: readonly LearningRun[]): LearningFacts => ({
  task: `adding, T ${steps}`,
  steps: pinned.updates,
  batch: pinned.batch,
  baseline,
  learnedBelow: learnedBelow * baseline,
  runs,
});

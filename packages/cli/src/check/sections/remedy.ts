import type { AnyCell } from '@throughline/rnn';
import { applyChange, type Change } from '../changes.ts';
import type { LearningRun, RemedyFacts } from '../facts.ts';
import { initModel, testBatch } from '../model.ts';
import type { Sizes } from '../probe.ts';
import type { Subject } from '../subjects.ts';
import { gateFacts } from '../training.ts';
import type { TrainingPool } from '../training-pool.ts';
import { measureReach } from './reach.ts';

/** Changes that are trained, two by two: those whose gradient reaches furthest. */
const trainedChanges = 4;
/** A gradient that reaches better by less than this is not worth a training. */
const worthwhile = 2;

/**
 * The search for a remedy of a cell that did not learn: the reach at T − 1 of every change is measured, the most promising
 * are trained as pinned, and what came of it is reported, failures too.
 */
export async function searchRemedy(
  subject: Subject,
  run: LearningRun,
  sizes: Sizes,
  pool: TrainingPool,
): Promise<RemedyFacts> {
  const { cell } = subject;
  const finding = findingOf(cell, run, sizes);
  if (run.learned) return { finding, searched: 0, tried: [], best: null };
  const changes = changesOf(cell);
  const measured: { change: Change; reach: number }[] = [];
  for (const change of changes) {
    await new Promise<void>((resume) => setImmediate(resume));
    measured.push({ change, reach: reachAfter(cell, change, sizes) });
  }
  const promising = measured
    .filter(({ reach }) => distance(reach) * worthwhile < distance(run.reachBefore))
    .toSorted((a, b) => distance(a.reach) - distance(b.reach))
    .slice(0, trainedChanges);
  const runs = await Promise.all(
    promising.map(({ change }) => pool.run({ cell: cell.name, label: run.label, change })),
  );
  const tried = runs.map((one, i) => ({
    change: one.label,
    reachBefore: run.reachBefore,
    reachAfter: promising[i]?.reach ?? Number.NaN,
    lossBefore: run.testLoss,
    lossAfter: one.testLoss,
    helped: one.learned,
  }));
  const best = tried.filter(({ helped }) => helped).toSorted((a, b) => a.lossAfter - b.lossAfter)[0];
  return { finding, searched: changes.length, tried, best: best?.change ?? null };
}

/** How many times a gradient shrinks or grows over the distance: 1 is best, ∞ where nothing arrives. */
const distance = (reach: number): number =>
  reach > 0 && Number.isFinite(reach) ? Math.max(reach, 1 / reach) : Number.POSITIVE_INFINITY;

function reachAfter(cell: AnyCell, change: Change, sizes: Sizes): number {
  const changed = applyChange(cell, change, sizes.steps);
  return (
    measureReach(changed, initModel(changed, sizes), testBatch(sizes, sizes.batch))[Math.max(1, sizes.steps - 1)] ?? 0
  );
}

function findingOf(cell: AnyCell, run: LearningRun, sizes: Sizes): string {
  if (run.learned) return 'it learned as written, so nothing was tried';
  const { longestMemory } = gateFacts(cell, initModel(cell, sizes), sizes);
  if (cell.belt === undefined || longestMemory === null) return 'no belt is declared';
  const steps = Math.max(1, Math.round(longestMemory));
  return `${cell.belt.keep} forgets half in ${steps} step${steps === 1 ? '' : 's'}`;
}

/** Every gate's bias up, down, for long memories and against them; pairs that pull in opposite directions; U smaller and larger. */
export function changesOf({ gates }: AnyCell): Change[] {
  const one = (gate: string, bias: Change['biases'][number]['bias']): Change => ({
    biases: [{ gate, bias }],
    scaleU: 1,
  });
  const singles = gates.flatMap((gate) => [one(gate, 1), one(gate, -1), one(gate, 'chrono'), one(gate, '−chrono')]);
  const pairs = gates.flatMap((gate) =>
    gates.flatMap((other): Change[] =>
      other === gate
        ? []
        : [
            {
              biases: [
                { gate, bias: 'chrono' },
                { gate: other, bias: { minus: gate } },
              ],
              scaleU: 1,
            },
          ],
    ),
  );
  const scales = gates.length === 0 ? [] : [0.5, 1.5, 2].map((scaleU): Change => ({ biases: [], scaleU }));
  return [...singles, ...pairs, ...scales];
}

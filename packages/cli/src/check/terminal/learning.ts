import type { LearningFacts, LearningRun, RemedyFacts } from '../facts.ts';
import { loss, short } from './numbers.ts';
import { rowName } from './reach.ts';
import { mark, pad, padStart, type Style } from './style.ts';

/** Section 4, or that it was not asked for. */
export function renderLearning(learning: LearningFacts | null, steps: number, style: Style): string[] {
  const title = pad('4 What did it learn?', 50);
  if (learning === null) return [style.bold(title) + style.dim('not trained: --no-train')];
  const { runs, task, baseline, learnedBelow } = learning;
  const width = Math.max(12, ...runs.map(({ cell, label }) => rowName(cell, label).length));
  const far = Math.max(1, steps - 1);
  const learned = learnedBelow === undefined ? '' : `, learned below ${loss(learnedBelow)}`;
  const lines = [
    style.bold(title) + style.dim(`${task}, ${learning.steps} steps, baseline ${loss(baseline)}${learned}`),
    style.dim(`  ${pad('', width)}${padStart('loss', 8)}    ${pad(`reach at ${far}`, 22)}longest memory`),
  ];
  for (const run of runs) {
    const reach = `${padStart(short(run.reachBefore), 7)} → ${short(run.reachAfter)}`;
    const memory =
      run.longestMemory === null ? '–' : `${short(run.longestMemory)} ${run.longestMemory === 1 ? 'step' : 'steps'}`;
    const row = `  ${pad(rowName(run.cell, run.label), width)}${padStart(loss(run.testLoss), 8)}    ${pad(reach, 22)}${pad(memory, 16)}`;
    lines.push(`${row}${mark(run.learned, style)} ${wordsFor(run, steps)}`.trimEnd());
  }
  return lines;
}

/** What became of a training, from its facts. */
export function wordsFor(run: LearningRun, steps: number): string {
  if (run.diverged !== null) return `not finite at step ${run.diverged}`;
  const remembers = run.longestMemory !== null && run.longestMemory >= steps / 10;
  if (!run.learned) return run.longestMemory !== null && !remembers ? 'forgot to remember' : 'did not learn';
  return run.longestMemory !== null && run.reachAfter > 100 * run.reachBefore ? 'it opened its gates' : '';
}

/** The search for a remedy, failures too. */
export function renderRemedy({ finding, searched, tried, best }: RemedyFacts, style: Style): string[] {
  const lines = [`${style.bold('remedy')}   ${finding}.`];
  if (searched === 0 || searched === undefined) return lines;
  lines[0] += ` ${searched} other ways to start measured, ${tried.length === 0 ? 'none of which reaches further' : `the ${tried.length === 1 ? 'best' : `best ${tried.length}`} trained:`}`;
  for (const one of tried) {
    const reach = `reach ${short(one.reachBefore)} → ${short(one.reachAfter)}`;
    lines.push(
      `  ${mark(one.helped, style)} tried ${one.change}: ${reach}, loss ${loss(one.lossBefore)} → ${loss(one.lossAfter)}`,
    );
  }
  lines.push(best === null ? '  none found' : `  best ${best}`);
  return lines;
}

import type { LineChart } from '@throughline/plot';
import type { Facts, LearningFacts, RemedyFacts } from '../../check/facts.ts';
import { type Html, html } from '../html.ts';
import { colorsOf, nameOf } from '../names.ts';
import { figure, mark, number, table } from '../parts.ts';
import { gateFigure } from './gate-figure.ts';
import { trainedSection } from './trained.ts';

/** Question 4: losses against the baseline, what the gates do on a test sequence, and for a user's cell the remedy. */
export async function learningSection(facts: Facts): Promise<Html> {
  const { learning, remedy, trained } = facts;
  if (trained !== undefined) return await trainedSection(facts, trained);
  const head = html`<p class="ordinal">4</p><h2>What did it learn?</h2>`;
  const cure = remedy && remedyPart(remedy);
  if (!learning)
    return html`<section id="learning">${head}<p>Training was not asked for (<code>--no-train</code>).</p>${cure}</section>`;
  const gated = learning.runs.filter(({ gate }) => gate !== null && gate.length > 0);
  const heat = await Promise.all(gated.map((run) => gateFigure(facts, run)));
  return html`<section id="learning">${head}
<p>${learning.task}: ${learning.steps} steps of batch ${learning.batch}. Always predicting the mean scores ${number(learning.baseline)}: the baseline.</p>
${runTable(learning)}
<div class="row">${await lossFigure(facts, learning)}</div>
${
  heat.length > 0 &&
  html`<h3>The gate over one test sequence, after training</h3>
<p>Each row is a unit, the longest memory on top; bright is kept, dark is forgotten.</p><div class="row two">${heat}</div>`
}${cure}</section>`;
}

const runTable = ({ runs }: LearningFacts): Html =>
  table(
    [
      ['mark', ''],
      ['text', ''],
      ['number', 'parameters'],
      ['number', 'loss'],
      ['number', 'reach before'],
      ['number', 'after'],
      ['number', 'longest memory'],
      ['text', ''],
    ],
    runs.map((run) => [
      mark(run.learned),
      nameOf(run.cell, run.label),
      run.parameters,
      number(run.testLoss),
      number(run.reachBefore, 2),
      number(run.reachAfter, 2),
      run.longestMemory === null ? '–' : html`${number(run.longestMemory, 2)} steps`,
      run.diverged !== null ? `not finite from step ${run.diverged}` : run.learned ? 'learned' : 'did not learn',
    ]),
  );

function lossFigure(facts: Facts, { runs, baseline, steps }: LearningFacts): Promise<Html> {
  const color = colorsOf(facts);
  const window = Math.max(1, Math.ceil(steps / 100));
  const chart: LineChart = {
    kind: 'lines',
    title: 'Training loss by step, with the baseline',
    width: 1030,
    height: 340,
    x: { label: 'training step' },
    y: { label: 'loss', scale: 'log', floor: 1e-12 },
    series: runs.map(({ cell, label, losses }) => ({
      label: nameOf(cell, label),
      color: color(nameOf(cell, label)),
      points: averaged(losses, window),
    })),
    rules: [{ y: baseline, label: 'baseline' }],
  };
  const smoothing = window > 1 && html` Each point is the mean of ${window} steps.`;
  return figure(chart, html`Training loss; dashed, the loss of always predicting the mean.${smoothing}`, 'Losses');
}

/** Means over consecutive windows, at the last step of each. */
export function averaged(losses: readonly number[], window: number): { x: number; y: number }[] {
  return Array.from({ length: Math.ceil(losses.length / window) }, (_, k) => {
    const part = losses.slice(k * window, (k + 1) * window);
    return { x: k * window + part.length, y: part.reduce((a, b) => a + b, 0) / part.length };
  });
}

const remedyPart = ({ finding, tried, best }: RemedyFacts): Html => html`<div id="remedy"><h3>Remedy</h3>
<p>${finding}. ${best === null ? 'Of what was tried, nothing helped: none found.' : html`Best of what was tried: <strong>${best}</strong>`}</p>
${
  tried.length > 0 &&
  table(
    [
      ['mark', ''],
      ['text', 'tried'],
      ['number', 'reach before'],
      ['number', 'after'],
      ['number', 'loss before'],
      ['number', 'after'],
    ],
    tried.map((one) => [
      mark(one.helped),
      one.change,
      number(one.reachBefore, 2),
      number(one.reachAfter, 2),
      number(one.lossBefore),
      number(one.lossAfter),
    ]),
  )
}</div>`;

import type { Axis, LineChart, Series } from '@throughline/plot';
import type { Facts, ReachFacts } from '../../check/facts.ts';
import { type Fragment, type Html, html } from '../html.ts';
import { colorsOf, nameOf } from '../names.ts';
import { type Column, figure, logDomain, number, table } from '../parts.ts';

/** Question 3: how much of the gradient arrives, by distance, before and after training. */
export async function reachSection(facts: Facts): Promise<Html> {
  const color = colorsOf(facts);
  const y = sharedAxis(facts);
  const before = facts.reach.map(({ cell, label, reach }) => series(nameOf(cell, label), reach, color));
  const after = (facts.learning?.runs ?? []).map(({ cell, label, reach }) => series(nameOf(cell, label), reach, color));
  const charts = [
    facts.trained === undefined
      ? await figure(chart('before training', y, before), 'At initialisation.', 'Before training')
      : await figure(
          chart('afresh and as trained', y, before),
          'The same cell as it starts, and as the file has it.',
          'Afresh, and as trained',
        ),
  ];
  if (after.length > 0) {
    const quiet = before.map((one) => ({ ...one, style: 'quiet' as const }));
    const caption = html`Dashed: the same cells before training.`;
    charts.push(await figure(chart('after training', y, [...quiet, ...after]), caption, 'After training'));
  }
  return html`<section id="reach"><p class="ordinal">3</p><h2>How far does the gradient reach?</h2>
<p>‖∂L/∂s<sub>T−k</sub>‖ / ‖∂L/∂s<sub>T</sub>‖ by the distance k, on one log axis for all cells. A straight line falls by a fixed factor per step: its rate.</p>
<div class="row two">${charts}</div>
${reachTable(facts)}</section>`;
}

const series = (label: string, reach: readonly number[], color: (name: string) => number): Series => ({
  label,
  color: color(label),
  points: reach.map((y, x) => ({ x, y })),
});

const sharedAxis = ({ reach, learning }: Facts): Axis => ({
  label: 'reach',
  scale: 'log',
  domain: logDomain([...reach, ...(learning?.runs ?? [])].flatMap((one) => one.reach)),
});

const chart = (when: string, y: Axis, all: readonly Series[]): LineChart => ({
  kind: 'lines',
  title: `Reach of the gradient by distance, ${when}`,
  width: 520,
  height: 380,
  x: { label: 'distance k' },
  y,
  series: all,
});

function reachTable({ reach, settings: { steps } }: Facts): Html {
  const distances = [...new Set([1, 10, 20, 40, steps - 1])].filter((k) => k >= 1 && k <= steps).sort((a, b) => a - b);
  const dash = (value: number | null): Fragment => (value === null ? '–' : number(value));
  const row = (one: ReachFacts): Fragment[] => [
    nameOf(one.cell, one.label),
    one.state,
    ...distances.map((k) => (one.reach[k] === undefined ? '–' : number(one.reach[k], 2))),
    number(one.rate),
    dash(one.spectralRadius),
    dash(one.largestSingularValue),
    dash(one.meanTanhSlope),
  ];
  const columns: Column[] = [
    ['text', ''],
    ['text', 's'],
    ...distances.map((k, i): Column => ['number', i === 0 ? `k = ${k}` : k]),
    ['number', 'rate'],
    ['number', html`ρ(<i>U</i>)`],
    ['number', html`σ<sub>max</sub>(<i>U</i>)`],
    ['number', 'mean tanh′'],
  ];
  return html`${table(columns, reach.map(row))}
<p class="how">The spectral radius ρ(<i>U</i>) alone misleads for a tanh net: a step multiplies by <i>U</i> and by tanh′, so the gradient falls faster than ρ says when units saturate.</p>`;
}

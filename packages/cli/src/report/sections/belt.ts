import type { LineChart, ScatterChart } from '@throughline/plot';
import type { BeltFacts, BeltVariant, CellFacts, Facts } from '../../check/facts.ts';
import { drawBelt } from '../belt-svg.ts';
import { type Html, html } from '../html.ts';
import { colorsOf, nameOf } from '../names.ts';
import { figure, formula, mark, number, percent, table } from '../parts.ts';

/** Question 2: the derivative along the belt against its gate, held and not held. */
export async function beltSection(facts: Facts): Promise<Html> {
  const color = colorsOf(facts);
  const cells = await Promise.all(facts.cells.map((cell) => cellPart(cell, color)));
  const single = facts.cells.map(({ belt }) => belt).filter((belt) => belt !== null);
  const [first] = single;
  const question =
    single.length === 1 && first
      ? html`Is ${step(first)} = ${first.keep}<sub>t</sub>?`
      : html`Is the belt’s step its gate?`;
  return html`<section id="belt"><p class="ordinal">2</p><h2>${question}</h2>
<p>Along the belt a state is carried on by its gate. With the other states held constant the derivative of one step is exactly the gate; the total derivative also goes round through them. What it gains or loses there is the leak.</p>
${cells}</section>`;
}

const step = ({ state }: BeltFacts): Html => html`∂${state}<sub>t</sub>/∂${state}<sub>t−1</sub>`;

async function cellPart(cell: CellFacts, color: (name: string) => number): Promise<Html> {
  const { name, belt, figure: drawing } = cell;
  const belted =
    drawing &&
    html`<figure class="wide"><div class="scroll">${drawBelt(drawing)}</div><figcaption>The belt of ${nameOf(name, drawing.variant)}, drawn from the tape. The width of a band is the share of the gradient that flows back along it: ‖cotangent‖ of the connection over ‖∂L/∂s‖ of the belt’s last state drawn. Figures stand on the belt; hover over any other band for its own.</figcaption></figure>`;
  if (!belt) return html`<article class="cell"><h3>${name}</h3>${candidates(cell)}${belted}</article>`;
  return html`<article class="cell"><h3>${name}</h3>${belted}${heldTable(belt)}${variantTable(name, belt)}
<div class="row">${await Promise.all(belt.variants.map((variant) => scatterFigure(name, belt, variant, color)))}</div>
<div class="row">${await leakFigure(name, belt, color)}</div>
<div class="row">${await Promise.all(belt.variants.map((variant) => distanceFigure(name, belt, variant, color)))}</div></article>`;
}

function candidates({ beltCandidates }: CellFacts): Html {
  if (beltCandidates.length === 0)
    return html`<p>No belt was declared, and no pair of a state and a tap was found to compare.</p>`;
  return html`<p>No belt was declared. The pairs of a state and a tap, by how far the derivative of a step is from the tap, the rest held:</p>
${table(
  ['state', 'tap', 'deviation'],
  beltCandidates.map(({ state, tap, deviation }) => [state, tap, number(deviation, 2)]),
  [0, 1],
)}`;
}

const heldTable = ({ held, holding }: BeltFacts): Html =>
  table(
    ['', `${holding.join(', ') || 'nothing'} held`, 'by', 'worst', 'at', 'tolerance', ''],
    held.map((one) => [
      mark(one.holds),
      formula(one.name),
      one.oracle,
      number(one.worst, 2),
      one.at,
      number(one.tolerance, 1),
      one.note,
    ]),
    [0, 1, 2, 4, 6],
  );

function variantTable(name: string, { variants }: BeltFacts): Html {
  const rows = variants.map(({ label, oneStepOff, byDistance }) => {
    const far = byDistance.at(-1);
    const ratio = far ? far.belt / far.total : Number.NaN;
    return [
      nameOf(name, label),
      percent(oneStepOff),
      far ? html`${far.distance}` : '–',
      far ? number(far.belt, 2) : '–',
      far ? number(far.total, 2) : '–',
      far ? percent(ratio) : '–',
    ];
  });
  return table(['nothing held', 'one step off by', 'steps', 'belt', 'total', 'belt / total'], rows, [0]);
}

function scatterFigure(
  name: string,
  belt: BeltFacts,
  variant: BeltVariant,
  color: (name: string) => number,
): Promise<Html> {
  const { state, keep, holding } = belt;
  const full = nameOf(name, variant.label);
  const points = (read: 'held' | 'total') => variant.scatter.map((one) => ({ x: one.keep, y: one[read] }));
  const worst = (read: 'held' | 'total') =>
    variant.scatter.reduce((most, one) => Math.max(most, Math.abs(one[read] - one.keep)), 0);
  const chart: ScatterChart = {
    kind: 'scatter',
    title: `${full}: the gate ${keep} against the diagonal of the step's derivative of ${state}, with residuals`,
    x: { label: `gate ${keep}ₜ` },
    y: { label: `diagonal of ∂${state}ₜ/∂${state}ₜ₋₁` },
    residual: 'residual',
    series: [
      { label: 'total', points: points('total'), color: color(full) },
      { label: `${holding.join(', ') || 'nothing'} held`, points: points('held'), color: 7 },
    ],
  };
  const caption = html`Largest residual: ${number(worst('held'), 2)} held, ${number(worst('total'), 2)} total.`;
  return figure(chart, caption, full);
}

function leakFigure(
  name: string,
  { variants, state, keep }: BeltFacts,
  color: (name: string) => number,
): Promise<Html> {
  const chart: LineChart = {
    kind: 'lines',
    title: `${name}: the leak by step`,
    width: 1000,
    height: 260,
    x: { label: 'step t' },
    y: { label: 'leak, relative to the gate', zero: true, percent: true },
    series: variants.map(({ label, leakByStep }) => ({
      label: nameOf(name, label),
      color: color(nameOf(name, label)),
      points: leakByStep.map((y, i) => ({ x: i + 1, y })),
    })),
  };
  const caption = html`‖∂${state}<sub>t</sub>/∂${state}<sub>t−1</sub> − diag ${keep}<sub>t</sub>‖<sub>F</sub> / ‖diag ${keep}<sub>t</sub>‖<sub>F</sub> at every step, nothing held. At 0 the belt is the only way.`;
  return figure(chart, caption, 'Leak by step');
}

function distanceFigure(
  name: string,
  belt: BeltFacts,
  variant: BeltVariant,
  color: (name: string) => number,
): Promise<Html> {
  const full = nameOf(name, variant.label);
  const all = belt.variants.flatMap(({ byDistance }) => byDistance.flatMap((one) => [one.belt, one.total]));
  const positive = all.filter((value) => value >= 1e-16 && Number.isFinite(value));
  const domain = positive.length > 0 && positive.length === all.length ? { domain: decades(positive) } : {};
  const chart: LineChart = {
    kind: 'lines',
    title: `${full}: the belt alone against the total derivative, by distance`,
    width: 340,
    height: 280,
    x: { label: 'distance k' },
    y: { label: 'norm', scale: 'log', ...domain },
    series: [
      { label: 'total', color: color(full), points: variant.byDistance.map(({ distance: x, total: y }) => ({ x, y })) },
      { label: `∏ ${belt.keep}`, color: 7, points: variant.byDistance.map(({ distance: x, belt: y }) => ({ x, y })) },
    ],
  };
  return figure(
    chart,
    html`‖∏ diag ${belt.keep}‖₂ over the last k steps, and ‖∂${belt.state}<sub>T</sub>/∂${belt.state}<sub>T−k</sub>‖₂.`,
    full,
  );
}

/** The decades that hold all values, so that charts side by side share an axis. */
export function decades(values: readonly number[]): [number, number] {
  const low = Math.floor(Math.log10(values.reduce((a, b) => Math.min(a, b))));
  const high = Math.ceil(Math.log10(values.reduce((a, b) => Math.max(a, b))));
  return [Number(`1e${low}`), Number(`1e${Math.max(high, low + 1)}`)];
}

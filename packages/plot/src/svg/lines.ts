import type { LineChart, Point, Series } from '../chart.ts';
import { type Domain, fitDomain, place } from '../fit.ts';
import { seriesColor } from '../palette.ts';
import { drawPanel, type Margins, type Panel } from './axes.ts';
import { contentOf, element, finish, round } from './elements.ts';
import { drawAxisNames, drawLabels, type EndLabel, widthOf } from './labels.ts';
import type { Studio } from './load.ts';

/** A stretch of a line without a gap, and the ends at which it left the axis. */
interface Stretch {
  readonly points: readonly Point[];
  readonly exits: readonly { readonly at: Point; readonly side: 'low' | 'high' }[];
}

/** Draws series over a common x, each labelled at its end. */
export function drawLines(studio: Studio, chart: LineChart): string {
  const { document } = studio;
  const { width = 640, height = 320, rules = [] } = chart;
  const named = [...chart.series.filter(({ style }) => style !== 'quiet'), ...rules].map(({ label }) => label);
  const room = named.reduce((most, label) => Math.max(most, widthOf(label)), 0);
  const margins: Margins = { top: 30, right: Math.max(12, room + 20), bottom: 44, left: 50 };
  const size = { width, height, margins };
  const points = chart.series.flatMap((series) => series.points);
  const xDomain = fitDomain(
    chart.x,
    points.map(({ x }) => x),
  );
  const yDomain = fitDomain(chart.y, [...points.map(({ y }) => y), ...rules.map(({ y }) => y)]);
  const panel = drawPanel(studio, size, { axis: chart.x, domain: xDomain }, { axis: chart.y, domain: yDomain });

  const lines: Element[] = [];
  const labels: EndLabel[] = [];
  chart.series.forEach((series, i) => {
    const color = seriesColor(series.color ?? i);
    const stretches = stretchesOf(chart, yDomain, series);
    lines.push(drawSeries(document, panel, stretches, color, series.style === 'quiet'));
    const end = stretches.at(-1)?.points.at(-1);
    if (end && series.style !== 'quiet')
      labels.push({ text: series.label, color, x: panel.x(end.x), y: panel.y(end.y) });
  });
  const right = width - margins.right;
  for (const { y, label } of rules) {
    const placed = place(chart.y, yDomain, y);
    if (placed === null) continue;
    const at = panel.y(placed.at);
    const style = { stroke: 'currentColor', 'stroke-dasharray': '5 4', 'stroke-opacity': 0.6 };
    lines.unshift(element(document, 'path', { d: `M${margins.left},${round(at)}H${round(right)}`, ...style }));
    labels.push({ text: label, color: 'currentColor', x: right, y: at });
  }
  const names = drawAxisNames(document, { x: chart.x.label, y: chart.y.label }, size);
  const parts = [contentOf(document, panel.svg, 0, 0), ...lines, drawLabels(document, labels, size), names];
  return finish(document, { width, height, title: chart.title }, parts);
}

/** Cuts a series at its gaps. Of values beyond the axis in a row only the first and last are drawn, on its edge. */
function stretchesOf(chart: LineChart, domain: Domain, { points }: Series): Stretch[] {
  const stretches: { points: Point[]; exits: { at: Point; side: 'low' | 'high' }[] }[] = [];
  let open = false;
  const placed = points.map(({ x, y }) => ({ x, place: Number.isFinite(x) ? place(chart.y, domain, y) : null }));
  placed.forEach(({ x, place: here }, i) => {
    const beyond = (k: number) => placed[k]?.place == null || placed[k]?.place?.clipped === here?.clipped;
    const inside = here?.clipped && beyond(i - 1) && beyond(i + 1) && i > 0;
    if (here === null || inside) {
      open = false;
      return;
    }
    if (!open) stretches.push({ points: [], exits: [] });
    open = true;
    const at = { x, y: here.at };
    stretches.at(-1)?.points.push(at);
    if (here.clipped) stretches.at(-1)?.exits.push({ at, side: here.clipped });
  });
  return stretches;
}

function drawSeries(
  document: Document,
  panel: Panel,
  stretches: readonly Stretch[],
  color: string,
  quiet: boolean,
): Element {
  const pixel = ({ x, y }: Point) => `${round(panel.x(x))},${round(panel.y(y))}`;
  // A stretch of one point has no length: drawn as a dot by its round cap.
  const path = ({ points }: Stretch) => `M${points.map(pixel).join('L')}${points.length === 1 ? 'h0' : ''}`;
  const exits = stretches.flatMap((stretch) => stretch.exits);
  const marks = exits.map(({ at, side }) => {
    const [x, y, s] = [panel.x(at.x), panel.y(at.y), side === 'low' ? 1 : -1];
    return `M${round(x - 4)},${round(y - 3 * s)}h8L${round(x)},${round(y + 4 * s)}Z`;
  });
  const line = {
    d: stretches.map(path).join(''),
    'stroke-width': quiet ? 1 : 2,
    'stroke-opacity': quiet ? 0.7 : 1,
    'stroke-dasharray': quiet ? '2 3' : 'none',
    'stroke-linejoin': 'round',
    'stroke-linecap': 'round',
  };
  const single = stretches.some(({ points }) => points.length === 1);
  return element(document, 'g', { fill: 'none', stroke: color }, [
    ...(line.d === '' ? [] : [element(document, 'path', single && !quiet ? { ...line, 'stroke-width': 3.5 } : line)]),
    ...(marks.length === 0 ? [] : [element(document, 'path', { d: marks.join(''), fill: 'var(--ground, #fff)' })]),
  ]);
}

import type { HeatMap } from '../chart.ts';
import { type Domain, fitDomain, place } from '../fit.ts';
import { formatNumber } from '../numbers.ts';
import { rampColor } from '../palette.ts';
import { drawPanel, type Margins } from './axes.ts';
import { contentOf, element, finish, round } from './elements.ts';
import { drawAxisNames } from './labels.ts';
import type { Studio } from './load.ts';

const levels = 32;

/** Draws one coloured cell per value, with the colours' key above. */
export function drawHeat(studio: Studio, chart: HeatMap): string {
  const { document } = studio;
  const { width = 480, rows, from = 1 } = chart;
  const columns = rows.reduce((most, { values }) => Math.max(most, values.length), 0);
  const rowHeight = Math.min(18, Math.max(5, 260 / Math.max(1, rows.length)));
  const margins: Margins = { top: 40, right: 12, bottom: 44, left: 50 };
  const inner = Math.max(40, rowHeight * rows.length);
  const height = chart.height ?? inner + margins.top + margins.bottom;
  const size = { width, height, margins };
  const value = fitDomain(
    chart.value,
    rows.flatMap((row) => row.values),
  );
  const x: Domain = [from - 0.5, from + Math.max(1, columns) - 0.5];
  const y: Domain = [Math.max(1, rows.length), 0];
  const panel = drawPanel(studio, size, { axis: chart.x, domain: x }, { axis: { label: '', domain: y }, domain: y });
  // The rows have names of their own: the numbers of the vertical axis go.
  for (const mark of [...panel.svg.querySelectorAll('[aria-label^="y-"]')]) mark.remove();

  const cells = new Map<string, string[]>();
  // Neighbours overlap a little, or the ground would show through between them where pixels do not fall on the borders.
  const [w, h] = [panel.x(from + 1) - panel.x(from) + 0.6, panel.y(1) - panel.y(0) + 0.6];
  rows.forEach(({ values }, row) => {
    values.forEach((one, column) => {
      const placed = place(chart.value, value, one);
      if (placed === null) return;
      const color = rampColor(shareOf(placed.at, value));
      const cell = `M${round(panel.x(from + column - 0.5))},${round(panel.y(row))}h${round(w)}v${round(h)}h${round(-w)}Z`;
      cells.set(color, [...(cells.get(color) ?? []), cell]);
    });
  });
  const paths = [...cells].map(([fill, d]) =>
    element(document, 'path', { d: d.join(''), fill, 'shape-rendering': 'crispEdges' }),
  );
  const every = Math.ceil(12 / rowHeight);
  const names = rows.flatMap(({ label }, row) => {
    if (row % every !== 0) return [];
    const at = { x: margins.left - 6, y: panel.y(row + 0.5), dy: '0.32em', 'text-anchor': 'end', 'font-size': 10 };
    return [element(document, 'text', at, [label])];
  });
  const parts = [
    contentOf(document, panel.svg, 0, 0),
    ...paths,
    ...names,
    drawAxisNames(document, { x: chart.x.label, y: chart.y.label }, size),
    drawKey(document, chart.value.label, value, width - margins.right),
  ];
  return finish(document, { width, height, title: chart.title }, parts);
}

const shareOf = (at: number, [low, high]: Domain): number => (at - low) / (high - low);

/** A strip of all colours between the ends of their scale, right-aligned. */
function drawKey(document: Document, label: string, [low, high]: Domain, right: number): Element {
  const step = 4;
  const end = right - 30;
  const strip = Array.from({ length: levels }, (_, level) => {
    const x = end - (levels - level) * step;
    const fill = rampColor(level / (levels - 1));
    return element(document, 'rect', { x, y: 6, width: step, height: 10, fill, 'shape-rendering': 'crispEdges' });
  });
  const text = (x: number, anchor: string, words: string) =>
    element(document, 'text', { x, y: 15, 'text-anchor': anchor }, [words]);
  const start = end - levels * step - 6;
  return element(document, 'g', {}, [
    ...strip,
    text(start, 'end', `${label}   ${formatNumber(low)}`),
    text(end + 6, 'start', formatNumber(high)),
  ]);
}

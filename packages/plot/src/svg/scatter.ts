import type { Point, ScatterChart } from '../chart.ts';
import { type Domain, fitDomain, place } from '../fit.ts';
import { seriesColor } from '../palette.ts';
import { drawPanel, type Margins, type Panel } from './axes.ts';
import { contentOf, dots, element, finish, round } from './elements.ts';
import { drawAxisNames, widthOf } from './labels.ts';
import type { Studio } from './load.ts';

const defaults = { width: 340, height: 420 };

/** Draws points against y = x, and y − x below on the same x. */
export function drawScatter(studio: Studio, chart: ScatterChart): string {
  const { document } = studio;
  const { width, height } = { ...defaults, ...chart };
  const legend = isInline(chart.series, width) ? 20 : 20 * chart.series.length;
  const margins: Margins = { top: 30 + legend, right: 14, bottom: 24, left: 50 };
  const upper = { width, height: Math.round(height * 0.62), margins };
  const lower = { width, height: height - upper.height, margins: { ...margins, top: 34, bottom: 44 } };

  const points = chart.series.flatMap((series) => series.points);
  const x = {
    axis: chart.x,
    domain: fitDomain(
      chart.x,
      points.map((point) => point.x),
    ),
  };
  const both = points.flatMap((point) => [point.x, point.y]);
  const y = { axis: chart.y, domain: fitDomain(chart.y, both) };
  const rest = residualsOf(points);
  const left = { label: chart.residual, zero: true } as const;
  const residual = {
    axis: left,
    domain: fitDomain(
      left,
      rest.map((point) => point.y),
    ),
  };
  const top = drawPanel(studio, upper, x, y);
  const bottom = drawPanel(studio, lower, x, residual);

  const cloud = (panel: Panel, domain: Domain, read: (points: readonly Point[]) => Point[]) =>
    chart.series.map((series, i) => {
      const color = seriesColor(series.color ?? i);
      const pixels = visible(panel, domain, x.domain, read(series.points));
      // The last series is drawn on top of the others, smaller, so that both show where they coincide.
      const size = i === chart.series.length - 1 ? 2.6 : 3.4;
      return dots(document, pixels, { color, size, opacity: pixels.length > 300 ? 0.55 : 0.85 });
    });
  const line = { fill: 'none', stroke: 'currentColor', 'stroke-opacity': 0.35 };
  const ends = x.domain.map((end) => `${round(top.x(end))},${round(top.y(end))}`);
  const zero = round(bottom.y(0));
  const parts = [
    drawLegend(document, chart),
    contentOf(document, top.svg, 0, 0),
    element(document, 'path', { d: `M${ends.join('L')}`, ...line }),
    ...cloud(top, y.domain, (all) => [...all]),
    drawAxisNames(document, { x: '', y: chart.y.label }, upper),
    element(document, 'g', { transform: `translate(0,${upper.height})` }, [
      contentOf(document, bottom.svg, 0, 0),
      element(document, 'path', { d: `M${margins.left},${zero}H${width - margins.right}`, ...line }),
      ...cloud(bottom, residual.domain, residualsOf),
      drawAxisNames(document, { x: chart.x.label, y: chart.residual }, lower),
    ]),
  ];
  return finish(document, { width, height, title: chart.title }, parts);
}

/** y − x at each x. */
export const residualsOf = (points: readonly Point[]): Point[] => points.map(({ x, y }) => ({ x, y: y - x }));

/** Pixels of the points that can be drawn; those beyond the axis sit on its edge. */
function visible(panel: Panel, y: Domain, x: Domain, points: readonly Point[]): Point[] {
  return points.flatMap((point) => {
    const [across, up] = [place({ label: '' }, x, point.x), place({ label: '' }, y, point.y)];
    return across && up ? [{ x: panel.x(across.at), y: panel.y(up.at) }] : [];
  });
}

/** One line where the labels fit side by side, else one line each. */
function drawLegend(document: Document, { series, width = defaults.width }: ScatterChart): Element {
  const inline = isInline(series, width);
  let x = 0;
  const entries = series.flatMap(({ label, color }, i) => {
    const y = inline ? 12 : 12 + 20 * i;
    const fill = seriesColor(color ?? i);
    const entry = [
      element(document, 'circle', { cx: x + 6, cy: y - 4, r: 4, fill }),
      element(document, 'text', { x: x + 16, y, 'text-anchor': 'start' }, [label]),
    ];
    if (inline) x += widthOf(label) + 26;
    return entry;
  });
  return element(document, 'g', {}, entries);
}

const isInline = (series: ScatterChart['series'], width: number): boolean =>
  series.reduce((sum, { label }) => sum + widthOf(label) + 26, 0) <= width;

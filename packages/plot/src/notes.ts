import type { Chart } from './chart.ts';
import { describeClipped, fitDomain } from './fit.ts';

/**
 * What a chart's picture does not show as it is: values beyond an axis, and gaps. Empty when all is shown.
 *
 * @example notes({ kind: 'lines', title: '', x: { label: 'k' }, y: { label: 'y', scale: 'log' }, series: [{ label: 'a', points: [{ x: 1, y: 0 }] }] }).join(' ')   // 1 value below 1e−16 or zero: drawn on the lower edge (▽).
 */
export function notes(chart: Chart): string[] {
  if (chart.kind === 'heat') {
    const points = chart.rows.flatMap(({ values }) => values.map((y, x) => ({ x, y })));
    const domain = fitDomain(
      chart.value,
      points.map(({ y }) => y),
    );
    return describeClipped(chart.value, domain, points).map((note) =>
      note.replace(/edge \([▽△]\)/, 'end of the colours'),
    );
  }
  const points = chart.series.flatMap((series) => series.points);
  const rules = chart.kind === 'lines' ? (chart.rules ?? []) : [];
  const also = chart.kind === 'scatter' ? points.map(({ x }) => x) : rules.map(({ y }) => y);
  const domain = fitDomain(chart.y, [...points.map(({ y }) => y), ...also]);
  const found = describeClipped(chart.y, domain, points);
  return chart.kind === 'scatter' ? found.map((note) => note.replace(/ \([▽△]\)/, '')) : found;
}

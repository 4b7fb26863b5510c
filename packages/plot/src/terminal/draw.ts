import type { Chart, HeatMap, LineChart, Point, ScatterChart } from '../chart.ts';
import { fitDomain, place } from '../fit.ts';
import { notes } from '../notes.ts';
import { formatNumber } from '../numbers.ts';
import { sparkline } from './sparkline.ts';

/** Draws a chart for a terminal, at most `columns` wide: its title, the drawing, then what it does not show. */
export function toTerminal(chart: Chart, columns = 80): string {
  const body =
    chart.kind === 'lines'
      ? lines(chart, columns)
      : chart.kind === 'heat'
        ? heat(chart, columns)
        : scatter(chart, columns);
  return [chart.title, ...body, ...notes(chart).map((note) => `(${note})`)].join('\n');
}

function lines(chart: LineChart, columns: number): string[] {
  const values = chart.series.flatMap(({ points }) => points.map(({ y }) => y));
  const rules = chart.rules ?? [];
  const domain = fitDomain(chart.y, [...values, ...rules.map(({ y }) => y)]);
  const room = Math.max(0, ...[...chart.series, ...rules].map(({ label }) => label.length));
  const width = Math.max(8, columns - room - 24);
  const rows = chart.series.map(({ label, points }) => {
    const [first, last] = [points[0]?.y ?? Number.NaN, points.at(-1)?.y ?? Number.NaN];
    const drawn = sparkline(
      thin(
        points.map(({ y }) => y),
        width,
      ),
      { ...chart.y, domain },
    );
    return `  ${label.padEnd(room)}  ${formatNumber(first).padStart(8)} ${drawn} ${formatNumber(last)}`;
  });
  return [...rows, ...rules.map(({ label, y }) => `  ${label.padEnd(room)}  ${formatNumber(y).padStart(8)}`)];
}

function heat(chart: HeatMap, columns: number): string[] {
  const domain = fitDomain(
    chart.value,
    chart.rows.flatMap(({ values }) => values),
  );
  const room = Math.max(0, ...chart.rows.map(({ label }) => label.length));
  return chart.rows.map(({ label, values }) => {
    const drawn = sparkline(thin(values, Math.max(8, columns - room - 4)), { ...chart.value, domain });
    return `  ${label.padEnd(room)}  ${drawn}`;
  });
}

/** Every point in a grid of Braille dots, 2 × 4 to a character; the series share it. */
function scatter(chart: ScatterChart, columns: number): string[] {
  const [wide, high] = [Math.min(40, Math.max(8, columns - 12)), 12];
  const points = chart.series.flatMap((series) => series.points);
  const x = fitDomain(
    chart.x,
    points.map((point) => point.x),
  );
  const y = fitDomain(
    chart.y,
    points.flatMap((point) => [point.x, point.y]),
  );
  const grid = new Uint8Array(wide * high);
  const index = (value: number, [low, top]: readonly [number, number], size: number) =>
    Math.min(size - 1, Math.max(0, Math.floor(((value - low) / (top - low)) * size)));
  const dot = ({ x: px, y: py }: Point) => {
    const [across, up] = [place(chart.x, x, px), place(chart.y, y, py)];
    if (!across || !up) return;
    const [column, row] = [index(across.at, x, wide * 2), high * 4 - 1 - index(up.at, y, high * 4)];
    const bit = [0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80][(column % 2) * 4 + (row % 4)] ?? 0;
    const at = Math.floor(row / 4) * wide + Math.floor(column / 2);
    grid[at] = (grid[at] ?? 0) | bit;
  };
  points.forEach(dot);
  const rows = Array.from({ length: high }, (_, row) => {
    const cells = [...grid.subarray(row * wide, (row + 1) * wide)].map((bits) => String.fromCharCode(0x2800 + bits));
    const label = row === 0 ? formatNumber(y[1]) : row === high - 1 ? formatNumber(y[0]) : '';
    return `  ${label.padStart(8)} ${cells.join('')}`;
  });
  return [...rows, `${' '.repeat(11)}${formatNumber(x[0])} … ${formatNumber(x[1])}  ${chart.x.label}`];
}

/** At most `most` of the values, evenly spaced, the first and last among them. */
function thin(values: readonly number[], most: number): number[] {
  if (values.length <= most) return [...values];
  return Array.from(
    { length: most },
    (_, i) => values[Math.round((i * (values.length - 1)) / (most - 1))] ?? Number.NaN,
  );
}

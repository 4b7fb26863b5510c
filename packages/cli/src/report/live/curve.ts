import { formatNumber, seriesColor } from '@throughline/plot';
import { type Html, html } from '../html.ts';

/** A line of a live chart: reach by distance. */
export interface Curve {
  readonly label: string;
  readonly color: number;
  readonly reach: readonly number[];
  /** Drawn thin and dashed: one of the report's own settings, to compare with. */
  readonly quiet: boolean;
}

const size = { width: 520, height: 300, left: 50, right: 104, top: 12, bottom: 40 };
/** The same axis wherever a slider stands, so that what moves is the curve: rounding of a double to a thousandfold. */
const decades = { low: -16, high: 3 };

/** Reach by distance on a fixed log axis. The page redraws it at every move; axes and colours are those of the report. */
export function drawCurves(title: string, steps: number, curves: readonly Curve[]): Html {
  const { width, height, left, right, top, bottom } = size;
  const x = (k: number): number => left + (k / Math.max(1, steps)) * (width - left - right);
  const y = (value: number): number => {
    const exponent = Math.min(decades.high, Math.max(decades.low, Math.log10(value)));
    return top + ((decades.high - exponent) / (decades.high - decades.low)) * (height - top - bottom);
  };
  const grid = [-16, -12, -8, -4, 0].map(
    (exponent) => html`<path d="M${left},${round(y(10 ** exponent))}H${width - right}" stroke-opacity="0.12"/>
<text x="${left - 6}" y="${round(y(10 ** exponent))}" dy="0.32em" stroke="none" text-anchor="end">${exponent === 0 ? '1' : html`10<tspan dy="-4" font-size="9">${String(exponent).replace('-', '−')}</tspan>`}</text>`,
  );
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const k = Math.round(share * steps);
    return html`<text x="${round(x(k))}" y="${height - bottom + 18}" stroke="none">${k}</text>`;
  });
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}" fill="currentColor" font-family="var(--figure-font, sans-serif)" font-size="12" text-anchor="middle">
<g stroke="currentColor" fill="currentColor">${grid}${ticks}<text x="${(left + width - right) / 2}" y="${height - 4}" stroke="none">distance k</text></g>
${curves.map((one) => drawCurve(one, x, y))}
${spread(curves.map(({ reach }) => y(farEnd(reach)))).map((at, i) => drawLabel(curves[i], width - right + 6, at))}</svg>`;
}

const farEnd = (reach: readonly number[]): number => reach.findLast((value) => !Number.isNaN(value)) ?? 0;

function drawCurve(
  { label, color, reach, quiet }: Curve,
  x: (k: number) => number,
  y: (value: number) => number,
): Html {
  const known = reach.flatMap((value, k) => (Number.isNaN(value) ? [] : [`${round(x(k))},${round(y(value))}`]));
  const stroke = quiet
    ? html`stroke-width="1" stroke-dasharray="2 3" stroke-opacity="0.8"`
    : html`stroke-width="2.5" stroke-linejoin="round"`;
  return html`<path d="${known.length === 0 ? '' : `M${known.join('L')}`}" fill="none" stroke="${seriesColor(color)}" ${stroke}><title>${label}: ${formatNumber(farEnd(reach), 2)} at the far end</title></path>`;
}

const drawLabel = (curve: Curve | undefined, x: number, y: number): Html =>
  html`<text x="${x}" y="${round(y)}" dy="0.32em" text-anchor="start" fill="${seriesColor(curve?.color ?? 0)}" ${curve?.quiet === true ? '' : html`font-weight="600"`}>${curve?.label ?? ''}</text>`;

/** Heights moved down until no two are closer than a line of text; the order stays. */
function spread(heights: readonly number[]): number[] {
  const moved = [...heights];
  const order = heights.map((_, i) => i).sort((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0));
  let free = Number.NEGATIVE_INFINITY;
  for (const i of order) {
    const at = Math.max(heights[i] ?? 0, free);
    moved[i] = at;
    free = at + 14;
  }
  return moved;
}

const round = (value: number): number => Math.round(value * 10) / 10;

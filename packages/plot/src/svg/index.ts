import type { Chart } from '../chart.ts';
import { drawHeat } from './heat.ts';
import { drawLines } from './lines.ts';
import { loadStudio, type Studio } from './load.ts';
import { drawScatter } from './scatter.ts';

type Drawing = { readonly [K in Chart['kind']]: (studio: Studio, chart: Extract<Chart, { kind: K }>) => string };

const drawings: Drawing = { lines: drawLines, scatter: drawScatter, heat: drawHeat };

/**
 * Draws a chart as a complete SVG document. The chart library is loaded on the first call.
 * Colours are CSS variables (`--series-0` … `--series-7`, `--ground`) with fallbacks; text is in the current colour.
 */
export async function toSvg(chart: Chart): Promise<string> {
  const studio = await loadStudio();
  return drawBy(studio, chart);
}

function drawBy<K extends Chart['kind']>(studio: Studio, chart: Extract<Chart, { kind: K }>): string {
  const draw: (studio: Studio, chart: Extract<Chart, { kind: K }>) => string = drawings[chart.kind as K]; // kind is K by the constraint
  return draw(studio, chart);
}

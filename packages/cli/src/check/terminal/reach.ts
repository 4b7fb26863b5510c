import { sparkline } from '@throughline/plot';
import { nameOf } from '../../report/names.ts';
import type { ReachFacts } from '../facts.ts';
import { short } from './numbers.ts';
import { pad, padStart, type Style } from './style.ts';

/** Distances that are shown: all that there are of 1, 10, 20, 40 and T − 1. */
export const distancesShown = (steps: number): number[] =>
  [...new Set([1, 10, 20, 40, steps - 1])].filter((k) => k >= 1 && k <= Math.max(1, steps - 1)).sort((a, b) => a - b);

/** The name of a row: the cell, and its initialisation where it was changed. */
export const rowName = (cell: string, label: string): string => nameOf(cell, label === 'as written' ? '' : label);

/** Section 3: one row per cell and initialisation. */
export function renderReach(
  rows: readonly ReachFacts[],
  steps: number,
  style: Style,
  title = '3 How far does the gradient reach before training?',
): string[] {
  const distances = distancesShown(steps);
  const width = Math.max(12, ...rows.map(({ cell, label }) => rowName(cell, label).length));
  const head = pad(title, 54);
  const lines = [
    style.bold(head) + style.dim('|∂L/∂state|, log scale'),
    style.dim(`  ${pad('distance', width)}${distances.map((k) => padStart(String(k), 8)).join('')}`),
  ];
  const least = Math.min(
    ...rows.flatMap(({ reach }) => distances.map((k) => reach[k] ?? 1)).filter((value) => value > 0),
  );
  for (const row of rows) {
    const values = distances.map((k) => row.reach[k] ?? Number.NaN);
    const shown = sparkline(values, { label: '', scale: 'log', domain: [Math.max(1e-16, Math.min(least, 0.1)), 1] });
    const numbers = values.map((value) => padStart(short(value), 8)).join('');
    lines.push(
      `  ${pad(rowName(row.cell, row.label), width)}${numbers}  ${shown}  rate ${short(row.rate)}${bounds(row)}`,
    );
  }
  return lines;
}

/** For a tanh net, what the rate follows from; the spectral radius alone would mislead. */
function bounds({ spectralRadius, largestSingularValue, meanTanhSlope }: ReachFacts): string {
  if (spectralRadius === null || largestSingularValue === null || meanTanhSlope === null) return '';
  return `  ρ(U) ${short(spectralRadius)}  σ_max ${short(largestSingularValue)}  mean tanh′ ${short(meanTanhSlope)}`;
}

import type { HeatMap } from '@throughline/plot';
import type { Facts, LearningRun } from '../../check/facts.ts';
import { type Html, html } from '../html.ts';
import { nameOf } from '../names.ts';
import { figure, number } from '../parts.ts';

/** The keep gate over one sequence: a row for each unit. */
export function gateFigure(
  facts: Facts,
  { cell, label, gate, longestMemory }: Pick<LearningRun, 'cell' | 'label' | 'gate' | 'longestMemory'>,
): Promise<Html> {
  const sequence = gate ?? [];
  const keep = facts.cells.find(({ name }) => name === cell)?.belt?.keep ?? 'gate';
  const units = Array.from({ length: sequence[0]?.length ?? 0 }, (_, unit) => {
    const values = sequence.map((row) => row[unit] ?? Number.NaN);
    return { label: String(unit), values, mean: values.reduce((a, b) => a + b, 0) / values.length };
  });
  const chart: HeatMap = {
    kind: 'heat',
    title: `${nameOf(cell, label)}: gate ${keep} by step and unit over one test sequence`,
    width: 520,
    x: { label: 'step t' },
    y: { label: 'unit' },
    value: { label: `${keep}ₜ`, domain: [0, 1] },
    rows: units.sort((a, b) => b.mean - a.mean),
  };
  const memory = longestMemory === null ? '' : html`Longest half-life of a unit: ${number(longestMemory, 2)} steps.`;
  return figure(chart, memory, nameOf(cell, label));
}

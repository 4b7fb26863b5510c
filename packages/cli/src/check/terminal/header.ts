import type { CellFacts, Settings } from '../facts.ts';
import { pad, type Style } from './style.ts';

/** What is checked, at which sizes, and the cells' equations as printed from their traces. */
export function renderHeader(settings: Settings, cells: readonly CellFacts[], style: Style): string[] {
  const { dtype, hidden, steps, seed } = settings;
  const names = cells.map(({ name }) => name).join(', ');
  const width = Math.max(...cells.map(({ name }) => name.length));
  const lines = [`${style.bold('throughline check')} · ${names} · ${dtype} · H ${hidden} · T ${steps} · seed ${seed}`];
  for (const { name, equations } of cells) {
    lines.push('', ...equations.map((text, i) => `${pad(i === 0 ? name : '', width)}  ${text}`));
  }
  return lines;
}

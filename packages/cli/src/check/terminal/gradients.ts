import type { CellFacts, Check } from '../facts.ts';
import { rough } from './numbers.ts';
import { mark, pad, type Style } from './style.ts';

/** Section 1: one line per oracle, the worst of all cells; every cell's own line where one does not hold. */
export function renderGradients(cells: readonly CellFacts[], goldens: boolean, style: Style): string[] {
  const tensors = cells.map(({ parameters }) => parameters.tensors).reduce((a, b) => a + b, 0);
  const head = pad('1 Are the gradients right?', 50);
  const lines = [style.bold(head) + style.dim(`${tensors} parameters, worst entry shown`)];
  const count = cells[0]?.gradients.length ?? 0;
  for (let i = 0; i < count; i++) {
    const checks = cells.flatMap((cell) => {
      const one = cell.gradients[i];
      return one === undefined ? [] : [{ cell: cells.length > 1 ? cell.name : '', one }];
    });
    const failed = checks.filter(({ one }) => !one.holds);
    const shown = failed.length > 0 ? failed : worstOf(checks);
    for (const { cell, one } of shown) lines.push(line(cell, one, style));
  }
  if (goldens) lines.push(style.dim('  against PyTorch        committed goldens: run by npm test'));
  return lines;
}

interface Named {
  readonly cell: string;
  readonly one: Check;
}

/** The check that came closest to failing; of controls the one that was caught most narrowly. */
const worstOf = (checks: readonly Named[]): Named[] =>
  checks
    .toSorted((a, b) => {
      const [x, y] = [a.one.worst / a.one.tolerance, b.one.worst / b.one.tolerance];
      return a.one.name === 'control' ? x - y : y - x;
    })
    .slice(0, 1);

function line(cell: string, { name, oracle, worst, at, note, holds }: Check, style: Style): string {
  const where = cell === '' ? at : `${cell} ${at}`;
  if (name === 'control') {
    const said = holds
      ? note.replace(`caught at ${at}`, `caught at ${where}`)
      : `${note}${cell === '' ? '' : ` in ${cell}`}`;
    return `  ${pad(`control: ${oracle}`, 48)}${pad(said, 37)} ${mark(holds, style)}`;
  }
  const [first = ''] = note.split(';');
  return `  ${pad(name, 23)}${pad(`${rough(worst)} at ${where}`, 24)} ${pad(first, 37)} ${mark(holds, style)}`;
}

import type { BeltFacts, CellFacts } from '../facts.ts';
import { percent, rough, short } from './numbers.ts';
import { mark, pad, type Style } from './style.ts';

/** Section 2: the belt of every cell that has one, and what the others have instead. */
export function renderBelt(cells: readonly CellFacts[], steps: number, style: Style): string[] {
  const belts = cells.flatMap(({ belt }) => (belt === null ? [] : [belt]));
  const same = new Set(belts.map(question));
  const title = belts.length > 0 && same.size === 1 ? question(belts[0] as BeltFacts) : 'does the belt carry its gate'; // not empty
  const head = pad(`2 ${belts.length > 0 && same.size === 1 ? `Is ${title}?` : 'Is ∂s_t/∂s_{t−1} = gate_t?'}`, 50);
  const lines = [style.bold(head) + style.dim(`t = 1…${steps}, every unit`)];
  const width = Math.max(...cells.map(({ name }) => name.length));
  for (const cell of cells)
    lines.push(...(cell.belt === null ? without(cell, width, style) : withBelt(cell, cell.belt, width, style)));
  return lines;
}

const question = ({ state, keep }: BeltFacts): string => `∂${state}_t/∂${state}_{t−1} = ${keep}_t`;

function withBelt({ name }: CellFacts, belt: BeltFacts, width: number, style: Style): string[] {
  const { holding, held, variants, state, keep } = belt;
  const holds = held.every((one) => one.holds);
  const worst = held.map((one) => `${one.oracle.replace(' mode', '')} ${rough(one.worst)}`).join('   ');
  const said = holds ? 'exact' : `refuted at ${held.find((one) => !one.holds)?.at ?? ''}`;
  const indent = ' '.repeat(width + 4);
  const holdings = holding.length === 0 ? 'nothing held' : `${holding.join(', ')} held`;
  const lines = [
    `  ${pad(name, width)}  ${pad(holdings, 12)} max |∂${state}_t/∂${state}_{t−1} − diag ${keep}_t|   ${pad(worst, 34)} ${mark(holds, style)} ${said}`,
    `${indent}${pad(holding.length === 0 ? '' : 'not held', 12)} one step off by   ${variants.map((one) => `${percent(one.oneStepOff)}  ${one.label}`).join('    ')}`,
  ];
  const far = variants.flatMap((one) => one.byDistance.slice(-1).map((end) => ({ one, end })));
  const distance = far[0]?.end.distance ?? 0;
  const pairs = far.map(({ end }) => `${short(end.belt)}/${short(end.total)}`).join('    ');
  lines.push(`${indent}${pad(`${distance} step${distance === 1 ? '' : 's'}`, 12)} belt / total      ${pairs}`);
  for (const { one, end } of far) {
    const share = end.belt / end.total;
    if (end.total > 1e-3 * 0.1 && share < 0.01)
      lines.push(style.dim(`${indent}↳ at ${one.label} the gradient survives beside the belt, not on it`));
  }
  return lines;
}

function without({ name, beltCandidates }: CellFacts, width: number, style: Style): string[] {
  const lines = [style.dim(`  ${pad(name, width)}  has no belt declared`)];
  for (const { state, tap, deviation } of beltCandidates.slice(0, 3)) {
    lines.push(
      `${' '.repeat(width + 4)}∂${state}_t/∂${state}_{t−1} against ${tap}_t, the rest held: off by ${percent(deviation)}`,
    );
  }
  return lines;
}

import { formatNumber, type Tensor } from '../index.ts';
import type { RecordedSteps, SweepStep, TapeSettings } from './record.ts';

/** The tape as a page of text: what ran, in order, then the sweep, in its order. */
export function printTape(
  cell: string,
  settings: TapeSettings,
  recorded: RecordedSteps,
  sweep: readonly SweepStep[],
): string {
  const { steps, inputs, hidden, seed } = settings;
  const { entries } = recorded.onTape.tape;
  const given = recorded.inputs.map((x) => ({ id: x.id, op: 'input', operands: [] as readonly number[] }));
  const ran = entries.map((entry) => ({ id: entry.first, op: entry.primitive.name, operands: entry.operands }));
  const lines = [...given, ...ran].sort((a, b) => a.id - b.id);
  const forward = lines.map(({ id, op, operands }) => [
    label(recorded, id),
    operands.length === 0 ? op : `${op}(${operands.map((operand) => place(operand)).join(', ')})`,
    show(recorded.values.get(id)),
  ]);
  return [
    `tape of ${cell} · ${count(steps, 'step')} · H ${hidden} · I ${inputs} · seed ${seed}`,
    'loss = mean(out²) after the last step; · is a value that the tape did not record (a constant)',
    '',
    `forward: ${count(entries.length, 'entry', 'entries')}, as they ran`,
    ...table(forward),
    '',
    'backward: the same entries in sweep order, with the cotangent ∂loss/∂value that each passes on',
    ...sweep.flatMap((step) => sweepLines(recorded, step)),
    '',
    'what arrived at the inputs',
    ...table(arrived(recorded, sweep)),
    '',
  ].join('\n');
}

function sweepLines(recorded: RecordedSteps, { entry, cotangent, given }: SweepStep): string[] {
  const head = `  ${label(recorded, entry.first)}  ${entry.primitive.name}   ct ${show(cotangent)}`;
  const parts = given.map(({ to, part, sum }) => {
    const running = sum === null ? '' : `   reused: the sum is now ${show(sum)}`;
    return `      → ${label(recorded, to)}  ${show(part)}${running}`;
  });
  return [head, ...parts];
}

/** The last running sum at every input. */
function arrived(recorded: RecordedSteps, sweep: readonly SweepStep[]): string[][] {
  const sums = new Map<number, Tensor>();
  for (const { to, part, sum } of sweep.flatMap((step) => step.given)) sums.set(to, sum ?? part);
  return recorded.inputs.map((x) => [label(recorded, x.id), show(sums.get(x.id))]);
}

const place = (id: number): string => (id < 0 ? '·' : `%${id}`);

/** `%12 f[1]`: the place, then the author's names for it. */
const label = ({ names }: RecordedSteps, id: number): string => [place(id), ...(names.get(id) ?? [])].join(' ');

/** Numbers short enough for a line, shapes dropped: one batch row is shown without its axis. */
function show(x: Tensor | undefined): string {
  if (x === undefined) return '–';
  const numbers = [...x.data].map((value) => formatNumber(Number(value.toPrecision(4))));
  const shown = numbers.length > 8 ? [...numbers.slice(0, 4), '…', ...numbers.slice(-2)] : numbers;
  return x.rank === 0 ? shown.join('') : `[${shown.join(', ')}]`;
}

/** Rows with aligned columns. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, c) => Math.max(...rows.map((row) => (row[c] ?? '').length)));
  return rows.map((row) => `  ${row.map((cell, c) => cell.padEnd(widths[c] ?? 0)).join('  ')}`.trimEnd());
}

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

// tsx --conditions=@throughline/source scripts/docs/through-time.ts: from docs/figures/through-time.jsonl, which is what
// `npm run -s bench -- through-time --json` printed, draws the figure and writes the table of docs/memory.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Series, toSvg } from '@throughline/plot';

interface Row {
  readonly what: string;
  readonly who: string;
  readonly median: number;
  readonly best: number;
  readonly machine: { readonly cpu: string; readonly node: string; readonly load: number };
}

const docs = join(import.meta.dirname, '../../docs');
const measured = readFileSync(join(docs, 'figures/through-time.jsonl'), 'utf8');
const rows = measured
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Row); // as bench writes them
const place = (what: string): { schedule: string; T: number } => {
  const [schedule = '', length = ''] = what.split(', T = ');
  return { schedule, T: Number(length.replaceAll(',', '')) };
};
const names = [...new Set(rows.map(({ what }) => place(what).schedule))];
const lengths = [...new Set(rows.map(({ what }) => place(what).T))];
const find = (schedule: string, T: number, who: string): Row | undefined =>
  rows.find((row) => row.who === who && place(row.what).schedule === schedule && place(row.what).T === T);

const series = names.map((label): Series => {
  const points = lengths.flatMap((T) => {
    const row = find(label, T, 'peak resident size');
    return row ? [{ x: T, y: row.median }] : [];
  });
  return { label, points };
});
const svg = await toSvg({
  kind: 'lines',
  title: 'Peak resident size of the process that takes the gradient of a loop, by its length and checkpoint schedule.',
  x: { label: 'steps T', scale: 'log' },
  y: { label: 'peak resident size, MB', scale: 'log', domain: [100, 4000] },
  series,
  rules: [{ y: 300, label: '300 MB' }],
});
writeFileSync(join(docs, 'figures/through-time.svg'), `${svg}\n`);

const cell = (schedule: string, T: number): string => {
  const [time, peak, base, predicted] = [
    'throughline',
    'peak resident size',
    'of that, before the loop',
    'predicted, beside Node',
  ].map((who) => find(schedule, T, who));
  const whole = (row: Row | undefined): string => (row ? row.median.toFixed(0) : '?');
  if (time === undefined) return `not run (${whole(predicted)} MB)`;
  const own = (peak?.median ?? 0) - (base?.median ?? 0);
  return `${time.median.toFixed(1)} (${time.best.toFixed(1)}) µs, ${whole(peak)} MB, of it ${own.toFixed(0)} (${predicted ? predicted.median.toFixed(1) : '?'})`;
};
const header = ['schedule', ...lengths.map((T) => `T = ${T.toLocaleString('en')}`)];
const table = [header, header.map(() => '---'), ...names.map((name) => [name, ...lengths.map((T) => cell(name, T))])];
const { cpu, node, load } = rows[0]?.machine ?? { cpu: '', node: '', load: 0 };
const text = `${table.map((line) => `| ${line.join(' | ')} |`).join('\n')}\n\nMeasured on ${cpu}, Node ${node.split(' ')[0]}, load ${load}.`;
const page = join(docs, 'memory.md');
const marked = /(<!-- through-time -->)[\s\S]*?(<!-- end -->)/;
writeFileSync(
  page,
  readFileSync(page, 'utf8').replace(marked, (_, open, close) => `${open}\n\n${text}\n\n${close}`),
);

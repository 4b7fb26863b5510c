import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { defineCommand } from 'citty';
import { progressBar } from '../lesson/bar.ts';
import { type Drawn, excerpt, excerptSvg, excerptText } from '../read/excerpt.ts';
import { fromWeights } from '../read/from-weights.ts';
import { type LearnSettings, learn, partsOf, type TaskParts } from '../read/learn.ts';
import type { Reading } from '../read/search.ts';
import { report, type SeedReport } from '../read/seed.ts';
import { findingTable, unitTable } from '../read/show.ts';
import { ownDeclarations } from '../train/own-text.ts';
import { readText, type Text } from '../train/text.ts';
import { integerOption, numberOption, UsageError } from '../usage.ts';
import { placeToWrite } from '../user-file/place-to-write.ts';

export default defineCommand({
  args: {
    text: {
      type: 'string',
      description: 'A text of TypeScript in UTF-8 (default: the declarations of our own packages)',
    },
    weights: { type: 'string', description: 'A model that throughline train --save kept, instead of training one' },
    steps: { type: 'string', description: 'Updates to make', default: '1500' },
    h: { type: 'string', description: 'Hidden units', default: '64' },
    batch: { type: 'string', description: 'Sequences side by side', default: '16' },
    t: { type: 'string', description: 'Characters per sequence', default: '150' },
    rate: { type: 'string', description: 'Learning rate of Adam, down to 0 at the end', default: '0.01' },
    seeds: { type: 'string', description: 'How many nets, from seeds 1, 2, …', default: '1' },
    svg: { type: 'string', description: 'A file for the excerpt as a picture' },
    json: { type: 'boolean', description: 'One line of JSON per net' },
  },
  async run({ args }) {
    if (args._.length > 0) throw new UsageError(`read: does not take ${args._.join(' ')}. A text goes after --text.`);
    const settings = {
      T: integerOption('t', args.t, 1, 100_000),
      batch: integerOption('batch', args.batch, 1, 100_000),
      hidden: integerOption('h', args.h, 1, 10_000),
      steps: integerOption('steps', args.steps, 1, 1_000_000_000),
      rate: numberOption('rate', args.rate, 0, 10),
    };
    const count = integerOption('seeds', args.seeds, 1, 1000);
    const sources = [args.text, args.weights].filter((path) => path !== undefined);
    const svg = args.svg === undefined ? undefined : placeToWrite(args.svg, '--svg excerpt.svg', sources);
    const text = args.text === undefined ? ownDeclarations() : readText(args.text);
    if (args.weights !== undefined) return readWeights(args.weights, text, svg, args.json === true);
    const parts = partsOf(text.name, text.content, settings.T, settings.batch);
    const write = (lines: readonly string[]): void => {
      if (args.json !== true) for (const line of lines) console.log(line);
    };
    const { T, batch, hidden, steps, rate } = settings;
    const sha256 = createHash('sha256').update(text.content).digest('hex').slice(0, 12);
    write([
      `throughline read · lstm · H ${hidden} · T ${T} · batch ${batch} · ${steps} steps · Adam ${rate} to 0`,
      `text      ${text.name} · ${[...text.content].length} characters · sha256 ${sha256} · ${parts.choosing.length} to choose units by, ${parts.testing.length} to test them`,
    ]);
    const stopping = new AbortController();
    const stop = (): void => stopping.abort();
    process.once('SIGINT', stop); // once: a second Ctrl-C ends it at once
    try {
      const done: SeedReport[] = [];
      for (let seed = 1; seed <= count && !stopping.signal.aborted; seed++) {
        const one = await readSeed(parts, { ...settings, seed }, stopping.signal);
        if (one === null) break;
        done.push(one.report);
        write(['', ...unitTable(one.report)]);
        if (args.json === true) console.log(JSON.stringify(one.report));
        if (seed === 1) drawExcerpt(one, svg, write);
      }
      if (done.length > 0) write(['', ...findingTable(done)]);
      return stopping.signal.aborted ? 130 : 0;
    } finally {
      process.off('SIGINT', stop);
    }
  },
});

/** Looks at a net that was trained elsewhere. */
async function readWeights(path: string, text: Text, svg: string | undefined, json: boolean): Promise<number> {
  const { parts, learned } = await fromWeights(path, text);
  const found = report(parts, learned, 0);
  if (json) {
    console.log(JSON.stringify(found.report));
    return 0;
  }
  const write = (lines: readonly string[]): void => {
    for (const line of lines) console.log(line);
  };
  write([
    `throughline read · ${path} · ${text.name} · ${parts.choosing.length} characters to choose units by, ${parts.testing.length} to test them`,
    '',
    ...unitTable(found.report),
  ]);
  drawExcerpt(found, svg, write);
  write(['', ...findingTable([found.report])]);
  return 0;
}

/** Trains and looks at one net; null when it was stopped before its end. */
async function readSeed(parts: TaskParts, settings: LearnSettings, signal: AbortSignal) {
  const bar = progressBar(process.stderr);
  try {
    const learned = await learn(
      parts,
      settings,
      (step) => bar.update(`net ${settings.seed}`, step / settings.steps),
      signal,
    );
    return signal.aborted ? null : report(parts, learned, settings.seed);
  } finally {
    bar.clear();
  }
}

/** The gate of the unit that remembers longest, and the gate and state of those that tell comments best, under a text. */
function drawExcerpt(
  { report: { units, findings, seed }, testing }: { report: SeedReport; testing: Reading },
  svg: string | undefined,
  write: (lines: readonly string[]) => void,
): void {
  const longest = units[0]?.unit ?? 0;
  const comments = findings.filter(({ question }) => question === 'comment');
  const drawn: Drawn[] = [
    { name: `f of ${longest}`, values: testing.lines.f[longest] ?? [], domain: [0, 1] },
    ...comments.map(({ line, unit }) => ({
      name: `${line} of ${unit}`,
      values: testing.lines[line][unit] ?? [],
      ...(line === 'f' ? { domain: [0, 1] as const } : {}),
    })),
  ];
  const found = excerpt(testing, drawn);
  const title = `Text, and under it ${drawn.map(({ name }) => name).join(', ')}: of the unit with the longest memory, and of those that tell comments best (net ${seed}).`;
  write(['', title, '', ...excerptText(found)]);
  if (svg !== undefined) writeFileSync(svg, excerptSvg(found, title));
}

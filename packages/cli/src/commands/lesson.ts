import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defineCommand } from 'citty';
import { print } from '../check/terminal/print.ts';
import { styleFor } from '../check/terminal/style.ts';
import { progressBar } from '../lesson/bar.ts';
import type { AnyLessonClaim } from '../lesson/claim.ts';
import { renderLesson } from '../lesson/page.ts';
import { recordOf, writeRecord } from '../lesson/record.ts';
import { lessonClaims } from '../lesson/registry.ts';
import { type LessonResult, runClaim } from '../lesson/run.ts';
import { listClaims, showResult } from '../lesson/show.ts';
import { lessonTable } from '../lesson/table.ts';
import { runContext, writeReport } from '../report/index.ts';
import { integerOption, UsageError } from '../usage.ts';
import { callerFolder } from '../user-file/load.ts';

export default defineCommand({
  args: {
    claims: {
      type: 'positional',
      required: false,
      description: 'Numbers of claims, or all. Without one: the list.',
    },
    seeds: { type: 'string', default: '5', description: 'Seeds of each; a verdict takes 5 or more.' },
    json: { type: 'boolean', default: false, description: 'One line of JSON per claim, with all measurements.' },
    markdown: { type: 'boolean', default: false, description: 'The results as a table in Markdown.' },
    report: { type: 'string', description: 'A folder or file for an HTML page with all charts.' },
    quick: { type: 'boolean', default: false, description: 'Tiny sizes, to see that everything runs: proves nothing.' },
  },
  async run({ args, rawArgs }) {
    const count = integerOption('seeds', args.seeds, 1, 1000);
    const all = await lessonClaims();
    const style = styleFor(process.stdout.isTTY === true, process.env.NO_COLOR);
    if (args._.length === 0) {
      print(
        args.json
          ? all.map(({ number, sentence, question }) => JSON.stringify({ number, sentence, question })).join('\n')
          : listClaims(all, style),
      );
      return 0;
    }
    const chosen = choose(all, args._);
    const report = args.report === undefined ? null : reportPath(args.report);
    const started = new Date();
    const seeds = Array.from({ length: count }, (_, i) => i + 1);
    const results: LessonResult[] = [];
    const stopping = new AbortController();
    const stop = (): void => stopping.abort();
    process.once('SIGINT', stop); // once: a second Ctrl-C ends it at once
    const bar = progressBar(process.stderr);
    try {
      for (const claim of chosen) {
        if (stopping.signal.aborted) break;
        const progress = (part: number): void => bar.update(`claim ${claim.number}`, part);
        const budget = args.quick ? 'test' : 'full';
        const result = await runClaim(claim, { seeds, budget, signal: stopping.signal, progress });
        bar.clear();
        results.push(result);
        if (args.json) print(writeRecord(recordOf(result)));
        else if (!args.markdown) print(`${showResult(result, style, process.stdout.columns)}\n`);
      }
    } finally {
      process.off('SIGINT', stop);
      bar.clear();
    }
    if (args.markdown) print(lessonTable(results));
    if (report !== null) {
      await writeReport(report, await renderLesson(results, runContext(['lesson', ...rawArgs], started)));
      if (!args.json && !args.markdown) print(`report    ${args.report}`);
    }
    if (stopping.signal.aborted) return 130;
    return results.every(({ verdict }) => verdict !== 'inconclusive') ? 0 : 1;
  },
});

/** The claims of the given numbers, each once, in order. */
function choose(all: readonly AnyLessonClaim[], words: readonly string[]): readonly AnyLessonClaim[] {
  if (words.length === 1 && words[0] === 'all') return all;
  const has = all.map(({ number }) => number);
  const wanted = new Set(
    words.map((word) => {
      const number = /^\d+$/.test(word) ? Number(word) : Number.NaN;
      if (!has.includes(number))
        throw new UsageError(`lesson has no claim ${word}. Claims are ${has.join(', ')}; or all.`);
      return number;
    }),
  );
  return all.filter(({ number }) => wanted.has(number));
}

/** A folder gets a file of its own name. */
function reportPath(given: string): string {
  if (given === '') throw new UsageError('--report needs a path.');
  const path = resolve(callerFolder(), given);
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? join(path, 'throughline-lesson.html') : path;
}

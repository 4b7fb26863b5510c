import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Answer, EvalPeer } from './eval-peer.ts';

/** The environment variable that names a clone of GradBench in which `make` has built some of its tools. */
const VARIABLE = 'THROUGHLINE_BENCH_GRADBENCH';

/** Milliseconds after which a tool is left out: finite differences of many inputs take minutes. */
const LONGEST = 10_000;

/** GradBench's own tools that are programs, where they are built: `tools/NAME/bin/EVAL INPUT FUNCTION`. */
export function suiteTools(): readonly EvalPeer[] {
  const folder = process.env[VARIABLE];
  if (folder === undefined) return [];
  const tools = resolve(folder, 'tools');
  if (!existsSync(tools)) throw new Error(`bench: ${VARIABLE} is ${folder}, which has no folder tools.`);
  return readdirSync(tools)
    .filter((name) => existsSync(join(tools, name, 'bin')))
    .map((name) => builtTool(`${name} (C++)`, join(tools, name, 'bin')));
}

function builtTool(who: string, bin: string): EvalPeer {
  const scratch = mkdtempSync(join(tmpdir(), 'throughline-gradbench-'));
  return {
    who,
    has: (module) => existsSync(join(bin, module)),
    async ask(module, name, input, runs) {
      const file = join(scratch, `${module}.json`);
      writeFileSync(file, JSON.stringify({ ...input, min_runs: runs, min_seconds: 0 }));
      const { stdout } = await promisify(execFile)(join(bin, module), [file, name], {
        maxBuffer: 2 ** 29,
        timeout: LONGEST,
      });
      const [output = 'null', ...timings] = stdout.trimEnd().split('\n');
      const runsOf = timings.map((line) => JSON.parse(line) as { name: string; nanoseconds: number }); // as its main.hpp writes
      const times = runsOf.filter((timing) => timing.name === 'evaluate').map(({ nanoseconds }) => 1e-9 * nanoseconds);
      return { output: JSON.parse(output) as unknown, times } satisfies Answer;
    },
    stop: () => rmSync(scratch, { recursive: true, force: true }),
  };
}

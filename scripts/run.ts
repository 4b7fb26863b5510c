import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from './files.ts';

interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program without a shell and returns what it printed; when it fails, throws with all that it printed. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): string {
  const { status, error, stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: 'utf8', ...options });
  if (error) throw error;
  if (status === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`.trim());
}

/** Runs a JavaScript file of an installed package with this Node. */
export const runTool = (tool: string, args: readonly string[], options: RunOptions = {}): string =>
  run(process.execPath, [join(root, 'node_modules', tool), ...args], options);

export const tsc = 'typescript/bin/tsc';

/** Calls `body` with an empty folder that is gone afterwards. */
export async function inTemporaryFolder<T>(body: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-'));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The path of the first of these programs found on PATH. */
export function findProgram(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

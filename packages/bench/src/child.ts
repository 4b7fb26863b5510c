import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The arguments with which Node runs a source file of this folder as it stands. */
export function sourceArguments(path: string, ...rest: readonly string[]): string[] {
  const here = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
  return ['--conditions=@throughline/source', '--import', here('../../../scripts/source.mjs'), here(path), ...rest];
}

/** Runs a source file in a fresh process and reads the one JSON value that it prints. */
export async function inFreshProcess(path: string, ...args: readonly string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, sourceArguments(path, ...args), {
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout) as unknown;
}

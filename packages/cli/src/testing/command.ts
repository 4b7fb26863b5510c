import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environment, type Said, SharedProcess } from './shared-process.ts';

export type { Said };

/** A run of the command, from source, as a process of its own: from a folder, with words. */
export interface Command {
  readonly child: ChildProcess;
  readonly said: Promise<Said>;
  /** Resolves when the output so far fits. */
  until(pattern: RegExp): Promise<void>;
}

const loader = new URL('../../../../scripts/source.mjs', import.meta.url).href;
const flags = ['--import', loader, '--conditions=@throughline/source'];
const program = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Starts `throughline WORDS` in a folder. */
export function start(folder: string, ...words: readonly string[]): Command {
  const child = spawn(process.execPath, [...flags, program('../bin.ts'), ...words], {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  const waiting = new Set<() => void>();
  const said = new Promise<Said>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, out, err });
    });
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    for (const look of waiting) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const until = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!pattern.test(out)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
      void said.then((all) => {
        reject(new Error(`ended with ${all.code} before ${pattern}:\n${all.out}\n${all.err}`));
      });
    });
  return { child, said, until };
}

/** Runs `throughline WORDS` in a folder to its end, as a process of its own. */
export const alone = (folder: string, ...words: readonly string[]): Promise<Said> => start(folder, ...words).said;

const shared = new SharedProcess(program('./host.ts'), flags);

/** Runs `throughline WORDS` in a folder to its end, in a process that this file's commands share: a start takes long. */
export const command = (folder: string, ...words: readonly string[]): Promise<Said> => shared.run({ folder, words });

/** A new folder, removed after `use`. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

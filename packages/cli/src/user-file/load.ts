import { existsSync, statSync } from 'node:fs';
import { register } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { explainFailure, UserFileError } from './errors.ts';
import type { HookData } from './hooks.ts';

const runsFromSource = import.meta.url.endsWith('.ts');
let registered = false;

/**
 * Imports a TypeScript or JavaScript module of the user's. Its path is taken against the folder the command was called
 * from; its bare import `throughline` is this very package, so that its tensors are our tensors.
 * @throws UserFileError naming the file, and its line when it does not parse or throws.
 */
export async function importUserFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  const full = userPath(path);
  if (!existsSync(full))
    throw new UserFileError(
      path,
      `no such file in ${callerFolder()}. Check the path, or make one with throughline new.`,
    );
  if (!statSync(full).isFile()) throw new UserFileError(path, 'is a folder, not a file. Name a .ts or .js file in it.');
  if (!/\.[mc]?[jt]s$/.test(full)) throw new UserFileError(path, 'is not a .ts or .js file.');
  registerHooks();
  try {
    return await import(pathToFileURL(full).href);
  } catch (error) {
    throw explainFailure(full, path, error);
  }
}

/** Where a path that the user gave leads. */
export const userPath = (path: string): string => resolve(callerFolder(), path);

/** npm runs scripts in the package's folder and says where it was called from. */
export const callerFolder = (): string => process.env.INIT_CWD ?? process.cwd();

function registerHooks(): void {
  if (registered) return;
  registered = true;
  const names = [
    'throughline',
    '@throughline/tensor',
    '@throughline/autograd',
    '@throughline/autograd/arrays',
    '@throughline/autograd/control',
    '@throughline/autograd/debug',
    '@throughline/autograd/fft',
    '@throughline/autograd/nn',
    '@throughline/autograd/linalg',
    '@throughline/autograd/order',
    '@throughline/autograd/special',
    '@throughline/autograd/symbolic',
    '@throughline/rnn',
    '@throughline/rnn/analysis',
    '@throughline/rnn/blocks',
    '@throughline/rnn/cells',
    '@throughline/rnn/claims',
    '@throughline/rnn/layers',
    '@throughline/rnn/sequences',
    '@throughline/rnn/symbolic',
    '@throughline/rnn/testing',
    '@throughline/compiler',
    '@throughline/compiler/eager',
    '@throughline/compiler/fast',
    '@throughline/compiler/report',
    '@throughline/compiler/threads',
    '@throughline/interop',
    '@throughline/interop/node',
    '@throughline/train',
  ];
  const data: HookData = {
    ours: Object.fromEntries(
      names.map((name) => [name, name === 'throughline' ? ownIndex() : import.meta.resolve(name)]),
    ),
    sources: runsFromSource ? new URL('../../../', import.meta.url).href : null,
  };
  register(new URL(runsFromSource ? './hooks.ts' : './hooks.js', import.meta.url), { data });
}

const ownIndex = (): string => new URL(runsFromSource ? '../index.ts' : '../index.js', import.meta.url).href;

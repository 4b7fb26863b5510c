import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder, root } from '../files.ts';

/** The direction of dependency: `tensor ← autograd ← { rnn, compiler } ← { interop, train } ← { plot, cli, bench, examples, docs }`. */
const published = ['tensor', 'autograd', 'rnn', 'compiler', 'interop', 'train'];
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  tensor: [],
  autograd: ['tensor'],
  rnn: ['tensor', 'autograd'],
  compiler: ['tensor', 'autograd'],
  interop: ['tensor', 'autograd', 'rnn'],
  train: ['tensor', 'autograd', 'rnn', 'compiler'],
  plot: ['tensor'],
  cli: [...published, 'plot'],
  bench: [...published, 'plot', 'cli'],
  examples: [...published, 'plot', 'cli'],
  docs: [...published, 'plot', 'cli'],
  exercises: ['cli'],
};

/** What tests may import besides: the compiler knows nothing of cells, and is tried on them. */
export const testsMayImport: Readonly<Record<string, readonly string[]>> = { compiler: ['rnn'] };

/** Packages that run in a page, and so may reach nothing of Node's. */
export const browserPackages = ['tensor', 'autograd', 'rnn', 'compiler', 'interop', 'train', 'plot'];

/** Packages in which only exactly specified arithmetic may be used. */
export const arithmeticPackages = ['tensor', 'autograd', 'rnn', 'compiler', 'train'];

export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));

/** `'throughline'` → cli, `'@throughline/tensor/testing'` → tensor, others → undefined. */
export function packageOf(specifier: string): string | undefined {
  if (specifier === 'throughline' || specifier.startsWith('throughline/')) return 'cli';
  return /^@throughline\/([^/]+)/.exec(specifier)?.[1];
}

/** `'@scope/name/sub'` → `'@scope/name'`. */
export const packageName = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** The part of the house a file belongs to: a package's name, 'examples' or 'docs'. */
export const partOf = (path: string): string => /^packages\/([^/]+)/.exec(path)?.[1] ?? path.split('/')[0] ?? '';

export const isTest = (path: string): boolean => /\.(test|browser)\.ts$/.test(path);

/** The TypeScript files of the packages, examples and docs. */
export const typescriptFiles = (): string[] =>
  filesUnder().filter(
    (path) => /^(packages\/[^/]+\/src|examples|exercises|docs)\/.*\.ts$/.test(path) && existsSync(join(root, path)),
  );

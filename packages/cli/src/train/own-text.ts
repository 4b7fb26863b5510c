import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Text } from './text.ts';

/** Our packages, each found where it is installed. */
const packages = ['autograd', 'plot', 'rnn', 'tensor', 'train'];

/**
 * What ships in our own packages as a text: sources, and declarations where they are built. It is always there, and the
 * same wherever the same version is installed: files come in the order of their paths within packages, which mixes the
 * packages, so that the last tenth, which is held out, is much like the rest.
 */
export function ownText(): Text {
  return textOf(ownFiles(), '');
}

/** The declarations alone, `.d.ts`: what `throughline read` reads. Everything, where nothing is built. */
export function ownDeclarations(): Text {
  const files = ownFiles();
  const declarations = files.filter(({ path }) => path.endsWith('.d.ts'));
  return declarations.length === 0 ? textOf(files, '') : textOf(declarations, '.d.ts ');
}

interface OwnFile {
  readonly name: string;
  readonly path: string;
}

/** Our files, in the order of the text. */
function ownFiles(): OwnFile[] {
  const folders = [
    { name: 'throughline', folder: fileURLToPath(new URL('../../', import.meta.url)) },
    ...packages.map((name) => ({
      name: `@throughline/${name}`,
      folder: fileURLToPath(new URL('../', import.meta.resolve(`@throughline/${name}`))),
    })),
  ];
  return folders
    .flatMap(({ name, folder }) =>
      [...filesIn(folder, 'dist', /\.d\.ts$/), ...filesIn(folder, 'src', /\.ts$/)].map((file) => ({
        name: `${file} ${name}`,
        path: join(folder, file),
      })),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function textOf(files: readonly OwnFile[], kind: string): Text {
  const content = files.map(({ path }) => readFileSync(path, 'utf8').replaceAll('\r\n', '\n')).join('\n');
  return { name: `${files.length} ${kind}files of throughline`, content };
}

/** Files below a part of a package, without those that are not published. */
function filesIn(folder: string, part: string, pattern: RegExp): string[] {
  if (!existsSync(join(folder, part))) return [];
  return readdirSync(join(folder, part), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name) && !/\.(test|browser)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replaceAll('\\', '/'));
}

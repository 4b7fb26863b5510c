// Writes the part of packages/cli/src/index.ts that re-exports the libraries by name: `npm run exports`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { root } from '../files.ts';
import { parse } from './imports.ts';

export const rootIndex = 'packages/cli/src/index.ts';
const marker = '// Everything below is written by `npm run exports`; above it stands what is throughline’s own.';

/** The entry points that the root index gathers, as specifiers behind `@throughline/`. */
const entries = [
  'tensor',
  'autograd',
  'autograd/arrays',
  'autograd/control',
  'autograd/nn',
  'autograd/linalg',
  'autograd/order',
  'autograd/special',
  'autograd/fft',
  'autograd/symbolic',
  'autograd/debug',
  'rnn',
  'rnn/analysis',
  'rnn/blocks',
  'rnn/cells',
  'rnn/claims',
  'rnn/layers',
  'rnn/sequences',
  'rnn/symbolic',
  'rnn/testing',
  'compiler',
  'compiler/threads',
  'compiler/eager',
  'compiler/report',
  'interop',
  'train',
];

/**
 * The names an entry point's index.ts exports, types with `type ` before them. A group headed by a comment that starts with
 * `internal` is for the packages above, not for users.
 */
export function publicNames(entry: string): string[] {
  const [name, ...folder] = entry.split('/');
  const file = parse(['packages', name, 'src', ...folder, 'index.ts'].join('/'));
  return file.statements
    .filter(ts.isExportDeclaration)
    .filter((statement) => !isInternal(file, statement))
    .flatMap((statement) => {
      const clause = statement.exportClause;
      if (clause === undefined) throw new Error(`${file.fileName}: export each name; export * hides what is public`);
      if (ts.isNamespaceExport(clause)) return [clause.name.text];
      const typed = (element: ts.ExportSpecifier) => statement.isTypeOnly || element.isTypeOnly;
      return clause.elements.map((element) => `${typed(element) ? 'type ' : ''}${element.name.text}`);
    })
    .sort((a, b) => compare(bare(a), bare(b)));
}

function isInternal(file: ts.SourceFile, statement: ts.Statement): boolean {
  const comments = ts.getLeadingCommentRanges(file.text, statement.pos) ?? [];
  return comments.some(({ pos, end }) => /^\/[/*]+\s*internal\b/i.test(file.text.slice(pos, end)));
}

/** The whole of the root index as it should be; throws when two of them export one name. */
export function rootExports(current: string, from = entries): string {
  const home = new Map<string, string>();
  const groups = from.map((name) => {
    const names = publicNames(name);
    for (const one of names.map(bare)) {
      const other = home.get(one);
      if (other !== undefined) throw new Error(`${one} is exported by both ${other} and ${name}`);
      home.set(one, name);
    }
    const types = names.every((one) => one !== bare(one));
    const list = names.map((one) => `  ${types ? bare(one) : one},\n`).join('');
    return names.length === 0 ? '' : `export ${types ? 'type ' : ''}{\n${list}} from '@throughline/${name}';\n`;
  });
  const own = current.includes(marker) ? current.slice(0, current.indexOf(marker)) : '';
  return `${own}${marker}\n${groups.join('')}`;
}

const bare = (name: string) => name.replace(/^type /, '');
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const path = join(root, rootIndex);
  writeFileSync(path, rootExports(readFileSync(path, 'utf8')));
}

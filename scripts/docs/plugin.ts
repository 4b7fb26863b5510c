import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { Plugin } from 'vitest/config';
import { type Block, examples, fences } from './blocks.ts';
import { freeNames, instrument } from './instrument.ts';
import { Lines } from './lines.ts';

const root = join(import.meta.dirname, '../..');
const runtime = join(import.meta.dirname, 'runtime.ts');
const suffix = '?examples';

/**
 * Documentation as tests. A `.md` file becomes a test module with one test per ```ts fence, `source.ts?examples` one
 * with a test per `@example`. Generated lines keep their numbers, so that stack traces point into the page.
 */
export function documentationTests(): Plugin {
  return {
    name: 'throughline:documentation-tests',
    enforce: 'pre',
    resolveId: (id) => (id.endsWith(suffix) ? id : undefined),
    load: (id) => (id.endsWith(suffix) ? exampleModule(id.slice(0, -suffix.length)) : undefined),
    transform: (code, id) => (id.endsWith('.md') ? pageModule(id, code) : undefined),
  };
}

/** One async generator for the page; each block is nested in the one before, so it sees its names and may shadow them. */
export function pageModule(path: string, markdown: string) {
  const file = nameOf(path);
  const blocks = fences(markdown, 'ts').filter(({ words }) => !words.includes('no-run'));
  const lines = Lines.of(markdown);
  lines.add(1, header(file));
  lines.add(1, 'async function* __run(): AsyncGenerator<void> {');
  for (const block of blocks) {
    lines.add(block.line - 1, '{'); // on the fence's own line
    lines.put(block.line, instrument(block, 'page', failAt(file)));
    lines.add(block.line + block.code.split('\n').length, 'yield;');
  }
  const titles = blocks.map((block) => [block.line, titleOf(block)]);
  const empty = blocks.length === 0 ? `import { test } from 'vitest'; test.skip('no code on this page');` : '';
  lines.add(lines.count, `${'}'.repeat(blocks.length)}}; __doc.page(${JSON.stringify(titles)}, __run);${empty}`);
  return lines.compile(path, markdown);
}

/** One function per example, with the public names it uses in scope. */
export function exampleModule(path: string) {
  const source = readFileSync(path, 'utf8');
  const file = nameOf(path);
  const lines = Lines.of(source);
  const index = join(root, 'packages', file.split('/')[1] ?? '', 'src/index.ts');
  // What helps to test is public too, but for those who test only.
  const testing = file.includes('/testing/')
    ? [join(dirname(index), 'testing/index.ts'), '@throughline/tensor/testing']
    : [];
  const imports = [path, ...[index, ...testing].filter((from) => !isAbsolute(from) || existsSync(from)), 'throughline'];
  lines.add(1, header(file));
  lines.add(1, imports.map((from, at) => `import * as __${at} from ${JSON.stringify(from)};`).join(' '));
  lines.add(1, `const __modules = [${imports.map((_, at) => `__${at}`)}];`);
  for (const block of examples(source)) {
    const names = freeNames(block.code);
    const scope = `const { ${names} } = __doc.names(${JSON.stringify(names)}, __modules, ${block.line});`;
    lines.add(block.line, `__doc.example(${block.line}, ${JSON.stringify(titleOf(block))}, async () => { ${scope}`);
    lines.put(block.line, instrument(block, 'example', failAt(file)));
    lines.add(block.line + block.code.split('\n').length, '});');
  }
  return lines.compile(path, source);
}

const header = (file: string) =>
  `import { document as __document } from ${JSON.stringify(runtime)}; ` +
  `const __doc = __document(${JSON.stringify(file)}); const console = __doc.console;`;

const nameOf = (path: string) => relative(root, path).split(sep).join('/');

const titleOf = ({ code }: Block) =>
  code
    .split('\n')
    .map((text) => text.trim())
    .find((text) => text !== '' && !text.startsWith('import ')) ?? '';

const failAt = (file: string) => (line: number, why: string) => {
  throw new Error(`${file}:${line}: ${why}`);
};

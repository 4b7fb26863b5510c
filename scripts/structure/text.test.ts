import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { filesUnder, root } from '../files.ts';

const binary = /\.(png|jpg|gif|ico|woff2?|wasm|npz|npy|gz|tgz|safetensors)$/;
const files = filesUnder().filter((path) => !binary.test(path));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Headings as GitHub turns them into anchors. */
function anchors(markdown: string): Set<string> {
  const headings = markdown.replace(/^```.*?^```/gms, '').matchAll(/^#{1,6} +(.+)$/gm);
  const slug = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
  const found = new Set<string>();
  for (const [, text = ''] of headings) {
    const base = slug(text.trim());
    let name = base;
    for (let copy = 1; found.has(name); copy++) name = `${base}-${copy}`;
    found.add(name);
  }
  return found;
}

/** Targets of relative links and images, outside code. */
function links(markdown: string): { target: string; line: number }[] {
  const prose = markdown
    .replace(/^(`{3,}).*?^\1/gms, (block) => block.replace(/[^\n]/g, ' '))
    .replace(/`[^`\n]*`/g, (code) => ' '.repeat(code.length));
  return prose
    .split('\n')
    .flatMap((text, index) =>
      [...text.matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)|^\[[^\]]+\]:\s*(\S+)/g)]
        .map((match) => ({ target: match[1] ?? match[2] ?? '', line: index + 1 }))
        .filter(({ target }) => !/^[a-z]+:/i.test(target)),
    );
}

test('every relative link of a page leads somewhere', () => {
  const broken: string[] = [];
  for (const path of files.filter((path) => path.endsWith('.md'))) {
    for (const { target, line } of links(read(path))) {
      const [file = '', anchor] = decodeURI(target).split('#');
      const to = file === '' ? path : join(dirname(path), file);
      const found = existsSync(join(root, to));
      const anchored = anchor === undefined || !to.endsWith('.md') || (found && anchors(read(to)).has(anchor));
      if (!found || !anchored) broken.push(`${path}:${line}: ${target}`);
    }
  }
  expect(broken).toEqual([]);
});

test('the link checker sees links, and not code', () => {
  const page = 'see [a](b.md#c) and `[x](y.md)`\n```md\n[z](w.md)\n```\n[r]: d.md\n[web](https://example.org)';
  expect(links(page)).toEqual([
    { target: 'b.md#c', line: 1 },
    { target: 'd.md', line: 5 },
  ]);
  expect([...anchors('# A `b` c\n## Is ∂c = f?\n## Is ∂c = f?\n')]).toEqual(['a-b-c', 'is-c--f', 'is-c--f-1']);
});

// Written so that the patterns do not match this file.
const forbidden: [string, RegExp][] = [
  ['a path of one machine', /(^|[\s"'`(=:])\/(work|tmp|root|home)\/[\w.]/m],
  ['a registry host', /\bregistry\.[\w-]+\.(org|com)|https?:\/\/[\w.-]*(artifactory|verdaccio|nexus)/],
];

test.each(forbidden)('no file contains %s', (_, pattern) => {
  const wrong = files.flatMap((path) => {
    const at = read(path).search(pattern);
    return at < 0
      ? []
      : [
          `${path}:${
            read(path)
              .slice(0, at + 1)
              .split('\n').length
          }`,
        ];
  });
  expect(wrong).toEqual([]);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { filesUnder, root } from '../files.ts';
import { typeErrors } from './type-check.ts';

const pages = filesUnder().filter((path) =>
  /^(README|CONTRIBUTING)\.md$|^(docs|examples|exercises)\/.*\.md$/.test(path),
);
const block = (code: string) => `\`\`\`ts\n${code}\n\`\`\`\n`;
const sample = [
  block("import { type Tensor, tensor } from 'throughline';\nexport const x: Tensor = tensor(1);"),
  block("import {\n  tensor,\n} from 'throughline';\nconst y: Tensor = x;\nexport default y;"),
  block("const x = 'text' as string;\nx.item();"),
].join('');

let errors: string[] = []; // of the pages and of the sample, in one program since each costs seconds
beforeAll(() => {
  const texts = pages.map((page): [string, string] => [page, readFileSync(join(root, page), 'utf8')]);
  errors = typeErrors(new Map([...texts, ['docs/sample.md', sample]]));
}, 120_000);

test('the code on pages type-checks', () => {
  expect(pages).toContain('CONTRIBUTING.md');
  expect(errors.filter((error) => !error.startsWith('docs/sample.md'))).toEqual([]);
});

test('a type error is found on its line; blocks share names and may import them again', () => {
  const found = errors.filter((error) => error.startsWith('docs/sample.md'));
  expect(found).toEqual(["docs/sample.md:14: Property 'item' does not exist on type 'string'."]);
});

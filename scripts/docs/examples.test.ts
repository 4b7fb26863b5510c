// Runs every `@example` of the packages' doc comments; CONTRIBUTING.md describes how they are written.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesUnder, root } from '../files.ts';
import { examples } from './blocks.ts';

const sources = filesUnder(join(root, 'packages'))
  .filter((path) => /\/src\/.*\.ts$/.test(path) && !/\.(test|browser)\.ts$|\/bin\.ts$|\.d\.ts$/.test(path))
  .map((path) => join(root, path))
  .filter((path) => examples(readFileSync(path, 'utf8')).length > 0);

test('sources with examples are found, or there are none', () => {
  expect(sources.every((path) => path.includes('/src/'))).toBe(true);
});

for (const path of sources) await import(/* @vite-ignore */ `${path}?examples`);

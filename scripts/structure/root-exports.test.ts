import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../files.ts';
import { publicNames, rootExports, rootIndex } from './root-exports.ts';

const tokens = (code: string) =>
  code
    .replace(/\/\/.*/g, '')
    .match(/[\w$@/'.-]+/g)
    ?.sort();

test('throughline re-exports every public name of tensor, autograd, rnn and train (run `npm run exports`)', () => {
  const current = readFileSync(join(root, rootIndex), 'utf8');
  expect(tokens(current)).toEqual(tokens(rootExports(current)));
});

test('names are read off an index, types marked', () => {
  expect(publicNames('tensor')).toContain('tensor');
  expect(publicNames('tensor')).toContain('type Shape');
});

test('a name exported twice is refused', () => {
  expect(() => rootExports('', ['tensor', 'tensor'])).toThrow('is exported by both tensor and tensor');
});

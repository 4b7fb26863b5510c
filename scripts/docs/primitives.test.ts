import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { primitives } from '@throughline/autograd';
import { samples } from '@throughline/autograd/testing';
import { expect, test } from 'vitest';
import { root } from '../files.ts';
import { opComments } from './op-comments.ts';
import { page, primitivesPage } from './primitives.ts';

test('docs/primitives.md says what the registry and the doc comments say (run `npm run docs`)', () => {
  expect(readFileSync(join(root, page), 'utf8')).toBe(primitivesPage());
});

test('every op says what it gives and what its gradient is', () => {
  const ops = opComments();
  const silent = ops.filter(({ summary, gradient }) => summary === '' || gradient === '').map(({ name }) => name);
  expect(silent).toEqual([]);
  const missing = [...primitives.keys()].filter(
    (name) => samples[name] !== undefined && !ops.some((op) => op.name === name),
  );
  expect(missing).toEqual([]);
});

test('parameters are read off functions, tables and wrapped functions', () => {
  const parameters = new Map(opComments().map((op) => [op.name, op.parameters]));
  expect(['tanh', 'add', 'where', 'sum'].map((name) => parameters.get(name))).toEqual([
    'x',
    'x, y',
    'cond, x, y',
    'x, axes?, options?',
  ]);
});

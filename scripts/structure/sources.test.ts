import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { filesUnder, root } from '../files.ts';
import { parse } from './imports.ts';
import { arithmeticPackages, isTest, manifestOf, partOf, typescriptFiles } from './packages.ts';
import { rootIndex } from './root-exports.ts';

const sources = typescriptFiles();
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const folders = filesUnder(join(root, 'packages'))
  .filter((path) => /^packages\/[^/]+\/package\.json$/.test(path))
  .map((path) => path.replace('/package.json', ''));

/** Printed by a script from a shorter source, and not meant to be read first. */
const isPrinted = (path: string) => /^\/\/.*Do not edit\.?\n/i.test(read(path));

test('no source file has more than 350 lines', () => {
  const scripts = filesUnder(join(root, 'scripts')).filter((path) => /\.(ts|mjs)$/.test(path));
  const written = [...sources, ...scripts].filter((path) => !isPrinted(path) && path !== rootIndex);
  const long = written.map((path) => `${path}: ${read(path).trimEnd().split('\n').length} lines`);
  expect(long.filter((entry) => Number(/: (\d+) lines/.exec(entry)?.[1]) > 350)).toEqual([]);
});

test('an index.ts is a table of contents: it only re-exports', () => {
  const indexes = sources.filter((path) => /\/src\/index\.ts$/.test(path) && !path.startsWith('packages/bench/'));
  expect(indexes.length).toBeGreaterThanOrEqual(6);
  const wrong = indexes.filter((path) => {
    // A bare import is there for its effect (methods that are attached); `export {}` marks a package without names yet.
    const allowed = (statement: ts.Statement) =>
      ts.isExportDeclaration(statement) || (ts.isImportDeclaration(statement) && statement.importClause === undefined);
    return !parse(path).statements.every(allowed);
  });
  expect(wrong).toEqual([]);
});

test('every export of a package.json has its source, and its dist path follows from it', () => {
  const wrong: string[] = [];
  for (const folder of folders) {
    for (const [subpath, targets] of Object.entries(manifestOf(folder).exports)) {
      const source = targets['@throughline/source'] ?? '';
      const dist = source.replace('./src/', './dist/').replace(/\.[jt]s$/, '');
      const right = existsSync(join(root, folder, source)) && targets.default === `${dist}.js`;
      if (!right || targets.types !== `${dist}.d.ts`) wrong.push(`${folder}/package.json: ${subpath}`);
    }
  }
  expect(wrong).toEqual([]);
});

const exact = new Set(['abs', 'floor', 'ceil', 'trunc', 'sign', 'min', 'max', 'fround', 'imul', 'clz32', 'sqrt']);

// Tests and test helpers may ask Math for a second opinion.
const isExact = (path: string) =>
  arithmeticPackages.includes(partOf(path)) && !isTest(path) && !path.includes('/testing/');

// Engines disagree in the last bits of all others; these are specified to the bit. Elementary functions are our own.
test('only exactly specified arithmetic is used', () => {
  const wrong: string[] = [];
  for (const path of sources.filter(isExact)) {
    const file = parse(path);
    const visit = (node: ts.Node): void => {
      const report = (what: string) => {
        wrong.push(`${path}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}: ${what}`);
      };
      if (
        node.kind === ts.SyntaxKind.AsteriskAsteriskToken ||
        node.kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken
      ) {
        report('**');
      }
      if (ts.isIdentifier(node) && node.text === 'Math' && !ts.isPropertyAssignment(node.parent)) {
        const { parent } = node;
        const name = ts.isPropertyAccessExpression(parent) && parent.expression === node ? parent.name.text : undefined;
        if (name === undefined || !exact.has(name)) report(`Math${name === undefined ? '' : `.${name}`}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  expect(wrong).toEqual([]);
});

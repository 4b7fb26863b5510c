import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../files.ts';
import { findCycle, importsOf, parse, resolveRelative } from './imports.ts';
import {
  browserPackages,
  isTest,
  manifestOf,
  mayImport,
  packageName,
  packageOf,
  partOf,
  testsMayImport,
  typescriptFiles,
} from './packages.ts';

const files = typescriptFiles().map((path) => ({ path, part: partOf(path), imports: importsOf(parse(path)) }));
const all = files.flatMap((file) => file.imports.map((one) => ({ ...file, ...one })));
const offences = (wrong: typeof all, why: (one: (typeof all)[number]) => string) =>
  wrong.map((one) => `${one.path}:${one.line}: ${why(one)}`);

test('every package has its place in the order of dependency', () => {
  const unplaced = files.map(({ part }) => part).filter((part) => mayImport[part] === undefined);
  expect(unplaced).toEqual([]);
});

test('packages import only what lies below them', () => {
  const wrong = all.filter(({ path, part, from }) => {
    const target = packageOf(from);
    if (target === undefined || target === part || mayImport[part]?.includes(target) === true) return false;
    return !(isTest(path) && testsMayImport[part]?.includes(target) === true);
  });
  expect(offences(wrong, ({ part, from }) => `${part} may not import ${from}`)).toEqual([]);
});

test('no package imports itself by name, or reaches into another by a relative path', () => {
  const wrong = all.filter(({ path, part, from }) =>
    from.startsWith('.')
      ? part in mayImport &&
        path.startsWith('packages/') &&
        partOf(resolveRelative(path, from)) !== part &&
        !isTest(path)
      : packageOf(from) === part && path.startsWith('packages/') && !isTest(path),
  );
  expect(offences(wrong, ({ from }) => `import ${from} by a path inside its own package`)).toEqual([]);
});

test('relative imports of packages name a file that exists', () => {
  const wrong = all.filter(
    ({ path, from }) => from.startsWith('.') && !existsSync(join(root, resolveRelative(path, from))),
  );
  expect(offences(wrong, ({ from }) => `${from} does not exist`)).toEqual([]);
});

test('what a package imports, its package.json depends on', () => {
  const wrong = all.filter(({ path, part, from, typeOnly }) => {
    if (!path.startsWith('packages/') || isTest(path) || from.startsWith('.') || from.startsWith('node:')) return false;
    const { dependencies, peerDependencies, devDependencies } = manifestOf(`packages/${part}`);
    const declared = { ...dependencies, ...peerDependencies, ...(typeOnly ? devDependencies : {}) };
    return !(packageName(from) in declared);
  });
  expect(offences(wrong, ({ part, from }) => `${packageName(from)} is not in ${part}'s package.json`)).toEqual([]);
});

test('packages that run in a page import no node: module outside a folder node/', () => {
  const wrong = all.filter(
    ({ path, part, from }) =>
      browserPackages.includes(part) && !isTest(path) && !path.includes('/src/node/') && from.startsWith('node:'),
  );
  expect(offences(wrong, ({ from }) => `${from} does not exist in a page`)).toEqual([]);
});

test('nothing outside a folder node/ imports a file inside one', () => {
  const wrong = all.filter(
    ({ path, part, from }) =>
      browserPackages.includes(part) && !isTest(path) && !path.includes('/node/') && /^\.+\/(.*\/)?node\//.test(from),
  );
  expect(offences(wrong, ({ from }) => `${from} would pull node: modules into a page`)).toEqual([]);
});

// Cycles of type-only imports are allowed: they vanish when compiled, so no module can see another half made.
test('no files import each other in a circle', () => {
  const graph = new Map(
    files.map(({ path, imports }) => [
      path,
      imports
        .filter(({ from, typeOnly }) => from.startsWith('.') && !typeOnly)
        .map(({ from }) => resolveRelative(path, from)),
    ]),
  );
  expect(findCycle(graph)?.join('\n  → ')).toBeUndefined();
});

test('the checker sees a cycle when there is one', () => {
  const graph = { a: ['b'], b: ['c', 'd'], c: [], d: ['b'] };
  expect(findCycle(new Map(Object.entries(graph)))).toEqual(['b', 'd', 'b']);
  expect(findCycle(new Map(Object.entries({ ...graph, d: ['c'] })))).toBeUndefined();
});

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { primitives } from './index.ts';
import { checksOf, opEntries, samples } from './testing/index.ts';

const ops: Readonly<Record<string, unknown>> = Object.assign({}, ...Object.values(opEntries));

/** Tests define primitives of their own, under names with a dot. */
const registered = [...primitives.values()].filter(({ name }) => !name.includes('.'));

test('there are samples of every primitive, and of nothing else', () => {
  expect(Object.keys(samples).sort()).toEqual(registered.map(({ name }) => name).sort());
});

/** There is no tensor that these refuse. */
const takesAnything = ['stopGradient'];

for (const primitive of registered) {
  const own = samples[primitive.name];
  if (own === undefined) continue;
  describe(primitive.name, () => {
    const op = Object.entries(ops).find(([name]) => name === primitive.name)?.[1];
    const checked = typeof op === 'function' && 'primitive' in op ? (op as unknown as typeof primitive) : primitive; // either is checkable
    for (const check of checksOf(checked, own)) test(check.title, { timeout: 60_000 }, () => check.run());
    if (takesAnything.includes(primitive.name)) return;
    test('some wrong calls are given', () => {
      expect(own.refused.length).toBeGreaterThan(0);
    });
  });
}

describe('documentation', () => {
  const source = new URL('.', import.meta.url);
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /^(?!testing\/|.*\.test\.ts$).*\.ts$/.test(path),
  );
  const text = files.map((path) => readFileSync(new URL(path, source), 'utf8')).join('\n');
  const documented = new Set<string>();
  for (const [, comment = '', name = ''] of text.matchAll(
    /\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*(?:export )?(?:const|function) (\w+)/g,
  )) {
    if (!comment.includes('@example')) continue;
    const renamed = new RegExp(`export \\{ ${name} as (\\w+) \\}`).exec(text)?.[1];
    documented.add(renamed ?? name);
  }
  test.each(registered.map(({ name }) => name))(
    '%s has an op of its name with a doc comment and an example',
    (name) => {
      expect(documented).toContain(name);
      expect(ops).toHaveProperty(name);
    },
  );
});

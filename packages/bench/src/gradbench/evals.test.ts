import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { modules } from './modules.ts';
import { answer } from './protocol.ts';

interface Golden {
  readonly module: string;
  readonly function: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: unknown;
}
const path = fileURLToPath(new URL('./goldens/evals.json', import.meta.url));
const goldens = JSON.parse(readFileSync(path, 'utf8')) as readonly Golden[]; // as evals.py writes it

/** The four modes of one search have one golden. */
const searches = new Set(['saddle', 'particle']);
const cases = goldens.flatMap((golden) =>
  searches.has(golden.module) ? ['rr', 'rf', 'fr', 'ff'].map((mode) => ({ ...golden, function: mode })) : [golden],
);

const evaluate = (module: string, name: string, input: unknown): Record<string, unknown> =>
  JSON.parse(answer(JSON.stringify({ id: 1, kind: 'evaluate', module, function: name, input }), modules)) as Record<
    string,
    unknown
  >; // an object by the protocol

/** The largest difference between numbers at the same place of two values of one form, relative to the largest number. */
function distance(actual: unknown, expected: unknown): number {
  const [a, b] = [numbersIn(actual), numbersIn(expected)];
  expect([...a.keys()].sort()).toEqual([...b.keys()].sort());
  const scale = Math.max(1e-300, ...[...b.values()].map(Math.abs));
  return Math.max(...[...b].map(([at, x]) => Math.abs((a.get(at) ?? Number.NaN) - x) / scale));
}

function numbersIn(value: unknown, at = ''): Map<string, number> {
  if (typeof value === 'number') return new Map([[at, value]]);
  const entries = Object.entries(value as object); // an array or an object, by the goldens
  return new Map(entries.flatMap(([key, child]) => [...numbersIn(child, `${at}.${key}`)]));
}

/** Searches end within 1e-5 of a place, and rounding moves where they end by far less than that. */
const bound = (module: string): number => (searches.has(module) ? 1e-9 : 1e-11);

describe('the evals give PyTorch’s numbers', () => {
  it.each(cases.map((golden, i) => ({ i, ...golden })))('$i: $module, $function', (golden) => {
    const { success, output, error } = evaluate(golden.module, golden.function, golden.input);
    expect({ success, error }).toEqual({ success: true });
    expect(distance(output, golden.output)).toBeLessThan(bound(golden.module));
  });

  it('every eval of the suite has a golden but lstm, whose are chain.json', () => {
    const names = ['hello', 'llsq', 'lse', 'gmm', 'ba', 'lstm', 'ht', 'kmeans', 'ode', 'det', 'saddle', 'particle'];
    expect(Object.keys(modules).sort()).toEqual(names.toSorted());
    for (const name of names) {
      const known = new Set(cases.filter(({ module }) => module === name).map((golden) => golden.function));
      if (name !== 'lstm') expect([name, ...known].sort()).toEqual([name, ...Object.keys(modules[name] ?? {})].sort());
    }
  });

  it.each(goldens.filter(({ output }) => numbersIn(output).size > 1))(
    'the comparison of $module, $function can fail',
    (golden) => {
      const first = [...numbersIn(golden.output)].find(([, x]) => x !== 0);
      const moved = JSON.parse(JSON.stringify(golden.output), (_, x) => (x === first?.[1] ? x + 1e-3 : x)) as unknown;
      expect(distance(golden.output, moved)).toBeGreaterThan(1e-10);
    },
  );
});

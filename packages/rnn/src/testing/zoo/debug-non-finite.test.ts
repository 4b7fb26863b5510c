import { readFileSync } from 'node:fs';
import { debugNonFinite, NonFiniteError, type NonFiniteStory } from '@throughline/autograd/debug';
import { afterAll, describe, expect, test } from 'vitest';
import { type Expected, injectedCase, type ZooCase, zoo } from './index.ts';

/** The line of the zoo that holds a case's mark, counted from 1. */
const lineOf = ({ file, mark }: ZooCase): number =>
  readFileSync(new URL(file, import.meta.url), 'utf8')
    .split('\n')
    .findIndex((line) => line.endsWith(`// ← ${mark}`)) + 1;

function storyOf(one: ZooCase): NonFiniteStory | null {
  try {
    one.run((f) => debugNonFinite(f));
  } catch (error) {
    if (error instanceof NonFiniteError) return error.story;
    throw error;
  }
  return null;
}

/** What of a case was found right. */
function score(story: NonFiniteStory | null, expected: Expected, file: string, line: number) {
  const { cause, ...place } = expected;
  const found = story?.line?.split('/').at(-1)?.split(':') ?? [];
  const placed =
    story !== null &&
    Object.entries(place).every(([key, value]) => story[key as keyof NonFiniteStory] === value) && // its keys
    found[0] === file &&
    found[1] === String(line);
  return { placed, named: story?.cause === cause };
}

const rows = zoo.map((one) => {
  const story = storyOf(one);
  return { one, story, ...score(story, one.expected, one.file, lineOf(one)) };
});

const show = (story: NonFiniteStory | null): string =>
  story === null
    ? 'nothing'
    : `${story.op} ${story.direction} ${story.cell ?? '–'}.${story.gate ?? '–'} t=${story.step ?? '–'} ${story.line?.split('/').at(-1)} (${story.cause})`;

describe('debugNonFinite on the zoo', () => {
  afterAll(() => {
    const table = rows.map(
      ({ one, story, placed, named }) =>
        `${placed ? '✓' : '✗'} ${named ? '✓' : '✗'}  ${one.name.padEnd(40)} ${show(story)}`,
    );
    // biome-ignore lint/suspicious/noConsole: the table is what one wants to read
    console.log(['place, cause', ...table].join('\n'));
  });

  test('at least 28 of 30 are placed right: op, direction, cell, gate, step and line', () => {
    expect(rows.filter(({ placed }) => placed).length).toBeGreaterThanOrEqual(28);
  });

  test('at least 28 of 30 causes are named', () => {
    expect(rows.filter(({ named }) => named).length).toBeGreaterThanOrEqual(28);
  });

  test('negative control: with each case expected to be the next one, few are right', () => {
    const shifted = rows.filter(({ story }, i) => {
      const { expected, file } = (rows[(i + 1) % rows.length] as (typeof rows)[number]).one; // modulo the length
      return score(story, expected, file, lineOf((rows[(i + 1) % rows.length] as (typeof rows)[number]).one)).placed;
    });
    expect(shifted.length).toBeLessThanOrEqual(2);
  });

  test('60 further seeds are placed right', () => {
    const wrong = Array.from({ length: 60 }, (_, i) => injectedCase(100 + i)).filter((one) => {
      const { placed, named } = score(storyOf(one), one.expected, one.file, lineOf(one));
      return !(placed && named);
    });
    expect(wrong.map((one) => `${one.name}: ${JSON.stringify(one.expected)} but ${show(storyOf(one))}`)).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { type AnyLessonClaim, defineLessonClaim, type Judgement } from './claim.ts';
import { readRecord, recordOf, resultOf, writeRecord } from './record.ts';
import { runClaim } from './run.ts';
import { showResult } from './show.ts';
import { spread } from './spread.ts';
import { lessonTable, missing, withTable } from './table.ts';
import { conclude } from './verdict.ts';

/** A claim about a seed: that it is small. */
const small = defineLessonClaim<{ readonly value: number }>({
  number: 99,
  sentence: 'Every seed is | small.',
  question: 'Is it?',
  method: 'Read it.',
  control: 'A large one.',
  async measure(seed, work) {
    await work.turn();
    work.progress(0.5);
    return { value: seed };
  },
  judge(measured) {
    const values = measured.map(({ value }) => value);
    return {
      parts: [
        { says: 'it is small', what: 'seed', values, threshold: '< 6', holds: values.every((value) => value < 6) },
      ],
      oracles: [{ what: 'seeds are numbers', holds: values.every((value) => !Number.isNaN(value)) }],
      condition: 'never',
      charts: [],
    };
  },
}) as unknown as AnyLessonClaim; // its own measurements come back to it

const plain = { bold: (x: string) => x, dim: (x: string) => x, good: (x: string) => x, bad: (x: string) => x };

describe('a verdict', () => {
  const judgement = (...holds: boolean[]): Judgement => ({
    parts: holds.map((one) => ({ says: '', what: '', values: [1], threshold: '', holds: one })),
    oracles: [],
    condition: 'T is short',
    charts: [],
  });
  test.each([
    [judgement(true, true), 5, 'holds', ''],
    [judgement(false, false), 5, 'refuted', ''],
    [judgement(true, false), 5, 'holds only if', 'T is short'],
    [judgement(true), 4, 'inconclusive', '4 of at least 5 seeds'],
    [judgement(), 5, 'inconclusive', 'nothing was measured'],
    [
      { ...judgement(true), oracles: [{ what: 'both ways agree', holds: false }] },
      5,
      'inconclusive',
      'it is not so that both ways agree',
    ],
  ])('follows from the parts', (given, seeds, verdict, because) => {
    expect(conclude(given, seeds)).toEqual({ verdict, because });
  });

  test('a spread hides no NaN', () => {
    expect(spread([4, 1, 3, 2])).toEqual({ min: 1, median: 2.5, max: 4 });
    expect(spread([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]).median).toBe(Number.POSITIVE_INFINITY);
    expect(spread([1, Number.NaN]).min).toBeNaN();
    expect(spread([]).median).toBeNaN();
  });
});

describe('a run', () => {
  test('measures every seed, and another seed gives another verdict', async () => {
    const parts: number[] = [];
    const result = await runClaim(small, { seeds: [1, 2, 3, 4, 5], progress: (part) => parts.push(part) });
    expect(result).toMatchObject({
      verdict: 'holds',
      stopped: false,
      measured: [1, 2, 3, 4, 5].map((value) => ({ value })),
    });
    expect(parts).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    expect((await runClaim(small, { seeds: [1, 2, 3, 4, 6] })).verdict).toBe('refuted');
    expect((await runClaim(small, { seeds: [1, 2, 3, 4, Number.NaN] })).verdict).toBe('inconclusive');
  });

  test('stops between seeds, and keeps what was measured', async () => {
    const signal = { aborted: false };
    const progress = (part: number): void => {
      signal.aborted = part >= 2 / 5;
    };
    const result = await runClaim(small, { seeds: [1, 2, 3, 4, 5], signal, progress });
    expect(result).toMatchObject({ stopped: true, seeds: [1, 2], because: '2 of at least 5 seeds' });
    expect(showResult(result, plain)).toContain('no verdict: 2 of at least 5 seeds');
  });

  test('an error of a measurement is passed on', async () => {
    const broken = { ...small, measure: () => Promise.reject(new Error('no such cell')) };
    await expect(runClaim(broken, { seeds: [1] })).rejects.toThrow('no such cell');
  });
});

test('a record keeps every number, and is judged again to the same', async () => {
  const claim: AnyLessonClaim = {
    ...small,
    measure: (seed) => ({ value: [Number.NEGATIVE_INFINITY, -0, 1e-300][seed] ?? 0.1 }),
  };
  const result = await runClaim(claim, { seeds: [0, 1, 2, 3, 4] });
  const record = readRecord(writeRecord(recordOf(result)));
  expect(record).toEqual(recordOf(result));
  expect(recordOf(resultOf(record, claim))).toEqual(record);
  expect(() => resultOf({ ...record, claim: 3 }, claim)).toThrow('lesson: a record of claim 3, not 99.');
});

test('the table has a row per result, and says which are missing', async () => {
  const result = await runClaim(small, { seeds: [1, 2, 3, 4, 5] });
  const table = lessonTable([{ ...result, seconds: 7 }]);
  expect(table.split('\n').at(-1)).toBe(
    '| [99](figures/lesson/99.svg) | Every seed is \\| small. | **holds** | ✓ it is small: seed 3 (1 … 5), holds when < 6 | 5 | `throughline lesson 99` | 7 |',
  );
  const page = 'a\n<!-- the lesson: printed by npm run lesson:table -->\nold\n<!-- the lesson ends -->\nb\n';
  const next = withTable(page, table);
  expect(next).toContain(`\n\n${table}\n\n<!-- the lesson ends -->\nb\n`);
  expect(withTable(next, table)).toBe(next);
  expect(() => withTable('nothing', table)).toThrow('the page has no <!-- the lesson');
  expect(missing([{ number: 1 }, { number: 2 }], [{ claim: 2 }, { claim: 3 }])).toEqual({
    unmeasured: [1],
    unknown: [3],
  });
});

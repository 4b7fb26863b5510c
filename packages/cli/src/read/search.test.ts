import { gather, key, reshape, uniform } from '@throughline/autograd';
import { lstm, unroll } from '@throughline/rnn';
import { describe, expect, it } from 'vitest';
import { unitLines } from './gates.ts';
import { labelsOf } from './labels.ts';
import { readPart } from './learn.ts';
import { memories } from './memory.ts';
import { type Reading, search } from './search.ts';
import { commented, plantedModel, plantedTask } from './testing/planted.ts';
import { kindOf, sentence } from './verdict.ts';

const [choosing, testing] = [commented(1, 60), commented(2, 60)];
const model = plantedModel(3);
const encode = (characters: readonly string[]) => plantedTask.encode(characters.join(''));
const readings = [choosing, testing].map((part) => readPart(model, encode, part)) as [Reading, Reading]; // two

/** The same without unit 1: what chance gave the others. */
const without = (reading: Reading): Reading => ({
  ...reading,
  lines: { f: reading.lines.f.filter((_, unit) => unit !== 1), c: reading.lines.c.filter((_, unit) => unit !== 1) },
});

/** Labels in stretches as long as before, that have nothing to do with the text. */
function shuffled(reading: Reading, seed: number): Reading {
  const n = reading.characters.length;
  const breaks = [...uniform(key(seed), [120], { high: n }).data]
    .map((x) => Math.floor(Number(x)))
    .sort((a, b) => a - b);
  let inside = 0;
  const comment = Uint8Array.from({ length: n }, (_, i) => {
    if (breaks.includes(i)) inside = 1 - inside;
    return inside;
  });
  return { ...reading, labels: { ...reading.labels, comment } };
}

describe('a unit made by hand to stay open inside comments', () => {
  it.each(['f', 'c'] as const)('is found by its %s, on text that it was not chosen by', (line) => {
    const found = search(...readings, 'comment', line);
    const before = search(without(readings[0]), without(readings[1]), 'comment', line);
    expect([found.unit, found.sign]).toEqual([1, 1]);
    expect(found.heldOut).toBeGreaterThan(0.9);
    expect(found.p).toBeCloseTo(1 / 201, 12);
    expect(found.byThree).toBeLessThan(0.7); // letters are the same inside and outside
    expect(found.inside).toBeGreaterThan(10 * Math.max(found.outside, 0.05));
    expect(kindOf(found, before)).toBe('remembers');
    expect(before.heldOut).toBeLessThan(0.8);
    expect(kindOf(before, found)).not.toBe('remembers');
    const said = sentence({ question: 'comment', line, kinds: ['remembers'], findings: [found], before: [before] });
    expect(said).toMatch(
      /inside comments( from outside)?: found in all of 1 net, an area of (0\.9\d\d|1\.000) on text it was not chosen by\.$/,
    );
  });

  it('is not found when labels are shuffled, however many units there are to choose from', () => {
    const kinds = [4, 5, 6, 7, 8].map((seed) => {
      const found = search(shuffled(readings[0], seed), shuffled(readings[1], seed + 100), 'comment', 'c');
      expect(found.heldOut).toBeLessThan(0.75);
      return kindOf(found, { ...found, heldOut: 0.5 });
    });
    expect(kinds.filter((kind) => kind === 'remembers').length).toBe(0);
  });

  it('gives nothing where a text has no comments', () => {
    const bare = readPart(model, encode, [...'abcabc\nabc\n'.repeat(20)]);
    const found = search(bare, bare, 'comment', 'f');
    expect([found.heldOut, found.p]).toEqual([Number.NaN, Number.NaN]);
    expect(kindOf(found, found)).toBe('nothing');
  });
});

it('gates and states are those of the run, over several pieces of the text', () => {
  const long = commented(9, 30).slice(0, 1100);
  const ids = plantedTask.encode(long.join(''));
  const { f, c } = unitLines(model, ids);
  const run = unroll(lstm, model.cell, gather(model.embedding.W, reshape(ids, [1100, 1])), { taps: ['f'] });
  for (const unit of [0, 1, 2, 3]) {
    expect(c[unit]?.[1099]).toBeCloseTo(Number(run.last.c.data[unit]), 12);
    for (const t of [0, 499, 500, 1099]) expect(f[unit]?.[t]).toBeCloseTo(Number(run.taps.f.data[4 * t + unit]), 12);
  }
});

it('memory is that of the gates', () => {
  const steady = (value: number): Float64Array => new Float64Array(400).fill(value);
  const [first, second, third] = memories([steady(0.9), steady(1), steady(0.5)]);
  expect([first?.unit, first?.time, first?.open]).toEqual([1, Number.POSITIVE_INFINITY, 1]);
  // 0.9⁹ = 0.39, 0.9¹⁰ = 0.35; 1/e = 0.37. The last places end with the text.
  expect(second?.unit).toBe(0);
  expect(second?.time).toBeCloseTo(10, 12);
  expect(second?.reach).toBeGreaterThan(9.7);
  expect(second?.reach).toBeLessThanOrEqual(10);
  expect([third?.unit, third?.time, third?.reach]).toEqual([2, 2, 2]);
});

it('labels of the planted program are its comments', () => {
  const text = choosing.join('');
  const inside = labelsOf(choosing).comment.reduce((a, b) => a + b, 0);
  expect(inside).toBe([...text.matchAll(/\/\/[a-e]*/g)].reduce((sum, [one]) => sum + one.length, 0));
});

import { auc, type Stretches, scoreable, stretchesOf } from './auc.ts';
import type { UnitLines } from './gates.ts';
import { type Labels, type Question, questions } from './labels.ts';

/** A text as it was read: what its characters are, what they are part of, what each unit did. */
export interface Reading {
  readonly characters: readonly string[];
  readonly labels: Labels;
  readonly lines: UnitLines;
}

/** The line of a unit: its forget gate or its cell state. */
export type LineName = keyof UnitLines;

/** What a search for a unit that answers a question found. */
export interface Finding {
  readonly question: Question;
  readonly line: LineName;
  /** The unit that did best on the text for choosing. */
  readonly unit: number;
  /** 1 when it is high inside, −1 when it is low there. */
  readonly sign: 1 | -1;
  /** How well it did there: the best of many, so too good. */
  readonly chosen: number;
  /** How well it does on another text: the result. */
  readonly heldOut: number;
  /** The same on another text, of characters that lie `deep` or more into their part (or outside): memory is needed there. */
  readonly deep: number;
  /** What choosing and holding out give when labels are turned in a circle: for each turn. */
  readonly shifted: { readonly chosen: readonly number[]; readonly heldOut: readonly number[] };
  /** The share of turns that did at least as well on the other text; never 0, since the labels as they are count too; NaN without any labels. */
  readonly p: number;
  /** How well the last character alone answers, and the last three: frequencies from the text for choosing. */
  readonly byCharacter: number;
  readonly byThree: number;
  /** The last three, of deep characters. */
  readonly byThreeDeep: number;
  /** Mean of the line inside and outside, on the other text. */
  readonly inside: number;
  readonly outside: number;
}

/** How many turns of the labels, and from where a character counts as deep. */
export const turns = 200;
export const deep = 30;

/**
 * Looks for the unit that tells best whether a character is part of something: chosen on one text, tested on another. For
 * forget gates only units that are *high* inside count: that is what staying open means. States may be high or low.
 */
export function search(choosing: Reading, testing: Reading, question: Question, line: LineName): Finding {
  const [forChoice, forTest] = [choosing, testing].map(({ lines }) =>
    lines[line].map((values) => scoreable(values)),
  ) as [Float64Array[], Float64Array[]]; // two
  const [labels, other] = [choosing.labels[question], testing.labels[question]];
  const [inChoice, inTest] = [stretchesOf(labels), stretchesOf(other)];
  const best = choose(forChoice, inChoice, line, 0);
  const scoreOf = ({ unit, sign }: Choice, shift: number): number =>
    oriented(auc(forTest[unit] as Float64Array, inTest, shift), sign); // unit is one of them
  const heldOut = scoreOf(best, 0);
  const shifted = Array.from({ length: turns }, (_, k) => {
    // Turns at even distances, without those that nearly leave the labels where they are.
    const part = 0.05 + (0.9 * (k + 0.5)) / turns;
    const turned = choose(forChoice, inChoice, line, Math.floor(part * labels.length));
    return { chosen: turned.score, heldOut: scoreOf(turned, Math.floor(part * other.length)) };
  });
  const values = testing.lines[line][best.unit] as Float64Array; // as above
  const three = guesses(3, choosing, testing, question);
  return {
    question,
    line,
    unit: best.unit,
    sign: best.sign,
    chosen: best.score,
    heldOut,
    deep: oriented(deepAuc(values, other), best.sign),
    shifted: { chosen: shifted.map((one) => one.chosen), heldOut: shifted.map((one) => one.heldOut) },
    p: Number.isNaN(heldOut) ? Number.NaN : (1 + shifted.filter((one) => one.heldOut >= heldOut).length) / (1 + turns),
    byCharacter: auc(scoreable(guesses(1, choosing, testing, question)), inTest),
    byThree: auc(scoreable(three), inTest),
    byThreeDeep: deepAuc(three, other),
    inside: meanWhere(values, other, 1),
    outside: meanWhere(values, other, 0),
  };
}

/** Every question, of gates and of states. */
export const searchAll = (choosing: Reading, testing: Reading): Finding[] =>
  questions.flatMap((question) => (['f', 'c'] as const).map((line) => search(choosing, testing, question, line)));

interface Choice {
  readonly unit: number;
  readonly sign: 1 | -1;
  readonly score: number;
}

const oriented = (score: number, sign: 1 | -1): number => (sign === 1 ? score : 1 - score);

function choose(units: readonly Float64Array[], stretches: Stretches, line: LineName, shift: number): Choice {
  let best: Choice = { unit: 0, sign: 1, score: Number.NEGATIVE_INFINITY };
  units.forEach((one, unit) => {
    const score = auc(one, stretches, shift);
    for (const sign of line === 'f' ? ([1] as const) : ([1, -1] as const)) {
      if (oriented(score, sign) > best.score) best = { unit, sign, score: oriented(score, sign) };
    }
  });
  return best;
}

/** The area of characters that lie deep within their part, against all outside. */
function deepAuc(values: Float64Array, labels: Uint8Array): number {
  const kept: number[] = [];
  let run = 0;
  labels.forEach((label, i) => {
    run = label === 1 ? run + 1 : 0;
    if (label === 0 || run > deep) kept.push(i);
  });
  const inside = stretchesOf(Uint8Array.from(kept, (i) => labels[i] as number)); // places of both, here and below
  return auc(scoreable(kept.map((i) => values[i] as number)), inside);
}

/** Guesses from the last few characters: how often they were inside in the text for choosing. */
function guesses(count: number, choosing: Reading, testing: Reading, question: Question): Float64Array {
  const end = (characters: readonly string[], i: number): string =>
    characters.slice(Math.max(0, i + 1 - count), i + 1).join('');
  const seen = new Map<string, { inside: number; all: number }>();
  let inside = 0;
  choosing.characters.forEach((_, i) => {
    const name = end(choosing.characters, i);
    const entry = seen.get(name) ?? { inside: 0, all: 0 };
    const label = choosing.labels[question][i] as number; // one per character
    seen.set(name, { inside: entry.inside + label, all: entry.all + 1 });
    inside += label;
  });
  const usual = inside / choosing.characters.length;
  return Float64Array.from(testing.characters, (_, i) => {
    const entry = seen.get(end(testing.characters, i));
    return entry === undefined ? usual : (entry.inside + usual) / (entry.all + 1);
  });
}

function meanWhere(values: Float64Array, labels: Uint8Array, label: 0 | 1): number {
  const kept = values.filter((_, i) => labels[i] === label);
  return kept.reduce((a, b) => a + b, 0) / kept.length;
}

import { splitKey } from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';
import { tensor } from '@throughline/tensor';
import { rightClasses } from './answer.ts';
import { checkCount } from './check.ts';
import { integers } from './draw.ts';
import { entropy } from './entropy.ts';
import { askedAfter, type Transduction, type TransductionTask } from './transduction.ts';

/** Options of `dateTask`. */
export interface DateOptions {
  /** The first and last year: 1950 and 2049 by default; from 1000 to 9999. */
  readonly from?: number;
  readonly to?: number;
  /** Sequences per batch: 32 by default. */
  readonly batch?: number;
}

/** Dates as texts in, the same as 1998-03-07 out. */
export interface DateTask extends TransductionTask {
  /** The characters of sources (the first is padding) and of targets; an id is a place in them. */
  readonly sourceAlphabet: string;
  readonly targetAlphabet: string;
  /** Ids of sources or of targets back to texts, one for each column. */
  decode(which: 'source' | 'target', ids: Tensor): string[];
}

interface Day {
  readonly year: number;
  /** From 1 to 12. */
  readonly month: number;
  readonly day: number;
}

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']; // biome-ignore format: a list
const two = (n: number): string => String(n).padStart(2, '0');
const nameOf = ({ month }: Day): string => months[month - 1] as string; // from 1 to 12

/** Ways to write a day, none of which could mean another day in another. */
const formats: readonly ((date: Day) => string)[] = [
  (date) => `${date.day} ${nameOf(date)} ${date.year}`,
  (date) => `${nameOf(date)} ${date.day}, ${date.year}`,
  (date) => `${nameOf(date).slice(0, 3)} ${date.day} ${date.year}`,
  (date) => `${two(date.day)}.${two(date.month)}.${date.year}`,
  (date) => `${date.year}/${date.month}/${date.day}`,
];

const iso = ({ year, month, day }: Day): string => `${year}-${two(month)}-${two(day)}`;

/** 'September 18, 1998' */
const longestSource = 18;
const sourceAlphabet = `␣ ${[...new Set([...months.join(''), ...'0123456789,./'])].sort().join('')}`;
const targetAlphabet = '0123456789-';

/**
 * Dates, turned from many ways of writing them into one: 7 March 1998, Mar 7 1998, 07.03.1998, 1998/3/7 → 1998-03-07.
 *
 * Days are drawn evenly from all in a range of years, and so are the five ways of writing. Sources are padded before their
 * beginning, to 18 characters. The baseline is the best guess that knows which character of the target is asked and nothing
 * else, exactly: the mean entropy of the ten places, over all the days. Texts are made as texts, so a batch cannot be drawn
 * inside a compiled program. Shapes: `pairs` int32 [18, B] and [10, B]; batches [28, B], weights on the last 10 steps.
 * Source: after the exercise of Ng's "Sequence models" course, 2018, from attention models of machine translation.
 * @throws ArgumentError for an option out of range.
 * @example dateTask().decode('target', dateTask().pairs(key(1), 1).target)[0].length   // 10
 */
export function dateTask({ from = 1950, to = 2049, batch = 32 }: DateOptions = {}): DateTask {
  checkCount('dateTask', 'from', from, 1000, 9999);
  checkCount('dateTask', 'to', to, from, 9999);
  checkCount('dateTask', 'batch', batch);
  const days = daysOf(from, to);
  const { value, chance } = guess(days);
  const pairs = (key: Tensor, size = batch): Transduction => {
    checkCount('dateTask', 'batch', size);
    const [forDay, forFormat] = splitKey(key, 2) as [Tensor, Tensor]; // two asked for
    const draw = (source: Tensor, most: number): number[] => [
      ...integers(source, [size], 0, most).concrete('dateTask').storage,
    ];
    const drawn = draw(forDay, days.length).map((i) => days[i] as Day); // within them
    const written = draw(forFormat, formats.length).map((f, i) => formats[f]?.(drawn[i] as Day) ?? ''); // as many
    return {
      source: encode(
        written.map((text) => text.padStart(longestSource, '␣')),
        sourceAlphabet,
      ),
      target: encode(drawn.map(iso), targetAlphabet),
    };
  };
  return {
    name: 'dates',
    steps: longestSource + 10,
    takes: { symbols: sourceAlphabet.length + 1 },
    outputs: targetAlphabet.length,
    answers: 'at every step',
    loss: 'crossEntropy',
    baseline: { value, what: 'each place’s characters by how often they occur there' },
    others: [],
    success: { what: 'characters', chance, of: rightClasses },
    sourceSymbols: sourceAlphabet.length,
    targetSymbols: targetAlphabet.length,
    sourceAlphabet,
    targetAlphabet,
    pairs,
    batch: (key, size) => askedAfter(pairs(key, size), sourceAlphabet.length),
    decode: (which, ids) => decode(which === 'source' ? sourceAlphabet : targetAlphabet, ids),
  };
}

/** All days of some years. */
function daysOf(from: number, to: number): Day[] {
  const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const lengthOf = (year: number, month: number): number =>
    month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  const days: Day[] = [];
  for (let year = from; year <= to; year++)
    for (let month = 1; month <= 12; month++)
      for (let day = 1; day <= lengthOf(year, month); day++) days.push({ year, month, day });
  return days;
}

/** The best guess at each place of the target: its cost, and how often it is right. */
function guess(days: readonly Day[]): { value: number; chance: number } {
  const counts = Array.from({ length: 10 }, () => new Map<string, number>());
  for (const day of days) {
    [...iso(day)].forEach((character, place) => {
      const here = counts[place];
      here?.set(character, (here.get(character) ?? 0) + 1);
    });
  }
  const spreads = counts.map((here) => [...here.values()].map((count) => count / days.length));
  const mean = (of: (spread: number[]) => number): number => spreads.reduce((sum, one) => sum + of(one), 0) / 10;
  return { value: mean(entropy), chance: mean((spread) => Math.max(...spread)) };
}

/** Texts of one length as ids, one text for each column. */
function encode(texts: readonly string[], alphabet: string): Tensor {
  const length = texts[0]?.length ?? 0;
  return tensor(
    Array.from({ length }, (_, t) => texts.map((text) => alphabet.indexOf(text[t] ?? ''))),
    { dtype: 'int32' },
  );
}

function decode(alphabet: string, ids: Tensor): string[] {
  const [T, B] = ids.shape as [number, number]; // [T, B]
  const { storage } = ids.concrete('decode');
  return Array.from({ length: B }, (_, b) =>
    Array.from({ length: T }, (_, t) => alphabet[storage[t * B + b] ?? -1] ?? '?')
      .join('')
      .replaceAll('␣', ''),
  );
}

/** @file Random recurrences: what one is, and the numbers it runs on. */
import { type Concrete, type Tensor, tensor } from '@throughline/tensor';
import fc from 'fast-check';
import { bernoulli, cast, key, mapTree, type Schedule, splitKey, uniform } from '../../index.ts';
import { shapeOf, terms } from './terms.ts';
import { ops } from './values.ts';

export type FloatType = 'float64' | 'float32';

/** Steps, rows, units. */
export interface Sizes {
  readonly T: number;
  readonly B: number;
  readonly H: number;
}

/** One line of a step: an op on two of the values made so far. */
interface Line {
  readonly op: keyof typeof ops;
  readonly a: number;
  readonly b: number;
}

/** A running sum among a loop's carries. */
export interface Total {
  readonly term: keyof typeof terms;
  readonly a: number;
  readonly b: number;
  readonly start: 'zero' | 'constant' | 'argument' | 'computed';
  readonly order: 'total first' | 'term first';
  /** What reads it while the loop runs. */
  readonly reader: 'nothing' | 'step' | 'ys';
}

export interface Recurrence {
  readonly sizes: Sizes;
  readonly dtype: FloatType;
  readonly lines: readonly Line[];
  readonly totals: readonly Total[];
  readonly reverse: boolean;
  readonly checkpoint: Schedule;
  /** Two carries that change places at each step: as they are, or one of them with something added. */
  readonly swap: 'as they are' | 'changed';
  /** Whether the carries that hold the state change places too. */
  readonly crossed: boolean;
  /** What reads the ys. */
  readonly after: 'nothing' | 'sum' | 'loop' | 'both';
  /** Where the loop stands. */
  readonly inside: 'nothing' | 'scan' | 'while' | 'cond';
  readonly results: 'all' | 'carry' | 'ys';
  readonly numbers: 'small' | 'nan' | 'infinite' | 'subnormal' | 'huge' | 'zeros';
  /** Whether arguments of one type are one tensor. */
  readonly aliased: boolean;
  /** Of the numbers it runs on. */
  readonly seed: number;
}

export type Arguments = ReturnType<typeof argumentsOf>;

/** Numbers for a recurrence. */
export function argumentsOf({ sizes, dtype, totals, seed, numbers, aliased }: Recurrence) {
  const { T, B, H } = sizes;
  const keys = splitKey(key(seed), 24);
  const next = keys.values();
  const draw = (...shape: number[]): Tensor => uniform(next.next().value as Tensor, shape, { low: -1, high: 1, dtype }); // fewer than keys
  const floats = {
    params: { U: draw(H, H), V: draw(H, H), gain: draw(H), shift: draw(H) },
    start: { h: draw(B, H), c: draw(B, H), p: draw(B, H), q: draw(B, H), kept: draw(B, H) },
    totals: totals.map(({ term }) => draw(...shapeOf(terms[term].shape, sizes))),
    xs: { x: draw(T, B, H), z: draw(T, B, H) },
  };
  let leaf = 0;
  const seen = new Map<string, Tensor>();
  const given = mapTree(floats, (x: Tensor) => {
    const changed = withNumbers(x.concrete('recurrence'), numbers, leaf++ === seed % 11);
    const name = x.shape.join();
    if (!seen.has(name)) seen.set(name, changed);
    return aliased ? (seen.get(name) as Tensor) : changed; // set above
  }) as typeof floats; // tensors for tensors
  const count = (...shape: number[]): Tensor =>
    cast(uniform(next.next().value as Tensor, shape, { low: 0, high: 4 }), 'int32'); // fewer than keys
  const flag = (...shape: number[]): Tensor => bernoulli(next.next().value as Tensor, 0.5, shape); // as above
  return { ...given, marks: { flag: flag(T), n: count(T) }, once: { flag: flag(), n: count() } };
}

/** Numbers that are drawn from −1 … 1, made into others. */
function withNumbers(x: Concrete, numbers: Recurrence['numbers'], isChosen: boolean): Tensor {
  const change = (v: number, i: number): number => {
    if (numbers === 'subnormal') return v * (x.dtype === 'float32' ? 1e-40 : 1e-310);
    if (numbers === 'huge') return v * (x.dtype === 'float32' ? 1e30 : 1e250);
    if (numbers === 'zeros') return i % 3 === 0 ? 0 * v : v;
    if (!isChosen || i !== x.size >> 1) return v;
    return numbers === 'nan' ? Number.NaN : Math.sign(v) / 0;
  };
  if (numbers === 'small') return x;
  return tensor(Array.from(x.storage, change), { shape: [...x.shape], dtype: x.dtype });
}

/** The same recurrence of float64, from numbers about 1: its sums are near one another in whatever order they are taken. */
export const tame = (net: Recurrence): Recurrence => ({ ...net, dtype: 'float64', numbers: 'small', aliased: false });

/** What recurrences are drawn from, and how much there is of it. */
export const recurrences = (most = 5): fc.Arbitrary<Recurrence> =>
  fc.record({
    sizes: fc.record({
      T: fc.constantFrom(3, 1, 2, 5, 7, 0),
      B: fc.constantFrom(2, 1, 3, 5, 17, 0),
      H: fc.constantFrom(3, 1, 2, 4, 5, 8, 13, 0),
    }),
    dtype: fc.constantFrom('float64', 'float32'),
    lines: fc.array(fc.record({ op: fc.constantFrom(...keysOf(ops)), a: fc.nat(9), b: fc.nat(9) }), {
      maxLength: most,
    }),
    totals: fc.array(
      fc.record<Total>({
        term: fc.constantFrom(...keysOf(terms)),
        a: fc.nat(9),
        b: fc.nat(9),
        start: fc.constantFrom('zero', 'constant', 'argument', 'computed'),
        order: fc.constantFrom('total first', 'term first'),
        reader: fc.constantFrom('nothing', 'nothing', 'nothing', 'step', 'ys'),
      }),
      { maxLength: Math.min(4, most) },
    ),
    reverse: fc.boolean(),
    checkpoint: fc.constantFrom<Schedule[]>('all', 'all', 'all', 'sqrt', { every: 2 }, { snapshots: 2, block: 1 }),
    swap: fc.constantFrom('as they are', 'changed'),
    crossed: fc.boolean(),
    after: fc.constantFrom('nothing', 'sum', 'loop', 'both'),
    inside: fc.constantFrom('nothing', 'nothing', 'scan', 'while', 'cond'),
    results: fc.constantFrom('all', 'carry', 'ys'),
    numbers: fc.constantFrom('small', 'small', 'small', 'nan', 'infinite', 'subnormal', 'huge', 'zeros'),
    aliased: fc.constantFrom(false, false, true),
    seed: fc.nat(1000),
  });

const keysOf = <T extends object>(table: T): (keyof T)[] => Object.keys(table) as (keyof T)[]; // its own

import { cast, gather, mapTree, reshape, slice } from '@throughline/autograd';
import { type AnyCell, type Cell, lstm, type ParamSpecs, type StateSpec, type Taps, unroll } from '@throughline/rnn';
import { memoryTime } from '@throughline/rnn/analysis';
import type { ReadableParams } from './gates.ts';
import { type Learned, type Parts, readPart } from './learn.ts';
import { memories, type UnitMemory } from './memory.ts';
import { type Finding, type Reading, searchAll } from './search.ts';

/** What one net, of one seed, was found to do. */
export interface SeedReport {
  readonly seed: number;
  readonly bits: number;
  /** Its units, the longest memory first, by their gates on the text for testing. */
  readonly units: readonly UnitMemory[];
  /** Memory of the net as a whole at the end of some characters: exponent, and the norm of what is left of c. */
  readonly whole: { readonly byExponent: number; readonly byNorm: number; readonly over: number };
  readonly findings: readonly Finding[];
  /** The same search in the net as it was before training. */
  readonly before: readonly Finding[];
}

/** Characters over which Jacobians are multiplied. */
const over = 100;

/** Reads the texts for choosing and testing with a net before and after training. */
export function report(parts: Parts, learned: Learned, seed: number): { report: SeedReport; testing: Reading } {
  const read = (params: ReadableParams, cell?: AnyCell) =>
    [parts.choosing, parts.testing].map((one) => readPart(params, parts.encode, one, cell)) as [Reading, Reading]; // two
  const [choosing, testing] = read(learned.trained, learned.cell);
  return {
    testing,
    report: {
      seed,
      bits: learned.bits,
      units: memories(testing.lines.f),
      whole: wholeMemory(learned, parts),
      findings: searchAll(choosing, testing),
      before: searchAll(...read(learned.untrained)),
    },
  };
}

/** The library's own measure, in float64, from the middle of the text for testing. */
function wholeMemory({ trained, cell = lstm }: Learned, { encode, testing }: Parts): SeedReport['whole'] {
  const exact = mapTree(trained, (leaf) => cast(leaf, 'float64')) as ReadableParams; // the same structure
  const length = Math.min(over, testing.length >> 1);
  const ids = slice(encode(testing), [testing.length >> 1], [(testing.length >> 1) + length]);
  const known = cell as unknown as Cell<ParamSpecs, StateSpec, Taps>; // names forgotten
  const run = unroll(known, exact.cell, gather(exact.embedding.W, reshape(ids, [length, 1])));
  const { byExponent, byNorm } = memoryTime(run);
  return { byExponent, byNorm, over: length };
}

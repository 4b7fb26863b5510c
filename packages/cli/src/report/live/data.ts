import type { Facts } from '../../check/facts.ts';
import { canonicalJson } from '../canonical.ts';
import { colorsOf, nameOf } from '../names.ts';
import type { Curve } from './curve.ts';
import { sha256 } from './sha256.ts';
import { type LiveSource, liveParts, valueAt } from './source.ts';
import type { Knob } from './turn.ts';

/** What stands in the report for its page to read: from what to compute, and what has to come out. */
export interface LiveData {
  readonly source: LiveSource;
  /** Names of the cells, as in the facts. */
  readonly cells: readonly string[];
  /** What Node computed, by its sha256 as canonical JSON. */
  readonly parts: readonly { readonly path: string; readonly what: string; readonly sha256: string }[];
  /** The report's own settings, drawn quietly beside what a slider gives. */
  readonly curves: Readonly<Record<Knob, readonly Curve[]>>;
}

/** Of a report's facts what its page computes again. */
export function liveData(facts: Facts, source: LiveSource): LiveData {
  const color = colorsOf(facts);
  const curvesOf = (cell: string): Curve[] =>
    facts.reach
      // A user's own cell may have one of our names; it comes first, and is none of ours.
      .filter((row, i) => row.cell === cell && !(source.beside !== null && i === 0))
      .map(({ label, reach }) => ({ label, color: color(nameOf(cell, label)), reach, quiet: true }));
  return {
    source,
    cells: facts.cells.map(({ name }) => name),
    parts: liveParts(source).map(({ path, what }) => ({
      path,
      what,
      sha256: sha256(canonicalJson(valueAt(facts, path))),
    })),
    curves: { forget: curvesOf('lstm'), radius: curvesOf('rnn') },
  };
}

import type { AnyCell } from '../../cell.ts';
import type { Dims } from '../../dims.ts';
import { declared } from '../../params.ts';
import { namedSlots, slotsOf } from '../../state.ts';

/** Small, and no two alike, so that axes cannot be mistaken for each other. */
const primes = [2, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97];

/** Extents for every letter that a cell declares; `given` ones stand. Falls back on I = H for cells that need it. */
export function extentsFor(
  cell: AnyCell,
  given: Partial<Dims> = {},
  base: { H: number; I: number } = { H: 4, I: 3 },
): readonly Dims[] {
  const letters = new Set([
    ...declared(cell.params).flatMap(({ spec }) => [...spec.axes]),
    ...namedSlots(slotsOf(cell.state)).flatMap(({ slot }) => [...slot.axes]),
  ]);
  const others = [...letters].filter((letter) => !['H', 'I', 'B'].includes(letter));
  const chosen = Object.fromEntries(others.map((letter, i) => [letter, primes[i] ?? 2]));
  const dims = { ...base, ...chosen, ...given, dtype: 'float64' } as Dims; // letters of the cell
  return given.I === undefined ? [dims, { ...dims, I: dims.H }] : [dims];
}

/** The first result of `f` that does not throw; if all do, what the first threw. */
export function firstThatFits<D, R>(dims: readonly D[], f: (dims: D) => R): R {
  let thrown: unknown;
  for (const one of dims) {
    try {
      return f(one);
    } catch (error) {
      thrown ??= error;
    }
  }
  throw thrown;
}

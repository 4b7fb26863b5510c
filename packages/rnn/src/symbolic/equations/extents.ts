import { flatten } from '@throughline/autograd';
import { zeros } from '@throughline/tensor';
import type { AnyCell } from '../../cell.ts';
import type { Dims } from '../../dims.ts';
import { declared, mapSpecs } from '../../params.ts';

/** Rows of the batch in a traced step: a prime that is no extent, and no small number a cell may have written. */
export const ROWS = 23;

const primes = [
  29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151,
];

/** A Program of a cell, at extents that tell the axes apart if the cell allows it. */
export function withExtents<R>(cell: AnyCell, traceAt: (cell: AnyCell, dims: Dims) => R): R {
  const used = new Set([
    ...declared(cell.params).flatMap(({ spec }) => [...spec.axes]),
    'I',
    'H',
    ...'ACDEFGJKLMNOPQRSTUVWXYZ',
  ]);
  const distinct = Object.fromEntries([...used].map((letter, i) => [letter, primes[i] ?? 2])) as unknown as Dims; // I and H are in it
  try {
    return traceAt(cell, distinct);
  } catch (error) {
    try {
      return traceAt(cell, { ...distinct, I: distinct.H }); // cells that add x to a state
    } catch {
      throw error;
    }
  }
}

/** The letter of an extent, and H−1 for the number below it; other extents are the numbers they are. */
export function extentNames(dims: Dims): ReadonlyMap<number, string> {
  const letters = Object.entries({ B: ROWS, ...dims }).filter(([, extent]) => typeof extent === 'number');
  const names = new Map<number, string>();
  for (const [letter, extent] of letters as [string, number][]) if (!names.has(extent)) names.set(extent, letter); // numbers, filtered above
  for (const [extent, letter] of [...names])
    if (extent >= ROWS && !names.has(extent - 1)) names.set(extent - 1, `${letter}−1`);
  return names;
}

/** Parameters, states and an input of a cell at given extents, and their letters. */
export function examples(cell: AnyCell, dims: Dims) {
  const letter = dims as unknown as { readonly [letter: string]: number }; // extents by letter
  const shapeOf = (axes: string): number[] => [...axes].map((name) => letter[name] ?? 2);
  const params = mapSpecs(cell.params, (spec) => zeros(shapeOf(spec.axes))) as Parameters<AnyCell['step']>[0]; // the cell's own nesting
  const state = cell.initialState(dims, ROWS);
  const letters = [
    ...declared(cell.params).map(({ path }) => letterOf(path)),
    ...flatten('equations', state).paths,
    'x',
  ];
  return { params, state, x: zeros([ROWS, dims.I]), letters };
}

/** `f.W` is W_f, `read.key.W` is W_read.key, `a` is a. */
export function letterOf(path: string): string {
  const dot = path.lastIndexOf('.');
  return dot < 0 ? path : `${path.slice(dot + 1)}_${path.slice(0, dot)}`;
}

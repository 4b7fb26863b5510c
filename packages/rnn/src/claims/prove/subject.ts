import { full, ShapeError } from '@throughline/tensor';
import type { AnyCell } from '../../cell.ts';
import type { Dims } from '../../dims.ts';
import { mapSpecs, type ParamTree } from '../../params.ts';
import type { Claim } from '../claim.ts';
import { ClaimError } from '../language/claim-error.ts';
import { type Reading, readFor } from '../meaning/reading.ts';
import { recordStep, vocabularyOf } from '../meaning/vocabulary.ts';

/** A cell at extents at which a claim is proved, and the claim as it reads there. */
export interface Subject {
  readonly cell: AnyCell;
  readonly dims: Dims;
  readonly reading: Reading;
}

/** Rows of the batch in a trace: unlike other extents. */
export const tracedRows = 3;

/** Parameters of a cell as types; the numbers are of no account. */
export function paramTypes(cell: AnyCell, dims: Dims): ParamTree {
  const letters = dims as unknown as { readonly [letter: string]: number }; // extents by letter
  return mapSpecs(cell.params, ({ axes }) =>
    full(
      [...axes].map((axis) => letters[axis] ?? 2),
      0,
    ),
  ) as ParamTree; // the cell's own nesting
}

/**
 * One subject for each of the extents that fit: tensors in a claim have extents of their own, and so has a cell whose
 * gates are packed, J being I + H.
 */
export function subjectsOf(claim: Claim, cell: AnyCell, extents: readonly Dims[]): readonly Subject[] {
  const [first, ...others] = extents.map((dims) => () => {
    const x = full([tracedRows, dims.I], 0);
    const step = recordStep(cell, paramTypes(cell, dims), cell.initialState(dims, tracedRows), x);
    return { cell, dims, reading: readFor(claim, vocabularyOf(cell, step)) };
  });
  if (first === undefined) return [];
  return [first(), ...others.flatMap((make) => ifItFits(make))];
}

function ifItFits<R>(make: () => R): R[] {
  try {
    return [make()];
  } catch (error) {
    if (error instanceof ClaimError || error instanceof ShapeError) return [];
    throw error;
  }
}

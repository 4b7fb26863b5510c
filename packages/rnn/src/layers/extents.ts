import { ArgumentError } from '@throughline/tensor';

/** Throws unless every extent is an integer ≥ 1. */
export function checkExtents(op: string, extents: { readonly [letter: string]: number }): void {
  for (const [letter, extent] of Object.entries(extents)) {
    if (!Number.isInteger(extent) || extent < 1) {
      throw new ArgumentError(op, `${letter} is ${extent}; extents are integers ≥ 1.`);
    }
  }
}

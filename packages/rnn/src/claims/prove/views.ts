import type { Equation } from '@throughline/autograd';

type Piece = ReturnType<Extract<Equation['primitive']['semantics'], { kind: 'view' }>['pieces']>[number];

/** Whether a view leaves every element where it is, in row-major order. */
export function isIdentity(pieces: readonly Piece[]): boolean {
  const [piece, ...others] = pieces;
  if (piece === undefined || others.length > 0 || piece.from.offset !== 0 || piece.to.offset !== 0) return false;
  return piece.shape.every((extent, axis) => extent === 1 || piece.from.strides[axis] === piece.to.strides[axis]);
}

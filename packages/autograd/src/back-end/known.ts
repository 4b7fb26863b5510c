import type { AnyPrimitive } from '../primitive.ts';
import { concatPrimitive, splitPrimitive } from '../primitives/concat-split.ts';
import { primitive as contract } from '../primitives/contract.ts';
import { add } from '../primitives/maps/arithmetic.ts';
import { primitive as reshape } from '../primitives/reshape.ts';
import { padPrimitive, slicePrimitive } from '../primitives/slice-pad.ts';
import { broadcastPrimitive, sumPrimitive } from '../primitives/sum-broadcast.ts';
import { primitive as transpose } from '../primitives/transpose.ts';

const erased = (primitive: unknown): AnyPrimitive => primitive as AnyPrimitive; // see AnyPrimitive

/** The primitives of which passes build equations. */
export const known = {
  add: add.primitive,
  broadcastTo: erased(broadcastPrimitive),
  concat: erased(concatPrimitive),
  contract: erased(contract),
  pad: erased(padPrimitive),
  reshape: erased(reshape),
  slice: erased(slicePrimitive),
  split: erased(splitPrimitive),
  sum: erased(sumPrimitive),
  transpose: erased(transpose),
} as const;

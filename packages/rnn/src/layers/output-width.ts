import type { AnyCell } from '../cell.ts';
import { type Dims, extentsOf } from '../dims.ts';

/** The width of what a cell gives at each step: the extent of the letter that it declares. */
export const outputWidth = (cell: Pick<AnyCell, 'name' | 'gives'>, dims: Dims): number =>
  extentsOf('layer', `the output of ${cell.name}`, cell.gives, dims)[0] as number; // one letter

import type { AnyCell } from '../../cell.ts';
import * as further from '../../cells/index.ts';
import * as main from '../../index.ts';
import type { CheckCellOptions } from './subject.ts';

/** A cell of the library, and at which extents it is tried where others than the usual ones are called for. */
export interface CellSample {
  readonly name: string;
  readonly cell: AnyCell;
  readonly options: CheckCellOptions;
}

/** What `checkCell` is given for cells that need extents of their own. */
const optionsOf: { readonly [name: string]: CheckCellOptions } = {};

/** Cells that a function makes, under the function's name. */
const made: { readonly [factory: string]: readonly AnyCell[] } = {
  elman: [],
};

const isCell = (value: unknown): value is AnyCell =>
  typeof value === 'object' && value !== null && 'step' in value && 'stateNames' in value;

/** Every cell that the library exports, and some that its factories make: what back ends and dialects are tried on. */
export function everyCell(): CellSample[] {
  const exported = Object.values({ ...main, ...further } as { [name: string]: unknown }).filter(isCell); // looked at
  return [...exported, ...Object.values(made).flat()].map((cell) => ({
    name: cell.name,
    cell,
    options: optionsOf[cell.name] ?? {},
  }));
}

/** The functions of the entry of cells that no sample was made by. */
export const unmade = (): string[] =>
  Object.entries(further as { [name: string]: unknown }) // looked at
    .filter(([name, value]) => typeof value === 'function' && !(name in made))
    .map(([name]) => name);

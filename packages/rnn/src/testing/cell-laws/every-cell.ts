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
const optionsOf: { readonly [name: string]: CheckCellOptions } = {
  lstm1997Blocks: { dims: { H: 4, K: 2 } },
  'residual lstm': { dims: { I: 3, H: 3 } },
  'residual minGru': { dims: { I: 3, H: 3 } },
  'residual projectedLstm': { dims: { I: 2, P: 2 } },
  // channel by channel
  s4d: { dims: { I: 3, H: 3 } },
  s6: { dims: { I: 3, H: 3 } },
  rgLru: { dims: { I: 3, H: 3 } },
};

/** Cells that a function makes, under the function's name. */
const made: { readonly [factory: string]: { readonly [name: string]: AnyCell } } = {
  exponentialLstm: { 'slstm, forget exp': further.exponentialLstm({ name: 'slstmExp', forget: 'exp' }) },
  projectedInput: { 'projected s6': further.projectedInput(further.s6) },
  residual: {
    'residual minGru': further.residual(further.minGru),
    'residual lstm': further.residual(main.lstm),
    'residual projectedLstm': further.residual(further.projectedLstm),
  },
  rhn: { 'rhn, depth 1': further.rhn({ depth: 1 }), 'rhn, depth 3': further.rhn() },
};

const isCell = (value: unknown): value is AnyCell =>
  typeof value === 'object' && value !== null && 'step' in value && 'stateNames' in value;

/** Every cell that the library exports, and some that its factories make: what back ends and dialects are tried on. */
export function everyCell(): CellSample[] {
  const exported = Object.entries({ ...main, ...further });
  const all: [string, unknown][] = [...exported, ...Object.values(made).flatMap((cells) => Object.entries(cells))];
  return all.flatMap(([name, cell]) => (isCell(cell) ? [{ name, cell, options: optionsOf[name] ?? {} }] : []));
}

/** Functions of the entry that make no cell. */
const helpers: readonly string[] = [
  'complexRecurrence',
  'dense',
  'logSpaceRecurrence',
  'project',
  'ringPhase',
  'ringRadius',
  's4dInv',
  's4dKernel',
  's4dLin',
];

/** The functions of the entry of cells that no sample was made by. */
export const unmade = (): string[] =>
  Object.entries(further as { [name: string]: unknown }) // looked at
    .filter(([name, value]) => typeof value === 'function' && !(name in made) && !helpers.includes(name))
    .map(([name]) => name);

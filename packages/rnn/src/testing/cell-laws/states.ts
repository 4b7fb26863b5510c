import type { Tensor } from '@throughline/tensor';
import type { AnyCell } from '../../cell.ts';
import { mapSlots, namedSlots, type StateTree, slotsOf, valueAt } from '../../state.ts';

/** Where the rows lie in each state: nested as the states are. */
export const rowAxes = (cell: AnyCell): { readonly [name: string]: unknown } =>
  mapSlots(slotsOf(cell.state), ({ axes }) => axes.indexOf('B'));

/** The states that have no rows: what such a cell knows, all rows share. */
export const rowless = (cell: AnyCell): string[] =>
  namedSlots(slotsOf(cell.state)).flatMap(({ name, slot }) => (slot.axes.includes('B') ? [] : [name]));

/** The states, each made of the same state of some others, told where its rows lie. */
export const joinStates = (
  cell: AnyCell,
  states: readonly StateTree[],
  f: (values: readonly Tensor[], axis: number) => Tensor,
): StateTree =>
  mapSlots(slotsOf(cell.state), ({ axes }, name) =>
    f(
      states.map((state) => valueAt(state, name) as Tensor), // a tensor per slot
      axes.indexOf('B'),
    ),
  ) as StateTree; // the same nesting

/** The states, each made of itself. */
export const mapStates = (cell: AnyCell, state: StateTree, f: (value: Tensor, axis: number) => Tensor): StateTree =>
  joinStates(cell, [state], ([value], axis) => f(value as Tensor, axis)); // one of each

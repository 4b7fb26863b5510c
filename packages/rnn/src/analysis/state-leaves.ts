import { isDifferentiable, type Tensor } from '@throughline/tensor';
import { namedSlots, type StateOf, type StateSpec, setValueAt, slotsOf, valueAt } from '../state.ts';

/** A state taken apart: its float leaves by name, and how to put others in their places. Counters and flags stay. */
export interface StateLeaves<S> {
  readonly names: readonly string[];
  readonly leaves: readonly Tensor[];
  rebuild(leaves: readonly Tensor[]): StateOf<S>;
}

/** Takes a state apart in the order in which the cell declares it. */
export function stateLeaves<S extends StateSpec>(spec: S, state: StateOf<S>): StateLeaves<S> {
  const all = namedSlots(slotsOf(spec)).map(({ name }) => ({ name, value: valueAt(state, name) as Tensor })); // a state is a tensor
  const names = all.flatMap(({ name, value }) => (isDifferentiable(value) ? [name] : []));
  return {
    names,
    leaves: names.map((name) => valueAt(state, name) as Tensor), // as above
    rebuild(leaves) {
      const tree: Record<string, unknown> = {};
      for (const { name, value } of all) setValueAt(tree, name, leaves[names.indexOf(name)] ?? value);
      return tree as StateOf<S>; // the nesting of S
    },
  };
}

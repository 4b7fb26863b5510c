import { broadcastTo, concat, jvp, mapTree, reshape, slice } from '@throughline/autograd';
import { ArgumentError, DTypeError, formatType, NotDifferentiableError, type Tensor } from '@throughline/tensor';
import type { Taps } from '../../cell.ts';
import type { ParamSpecs } from '../../params.ts';
import { type RowStep, stepRows } from '../../rows.ts';
import { namedSlots, type StateOf, type StateSpec, setValueAt, slotsOf, valueAt } from '../../state.ts';
import type { Run } from '../../unroll.ts';
import { stateLeaves } from '../state-leaves.ts';

/** One row of a run, ready to be gone through again with directions in its state space. */
export interface March {
  /** The float states, flattened and joined in order of declaration: where each lies. */
  readonly states: readonly Part[];
  /** The number of elements of all of them. */
  readonly size: number;
  readonly steps: number;
  readonly dtype: Tensor['dtype'];
  /** Directions [m, size] in the state before step t; out come their images under that step's Jacobian. Steps ascend. */
  push(t: number, directions: Tensor): Tensor;
}

/** Where one state lies among all of them. */
export interface Part {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Prepares one row. A step's Jacobian is applied to m directions by one `jvp`, with the row repeated m times as a batch,
 * since rows do not mix. The state moves on when a later step is asked for; nothing is kept of the steps before.
 */
export function march<P extends ParamSpecs, S extends StateSpec, T extends Taps, K extends keyof T>(
  op: string,
  run: Run<P, S, T, K>,
  row: number,
): March {
  const { cell, params, inputs, from, rows: rowSteps } = run.origin;
  const rows = inputs[0]?.shape[0] ?? 0;
  if (!Number.isInteger(row) || row < 0 || row >= rows) {
    const has = rows === 0 ? 'is empty' : `has rows 0…${rows - 1}`;
    throw new ArgumentError(op, `there is no row ${row}: the batch ${has}.`);
  }
  const spec: S = cell.state;
  let state = mapState(spec, from, (leaf) => rowsOf(leaf, row));
  let next = state;
  let at = 1;
  const { names, leaves } = stateLeaves(spec, state);
  const dtype = commonDType(op, cell.name, leaves);
  const states = places(names, leaves);
  return {
    states,
    size: states.at(-1)?.to ?? 0,
    steps: inputs.length,
    dtype,
    push(t, directions) {
      const [m] = directions.shape as [number, number]; // [m, size]
      for (; at < t; at++) state = next;
      const repeated = stateLeaves(
        spec,
        mapState(spec, state, (leaf) => repeat(leaf, m)),
      );
      const x = repeat(rowsOf(inputs[t - 1] as Tensor, row), m); // 1 ≤ t ≤ T
      const here: RowStep<S> = rowSteps?.(t - 1) ?? {};
      const masks = mapTree(here, (leaf) => repeat(rowsOf(leaf, row), m)) as unknown as RowStep<S>; // the same structure
      let after = state;
      const { tangent } = jvp(
        (values: readonly Tensor[]) => {
          after = stepRows(cell, params, repeated.rebuild(values), x, masks).state;
          return stateLeaves(spec, after).leaves;
        },
        repeated.leaves,
        states.map(
          (part, k) => reshape(slice(directions, [0, part.from], [m, part.to]), (repeated.leaves[k] as Tensor).shape), // one leaf per part
        ),
      );
      next = mapState(spec, after, (leaf) => rowsOf(leaf, 0));
      return concat(
        (tangent as readonly Tensor[]).map((part, k) => reshape(part, [m, widthOf(states[k])])), // one per part
        1,
      );
    },
  };
}

function mapState<S extends StateSpec>(spec: S, state: StateOf<S>, f: (leaf: Tensor) => Tensor): StateOf<S> {
  const tree: Record<string, unknown> = {};
  for (const { name } of namedSlots(slotsOf(spec))) setValueAt(tree, name, f(valueAt(state, name) as Tensor)); // a state is a tensor
  return tree as StateOf<S>; // the nesting of S
}

const rowsOf = (x: Tensor, row: number): Tensor =>
  slice(x, [row, ...x.shape.slice(1).map(() => 0)], [row + 1, ...x.shape.slice(1)]);

const repeat = (x: Tensor, m: number): Tensor => broadcastTo(x, [m, ...x.shape.slice(1)]);

const widthOf = (part: Part | undefined): number => (part === undefined ? 0 : part.to - part.from);

function places(names: readonly string[], leaves: readonly Tensor[]): Part[] {
  let from = 0;
  return leaves.map((leaf, k) => {
    const part = { name: names[k] as string, from, to: from + leaf.size }; // one name per leaf
    from = part.to;
    return part;
  });
}

function commonDType(op: string, cell: string, leaves: readonly Tensor[]): Tensor['dtype'] {
  const [first] = leaves;
  if (first === undefined) throw new NotDifferentiableError(op, `${cell} has no float state.`);
  const other = leaves.find(({ dtype }) => dtype !== first.dtype);
  if (other === undefined) return first.dtype;
  throw new DTypeError(op, `${cell} has states ${formatType(first)} and ${formatType(other)}: their dtypes differ.`);
}

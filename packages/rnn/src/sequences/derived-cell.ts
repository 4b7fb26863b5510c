import { type AnyCell, type Cell, defineCell, type StepResult, type Taps } from '../cell.ts';
import type { ParamSpecs, ParamsOf } from '../params.ts';
import type { StateOf, StateSpec } from '../state.ts';

/** A cell of the same parameters and name with another step: what wrappers of cells are made with. */
export function derivedCell<
  P extends ParamSpecs,
  S extends StateSpec,
  T extends Taps,
  N extends string,
  S2 extends StateSpec,
>(
  cell: Cell<P, S, T, N>,
  state: S2,
  step: (params: ParamsOf<P>, state: StateOf<S2>, x: Parameters<AnyCell['step']>[2]) => StepResult<S2, Taps>,
  keepsBelt = false,
): Cell<P, S2, T, N> {
  const { name, params, belt, gives } = cell;
  const spec = { name, params, state, step, gives, ...(keepsBelt && belt && { belt }) };
  return defineCell(spec as unknown as Parameters<typeof defineCell>[0]) as unknown as Cell<P, S2, T, N>; // of these parts
}

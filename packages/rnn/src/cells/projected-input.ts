import { type Cell, type CellSpec, defineCell, type Taps } from '../cell.ts';
import type { ParamSpecs } from '../params.ts';
import type { StateSpec } from '../state.ts';
import { type DenseSpec, dense, project } from './dense.ts';

/**
 * A cell that takes inputs of any width, made of one that works channel by channel: x W + b first, W [I, H], b [H].
 *
 * States, taps, belt and parallel form are the cell's; its parameters are under `cell`, the map's under `enter`.
 * @example unroll(projectedInput(rgLru), projectedInput(rgLru).init(key(1), { I: 2, H: 3 }), zeros([5, 1, 2])).out.shape.join()   // 5,1,3
 */
export function projectedInput<P extends ParamSpecs, S extends StateSpec, T extends Taps, N extends string>(
  cell: Cell<P, S, T, N>,
): Cell<{ readonly enter: DenseSpec; readonly cell: P }, S, T, `projected ${N}`> {
  type Own = { readonly enter: DenseSpec; readonly cell: P };
  const { parallel } = cell;
  const spec: CellSpec<Own, S, T, `projected ${N}`> = {
    name: `projected ${cell.name}`,
    params: { enter: dense(), cell: cell.params },
    state: cell.state,
    gives: cell.gives,
    step: (p, state, x) => cell.step(p.cell as never, state, project(p.enter as never, x)), // as declared above
    ...(cell.belt === undefined ? {} : { belt: cell.belt as never }), // the same names
    ...(parallel && {
      parallel: (p, from, xs, valid) => parallel(p.cell as never, from as never, project(p.enter as never, xs), valid), // as above
    }),
  };
  return defineCell(spec) as unknown as Cell<Own, S, T, `projected ${N}`>; // taps are the cell's
}

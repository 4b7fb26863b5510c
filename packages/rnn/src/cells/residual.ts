import { add } from '@throughline/autograd';
import { formatType, ShapeError, type Tensor } from '@throughline/tensor';
import { type Cell, type CellSpec, defineCell, type Taps } from '../cell.ts';
import type { ParamSpecs } from '../params.ts';
import type { StateSpec } from '../state.ts';

/**
 * A cell with a skip around it: its output is x plus what the cell gives, so that what it learns is a correction.
 *
 * out = x + cell(x). Parameters, states, taps and belt are the cell's; the sum is not fed back. The cell's output must be as
 * wide as x: H = I for most.
 * Source: He, Zhang, Ren, Sun, "Deep residual learning for image recognition", 2016; between recurrent layers: Wu et al.,
 * "Google's neural machine translation system", 2016.
 * @throws ShapeError at the first step, when the widths differ.
 * @example unroll(residual(gru), residual(gru).init(key(1), { I: 3, H: 3 }), zeros([5, 1, 3])).out.shape.join()   // 5,1,3
 */
export function residual<P extends ParamSpecs, S extends StateSpec, T extends Taps, N extends string>(
  cell: Cell<P, S, T, N>,
): Cell<P, S, T, `residual ${N}`> {
  const name = `residual ${cell.name}` as const;
  const { parallel } = cell;
  const joined = (x: Tensor, out: Tensor): Tensor => {
    if (out.shape.at(-1) === x.shape.at(-1)) return add(x, out);
    throw new ShapeError(
      name,
      `x is ${formatType(x)}, the output of ${cell.name} is ${formatType(out)}: a skip joins equal widths. Give I the output’s width.`,
    );
  };
  const spec: CellSpec<P, S, T, `residual ${N}`> = {
    name,
    params: cell.params,
    state: cell.state,
    gives: cell.gives,
    step(params, state, x) {
      const inner = cell.step(params, state, x);
      return { ...inner, out: joined(x, inner.out) };
    },
    ...(parallel && {
      parallel(params, from, xs, valid) {
        const inner = parallel(params, from as never, xs, valid); // of this cell
        return { ...inner, out: joined(xs, inner.out) };
      },
    }),
    ...(cell.belt === undefined ? {} : { belt: cell.belt as never }), // the same names
  };
  return defineCell(spec) as unknown as Cell<P, S, T, `residual ${N}`>; // taps are the cell's
}

import { key, trace } from '@throughline/autograd';
import { type Tensor, TraceError, zeros } from '@throughline/tensor';
import type { Dims } from '../dims.ts';
import type { ParamsOf } from '../params.ts';
import type { StateOf } from '../state.ts';

/** The part of a cell that its width follows from. */
interface Stepping<P, S> {
  init(key: Tensor, dims: Dims): ParamsOf<P>;
  initialState(dims: Dims, batch: number): StateOf<S>;
  step(params: ParamsOf<P>, state: StateOf<S>, x: Tensor): { readonly out: Tensor };
}

/** The width of what a cell gives at each step, which a projection makes another than H: read off one step that is traced. */
export function outputWidth<P, S>(cell: Stepping<P, S>, dims: Dims): number {
  const step = (seed: Tensor): Tensor =>
    cell.step(cell.init(seed, dims), cell.initialState(dims, 1), zeros([1, dims.I], dims.dtype)).out;
  try {
    const { types, outputs } = trace(step, key(0));
    return types[outputs[0] ?? -1]?.shape.at(-1) ?? 1;
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    return step(key(0)).shape.at(-1) ?? 1; // an initialiser, or the step, reads numbers
  }
}

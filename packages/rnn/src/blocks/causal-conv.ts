import { add, concat } from '@throughline/autograd';
import { conv1d } from '@throughline/autograd/nn';
import { ArgumentError, formatType, full, ShapeError, sameType, type Tensor } from '@throughline/tensor';
import type { DrawInitializer } from '../initializer.ts';
import { uniform, zeros } from '../initializers.ts';
import { checkExtents } from '../layers/extents.ts';
import type { Layer } from '../layers/layer.ts';
import { param } from '../params.ts';
import { block, lastRows } from './over-time.ts';

/** W [K, I / groups, O], b [O]. */
export interface CausalConvParams {
  readonly W: Tensor;
  readonly b: Tensor;
}

/** The inputs that the next outputs still see. */
export interface CausalConvState {
  /** [K − 1, B, I]. */
  readonly seen: Tensor;
}

/** Uniform in ±1/√(K · I / groups). */
export const uniformByTaps: DrawInitializer = (key, site) => {
  const bound = 1 / Math.sqrt((site.shape[0] as number) * (site.shape[1] as number)); // a kernel
  return uniform(-bound, bound)(key, site);
};

/**
 * A convolution over time that sees no later steps: y_t = Σ_k x_{t−K+1+k} W_k + b, with zeros before the first step.
 *
 * Shapes: [T, B, I] → [T, B, O], W [K, I / groups, O], b [O]. `groups` divides the channels, each seen by its part of the
 * results alone; with I groups there is a kernel per channel. The state is the last K − 1 inputs, so that one step at a time
 * is the whole run, in constant memory. W starts uniform in ±1/√(K · I / groups), b at 0.
 * @throws ArgumentError for counts that are none, or groups that do not divide I and O; ShapeError when x is not [T, B, I].
 * @example causalConv({ I: 1, O: 1, K: 2 }).apply({ W: tensor([[[1]], [[10]]]), b: zeros([1]) }, tensor([[[1]], [[2]]])).out   // f64[2,1,1] [[[10]], [[21]]]
 */
export function causalConv<const N extends string = 'causalConv'>(dims: {
  readonly I: number;
  readonly O: number;
  readonly K: number;
  readonly groups?: number;
  readonly name?: N;
}): Layer<N, CausalConvParams, CausalConvState> {
  const { I, O, K, groups = 1 } = dims;
  const name = (dims.name ?? 'causalConv') as N; // N is 'causalConv' unless a name was given
  checkExtents('causalConv', { I, O, K, groups });
  if (I % groups !== 0 || O % groups !== 0) {
    throw new ArgumentError('causalConv', `${groups} groups do not divide I = ${I} and O = ${O}.`);
  }
  return block({
    name,
    takes: I,
    gives: O,
    params: { W: param('KCO', uniformByTaps), b: param('O', zeros) },
    dims: { K, C: I / groups, O },
    run: (params, xs, from: CausalConvState | undefined, ends) => convolve(name, params, xs, from, groups, ends),
  });
}

/** The convolution of what was seen before and now. */
export function convolve(
  name: string,
  { W, b }: CausalConvParams,
  xs: Tensor,
  from: CausalConvState | undefined,
  groups: number,
  ends: Tensor | undefined,
): { out: Tensor; last: CausalConvState } {
  const [steps, batch, width] = xs.shape as [number, number, number]; // checked by block
  const earlier = (W.shape[0] as number) - 1; // [K, …]
  const none = { dtype: xs.dtype, shape: [earlier, batch, width] };
  const seen = from?.seen ?? full(none.shape, 0, xs.dtype);
  if (!sameType(seen, none)) {
    throw new ShapeError(name, `from.seen is ${formatType(seen)}; with these inputs it takes ${formatType(none)}.`);
  }
  const all = earlier === 0 ? xs : concat([seen, xs]);
  return { out: add(conv1d(all, W, { groups }), b), last: { seen: lastRows(all, earlier, steps, ends) } };
}

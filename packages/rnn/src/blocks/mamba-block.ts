import { add, matmul, mul, split } from '@throughline/autograd';
import { rmsNorm, silu } from '@throughline/autograd/nn';
import type { Tensor } from '@throughline/tensor';
import { uniformByRows } from '../cells/dense.ts';
import { s6 } from '../cells/s6.ts';
import { zeros } from '../initializers.ts';
import { checkExtents } from '../layers/extents.ts';
import type { Layer } from '../layers/layer.ts';
import { type ParamsOf, param } from '../params.ts';
import { unroll } from '../unroll.ts';
import { type CausalConvParams, type CausalConvState, convolve, uniformByTaps } from './causal-conv.ts';
import { type ScaleParams, scaleSpec } from './gated-mlp.ts';
import { block } from './over-time.ts';

/** How a Mamba block is made. */
export interface MambaBlockOptions {
  /** The width of inputs and outputs. */
  readonly D: number;
  /** The width inside; 2 D by default. */
  readonly H?: number;
  /** Numbers remembered per channel; 16 by default. */
  readonly N?: number;
  /** Taps of the convolution; 4 by default. */
  readonly K?: number;
  /** The rank of the step sizes; ⌈D / 16⌉ by default. */
  readonly R?: number;
}

/** The parameters of `mambaBlock`: enter [D, 2H], conv W [K, 1, H] and b [H], leave [H, D]. */
export interface MambaBlockParams {
  readonly norm: ScaleParams;
  readonly enter: Tensor;
  readonly conv: CausalConvParams;
  readonly s6: ParamsOf<typeof s6.params>;
  readonly leave: Tensor;
}

/** What the convolution still sees, and what the state space remembers. */
export interface MambaBlockState {
  readonly conv: CausalConvState;
  readonly s6: { readonly h: Tensor };
}

/**
 * Mamba's block: a short convolution and a selective state space, gated, beside the stream.
 *
 * [u, z] = norm(x) W_enter; out = x + (s6(silu(conv(u))) ⊙ silu(z)) W_leave. The norm is `rmsNorm`; the convolution is causal, of
 * K taps per channel; the state space runs in one go. The state: K − 1 inputs of the convolution, and h [B, H, N]: constant
 * however long the stream.
 * Shapes: [T, B, D] → [T, B, D]. Cost: O(T), with [T, B, H, N] in memory when trained.
 * Source: Gu, Dao, "Mamba: linear-time sequence modeling with selective state spaces", 2023, section 3.4, with the norm and
 * the skip that its model puts around each block.
 * @throws ArgumentError for counts that are none; ShapeError when x is not [T, B, D].
 * @example mambaBlock({ D: 2, N: 3 }).apply(mambaBlock({ D: 2, N: 3 }).init(key(1)), zeros([7, 1, 2])).last.s6.h.shape.join()   // 1,4,3
 */
export function mambaBlock<const M extends string = 'mambaBlock'>(
  options: MambaBlockOptions & { readonly name?: M },
): Layer<M, MambaBlockParams, MambaBlockState> {
  const name = (options.name ?? 'mambaBlock') as M; // M is 'mambaBlock' unless a name was given
  const { D, H = 2 * D, N = 16, K = 4, R = Math.ceil(D / 16) } = options;
  checkExtents('mambaBlock', { D, H, N, K, R });
  return block({
    name,
    takes: D,
    gives: D,
    params: {
      norm: scaleSpec(),
      enter: param('DE', uniformByRows),
      conv: { W: param('KCH', uniformByTaps), b: param('H', zeros) },
      s6: s6.params,
      leave: param('HD', uniformByRows),
    },
    dims: { D, E: 2 * H, H, N, K, R, C: 1 },
    run(p: MambaBlockParams, xs, from: MambaBlockState | undefined, ends) {
      const [u, z] = split(matmul(rmsNorm(xs, -1, p.norm), p.enter), [H, H], -1) as [Tensor, Tensor]; // two widths
      const conv = convolve(name, p.conv, u, from?.conv, H, ends);
      const space = unroll(s6, p.s6, silu(conv.out), {
        parallel: true,
        ...(from && { from: from.s6 }),
        ...(ends && { lengths: ends }),
      });
      const out = add(xs, matmul(mul(space.out, silu(z)), p.leave));
      return { out, last: { conv: conv.last, s6: space.last } };
    },
  });
}

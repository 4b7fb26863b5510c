import { add, mul } from '@throughline/autograd';
import { gelu, rmsNorm } from '@throughline/autograd/nn';
import type { Tensor } from '@throughline/tensor';
import { type DenseParams, project } from '../cells/dense.ts';
import { rgLru } from '../cells/rg-lru.ts';
import { zeros } from '../initializers.ts';
import { checkExtents } from '../layers/extents.ts';
import type { Layer } from '../layers/layer.ts';
import { type ParamsOf, param } from '../params.ts';
import { unroll } from '../unroll.ts';
import { type CausalConvParams, type CausalConvState, convolve, uniformByTaps } from './causal-conv.ts';
import { type GatedMlpParams, gatedMlpSpecs, type ScaleParams, scaleSpec, withGatedMlp } from './gated-mlp.ts';
import { block, mapSpec } from './over-time.ts';
import {
  attend,
  attentionSpecs,
  type SelfAttentionOptions,
  type SelfAttentionParams,
  type SelfAttentionState,
} from './self-attention.ts';

/** How a recurrent block of Griffin is made. */
export interface GriffinBlockOptions {
  /** The width of inputs and outputs. */
  readonly D: number;
  /** The width of the recurrence; D by default. */
  readonly H?: number;
  /** Taps of the convolution before it; 4 by default. */
  readonly K?: number;
  /** The width inside the second half; 3 D by default. */
  readonly M?: number;
}

/** The parameters of `griffinBlock`. */
export interface GriffinBlockParams extends GatedMlpParams {
  readonly norm1: ScaleParams;
  readonly gate: DenseParams;
  readonly enter: DenseParams;
  readonly conv: CausalConvParams;
  readonly lru: ParamsOf<typeof rgLru.params>;
  readonly leave: DenseParams;
}

/** What the convolution still sees, and what the recurrence remembers. */
export interface GriffinBlockState {
  readonly conv: CausalConvState;
  readonly lru: { readonly h: Tensor };
}

/**
 * Griffin's recurrent block: a gated linear recurrence in place of attention, then a gated map, each beside the stream.
 *
 * u = norm₁(x); y = x + (gelu(u W_gate + b) ⊙ rgLru(conv(u W_enter + b))) W_leave + b; out = y + the same of norm₂(y) with
 * (gelu(· W_open + b) ⊙ (· W_up + b)) W_down + b. The norms are `rmsNorm`, the convolution is causal, of K taps per channel;
 * the recurrence runs in one go. The state: K − 1 inputs of the convolution, and h [B, H]: constant however long the stream.
 * Shapes: [T, B, D] → [T, B, D]. Cost: O(T).
 * Source: De et al., "Griffin: mixing gated linear recurrences with local attention for efficient language models", 2024,
 * whose Griffin puts a `griffinAttentionBlock` behind every two of these; of these alone it is Hawk.
 * @throws ArgumentError for counts that are none; ShapeError when x is not [T, B, D].
 * @example griffinBlock({ D: 2 }).apply(griffinBlock({ D: 2 }).init(key(1)), zeros([7, 1, 2])).last.conv.seen.shape.join()   // 3,1,2
 */
export function griffinBlock<const N extends string = 'griffinBlock'>(
  options: GriffinBlockOptions & { readonly name?: N },
): Layer<N, GriffinBlockParams, GriffinBlockState> {
  const name = (options.name ?? 'griffinBlock') as N; // N is 'griffinBlock' unless a name was given
  const { D, H = D, K = 4, M = 3 * D } = options;
  checkExtents('griffinBlock', { D, H, K, M });
  return block({
    name,
    takes: D,
    gives: D,
    params: {
      norm1: scaleSpec(),
      gate: mapSpec('DH'),
      enter: mapSpec('DH'),
      conv: { W: param('KCH', uniformByTaps), b: param('H', zeros) },
      lru: rgLru.params,
      leave: mapSpec('HD'),
      ...gatedMlpSpecs(),
    },
    dims: { D, H, K, M, C: 1 },
    run(p: GriffinBlockParams, xs, from: GriffinBlockState | undefined, ends) {
      const u = rmsNorm(xs, -1, p.norm1);
      const conv = convolve(name, p.conv, project(p.enter, u), from?.conv, H, ends);
      const lru = unroll(rgLru, p.lru, conv.out, {
        parallel: true,
        ...(from && { from: from.lru }),
        ...(ends && { lengths: ends }),
      });
      const y = add(xs, project(p.leave, mul(gelu(project(p.gate, u)), lru.out)));
      return { out: withGatedMlp(p, y), last: { conv: conv.last, lru: lru.last } };
    },
  });
}

/** How an attention block of Griffin is made. */
export interface GriffinAttentionBlockOptions extends SelfAttentionOptions {
  /** The width inside the second half; 3 D by default. */
  readonly M?: number;
}

/** The parameters of `griffinAttentionBlock`. */
export interface GriffinAttentionBlockParams extends GatedMlpParams {
  readonly norm1: ScaleParams;
  readonly attention: SelfAttentionParams;
}

/**
 * Griffin's local attention block: `griffinBlock` with attention to the last `window` steps in place of the recurrence.
 *
 * y = x + attention(norm₁(x)); out = y + the gated map of norm₂(y). All heads share one head of keys and values, and queries
 * and keys are turned by their positions, unless `keyHeads` and `rotary` say otherwise. (The published code turns half of the
 * features.) The state is that of `selfAttention`.
 * Shapes: [T, B, D] → [T, B, D]. Cost: O(T · window).
 * Source: De et al., "Griffin: mixing gated linear recurrences with local attention for efficient language models", 2024.
 * @throws as selfAttention does.
 * @example griffinAttentionBlock({ D: 4, heads: 2, window: 3 }).apply(griffinAttentionBlock({ D: 4, heads: 2 }).init(key(1)), zeros([7, 1, 4])).last.v.shape.join()   // 2,1,1,2
 */
export function griffinAttentionBlock<const N extends string = 'griffinAttentionBlock'>(
  options: GriffinAttentionBlockOptions & { readonly name?: N },
): Layer<N, GriffinAttentionBlockParams, SelfAttentionState> {
  const name = (options.name ?? 'griffinAttentionBlock') as N; // N is 'griffinAttentionBlock' unless a name was given
  const { D, M = 3 * D } = options;
  const local = { keyHeads: 1, rotary: true, ...options };
  const { params, dims } = attentionSpecs('griffinAttentionBlock', local);
  checkExtents('griffinAttentionBlock', { M });
  return block({
    name,
    takes: D,
    gives: D,
    params: { norm1: scaleSpec(), attention: params, ...gatedMlpSpecs() },
    dims: { ...dims, M },
    run(p: GriffinAttentionBlockParams, xs, from: SelfAttentionState | undefined, ends) {
      const { out, last } = attend(name, p.attention, rmsNorm(xs, -1, p.norm1), from, local, ends);
      return { out: withGatedMlp(p, add(xs, out)), last };
    },
  });
}

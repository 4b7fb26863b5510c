import { add } from '@throughline/autograd';
import { gelu, layerNorm } from '@throughline/autograd/nn';
import type { Tensor } from '@throughline/tensor';
import { type DenseParams, project } from '../cells/dense.ts';
import { constant, zeros } from '../initializers.ts';
import { checkExtents } from '../layers/extents.ts';
import type { Layer } from '../layers/layer.ts';
import { param } from '../params.ts';
import { block, mapSpec } from './over-time.ts';
import {
  attend,
  attentionSpecs,
  type SelfAttentionOptions,
  type SelfAttentionParams,
  type SelfAttentionState,
} from './self-attention.ts';

/** How a Transformer block is made. */
export interface TransformerBlockOptions extends SelfAttentionOptions {
  /** The width inside the second part; 4 D by default. */
  readonly M?: number;
}

/** A normalisation's scale and shift, [D] each. */
export interface NormParams {
  readonly scale: Tensor;
  readonly shift: Tensor;
}

/** The parameters of `transformerBlock`. */
export interface TransformerBlockParams {
  readonly norm1: NormParams;
  readonly attention: SelfAttentionParams;
  readonly norm2: NormParams;
  readonly up: DenseParams;
  readonly down: DenseParams;
}

const normSpec = () => ({ scale: param('D', constant(1)), shift: param('D', zeros) });

/**
 * A block of a Transformer's decoder: two corrections to a stream that passes by them.
 *
 * y = x + attention(norm₁(x)); out = y + gelu(norm₂(y) W_up + b) W_down + b: the variant with the norms before the parts, which
 * leaves the stream as it is (in the paper of 2017 they are behind the sums). The norms are `layerNorm`, the attention and its
 * options those of `selfAttention`, and so is the state. Without `rotary` it does not see order, but for what the mask tells.
 * Shapes: [T, B, D] → [T, B, D].
 * Source: Vaswani et al., "Attention is all you need", 2017; Xiong et al., "On layer normalization in the Transformer
 * architecture", 2020.
 * @throws as selfAttention does.
 * @example transformerBlock({ D: 4, heads: 2 }).apply(transformerBlock({ D: 4, heads: 2 }).init(key(1)), zeros([7, 1, 4])).out.shape.join()   // 7,1,4
 */
export function transformerBlock<const N extends string = 'transformerBlock'>(
  options: TransformerBlockOptions & { readonly name?: N },
): Layer<N, TransformerBlockParams, SelfAttentionState> {
  const name = (options.name ?? 'transformerBlock') as N; // N is 'transformerBlock' unless a name was given
  const { D, M = 4 * D } = options;
  const attention = attentionSpecs('transformerBlock', options);
  checkExtents('transformerBlock', { M });
  return block({
    name,
    takes: D,
    gives: D,
    params: {
      norm1: normSpec(),
      attention: attention.params,
      norm2: normSpec(),
      up: mapSpec('DM'),
      down: mapSpec('MD'),
    },
    dims: { ...attention.dims, M },
    run(p: TransformerBlockParams, xs, from: SelfAttentionState | undefined, ends) {
      const { out, last } = attend(name, p.attention, layerNorm(xs, -1, p.norm1), from, options, ends);
      const y = add(xs, out);
      return { out: add(y, project(p.down, gelu(project(p.up, layerNorm(y, -1, p.norm2))))), last };
    },
  });
}

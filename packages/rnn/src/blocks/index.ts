// what replaced recurrence, and what it is put together with: layers over whole sequences

export { type CausalConvParams, type CausalConvState, causalConv } from './causal-conv.ts';
export type { GatedMlpParams, ScaleParams } from './gated-mlp.ts';
export {
  type GriffinAttentionBlockOptions,
  type GriffinAttentionBlockParams,
  type GriffinBlockOptions,
  type GriffinBlockParams,
  type GriffinBlockState,
  griffinAttentionBlock,
  griffinBlock,
} from './griffin-block.ts';
export { type HighwayOptions, type HighwayParams, highway } from './highway.ts';
export { type MambaBlockOptions, type MambaBlockParams, type MambaBlockState, mambaBlock } from './mamba-block.ts';
export { residualLayer } from './residual-layer.ts';
export {
  type SelfAttentionOptions,
  type SelfAttentionParams,
  type SelfAttentionState,
  selfAttention,
} from './self-attention.ts';
export {
  type NormParams,
  type TransformerBlockOptions,
  type TransformerBlockParams,
  transformerBlock,
} from './transformer-block.ts';

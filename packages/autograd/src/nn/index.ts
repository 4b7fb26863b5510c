// activations
export { type GeluOptions, gelu } from '../ops/nn/gelu.ts';

// attention
export { type AttentionOptions, dotProductAttention } from '../ops/nn/attention.ts';
// windows along time
export { type Conv1dOptions, conv1d } from '../ops/nn/conv1d.ts';
export { type BoundGradientOptions, boundGradient } from '../ops/nn/bound-gradient.ts';
export { dropout } from '../ops/nn/dropout.ts';
export { hardSigmoid, hardSwish, hardTanh, relu6 } from '../ops/nn/hard.ts';
// normalisation
export { layerNorm, type NormOptions, rmsNorm, standardize } from '../ops/nn/normalize.ts';
export type { Padding, SlidingOptions } from '../ops/nn/padding.ts';
export { type AvgPool1dOptions, avgPool1d, maxPool1d } from '../ops/nn/pool.ts';
export { celu, elu, leakyRelu, selu } from '../ops/nn/rectified.ts';
export { glu, logSigmoid, mish, silu, softsign } from '../ops/nn/smooth.ts';
export { type WindowsOptions, windows } from '../primitives/windows.ts';

// models
export { type EmbeddingParams, embedding } from './embedding.ts';
export { type Applied, type ApplyOptions, type InitOptions, type Layer, layer } from './layer.ts';
export { type LinearParams, linear } from './linear.ts';
export { type Model, type ParamsByLayer, type StatesByLayer, sequence } from './sequence.ts';

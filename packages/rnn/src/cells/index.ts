// variants of the LSTM
export { coupledLstm } from './coupled-lstm.ts';
// for cells of your own that are
export { type DenseParams, type DenseSpec, dense, project } from './dense.ts';
// without gates
export { indRnn } from './ind-rnn.ts';
export { irnn } from './irnn.ts';
export { layerNormLstm } from './layer-norm-lstm.ts';
export { logSpaceRecurrence } from './log-space.ts';
export { lstm1997 } from './lstm-1997.ts';
export { lstm1997Blocks } from './lstm-1997-blocks.ts';
// gated otherwise
export { mgu } from './mgu.ts';
// linear in the state: each has a parallel form
export { minGru } from './min-gru.ts';
export { peepholeLstm } from './peephole-lstm.ts';
export { projectedLstm } from './projected-lstm.ts';
// around a cell
export { residual } from './residual.ts';
export { type RhnOptions, rhn } from './rhn.ts';
export { exponentialLstm, type SlstmOptions, slstm } from './slstm.ts';

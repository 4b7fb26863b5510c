// variants of the LSTM

// for cells of your own that are
export { type DenseParams, type DenseSpec, dense, project } from './dense.ts';
export { logSpaceRecurrence } from './log-space.ts';
// linear in the state: each has a parallel form
export { minGru } from './min-gru.ts';
export { peepholeLstm } from './peephole-lstm.ts';

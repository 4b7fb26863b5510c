// variants of the LSTM

export { coupledLstm } from './coupled-lstm.ts';
export { layerNormLstm } from './layer-norm-lstm.ts';
export { lstm1997 } from './lstm-1997.ts';
export { lstm1997Blocks } from './lstm-1997-blocks.ts';
export { peepholeLstm } from './peephole-lstm.ts';
export { projectedLstm } from './projected-lstm.ts';
export { exponentialLstm, type SlstmOptions, slstm } from './slstm.ts';

// gated otherwise

export { mgu } from './mgu.ts';
export { type RhnOptions, rhn } from './rhn.ts';

// without gates

export { indRnn } from './ind-rnn.ts';
export { irnn } from './irnn.ts';
export { leaky } from './leaky.ts';

// around a cell

export { projectedInput } from './projected-input.ts';
export { residual } from './residual.ts';

// linear in the state: each has a parallel form

export { lru, ringPhase, ringRadius } from './lru.ts';
export { minGru } from './min-gru.ts';
export { minLstm } from './min-lstm.ts';
export { rgLru } from './rg-lru.ts';
export { type S4dParams, s4d, s4dInv, s4dKernel, s4dLin } from './s4d.ts';
export { s6 } from './s6.ts';

// for cells of your own that are

export { complexRecurrence } from './complex-recurrence.ts';
export { type DenseParams, type DenseSpec, dense, project } from './dense.ts';
export { logSpaceRecurrence } from './log-space.ts';

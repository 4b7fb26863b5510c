// Cells as users would write them: from primitives, without a thought for speed.
export { type BidirectionalParams, bidirectional } from './bidirectional.ts';
export { cosineCell } from './cosine-cell.ts';
export { gru } from './gru.ts';
export { linearRecurrenceCell } from './linear-recurrence.ts';
export { naiveLstm } from './naive-lstm.ts';
export { peepholeLstm } from './peephole-lstm.ts';
export { tidyLstm } from './tidy-lstm.ts';

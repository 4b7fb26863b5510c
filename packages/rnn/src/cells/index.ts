// variants of the LSTM
export { peepholeLstm } from './peephole-lstm.ts';

import { concat, type ParamsOf, type Tensor, unroll } from 'throughline';
import { naiveLstm } from './naive-lstm.ts';

type LstmParams = ParamsOf<typeof naiveLstm.params>;

/** The parameters of two layers, each with a direction forwards and one backwards. */
export interface BidirectionalParams {
  readonly first: { readonly forward: LstmParams; readonly backward: LstmParams };
  readonly second: { readonly forward: LstmParams; readonly backward: LstmParams };
}

/** Both directions of one layer beside each other: [T, B, I] → [T, B, 2H]. */
function bothWays(p: BidirectionalParams['first'], xs: Tensor): Tensor {
  const forward = unroll(naiveLstm, p.forward, xs).out;
  const backward = unroll(naiveLstm, p.backward, xs, { reverse: true }).out;
  return concat([forward, backward], 2);
}

/** A two-layer bidirectional LSTM: [T, B, I] → [T, B, 2H]. */
export const bidirectional = (p: BidirectionalParams, xs: Tensor): Tensor => bothWays(p.second, bothWays(p.first, xs));

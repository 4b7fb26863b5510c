import type { Cell, ParamSpecs, ParamsOf, StateSpec, Taps } from '@throughline/rnn';
import type { Tensor } from '@throughline/tensor';
import type { StateDict } from '../safetensors/read.ts';
import { blockOf } from './blocks.ts';
import { pytorch } from './dialect.ts';
import { identify, layersOf } from './identify.ts';
import type { LayersOf } from './recurrent.ts';

/** How parameters are named for PyTorch. */
export interface ToPytorchOptions {
  /** In front of every name: `'encoder.'`. */
  readonly prefix?: string;
  /** `cell` names them as nn.LSTMCell does, without a layer's number. */
  readonly form?: 'layer' | 'cell';
}

const op = 'toPytorch';

/**
 * Parameters as the state dict of nn.RNN, nn.LSTM or nn.GRU, of one layer or, given `[{ forward, backward }, …]`, of several.
 *
 * A gate with one bias gives bias_ih, and 0 for bias_hh; one with two gives both. Bits are kept. The cell is recognised by
 * what it computes. Shapes: for each gate W [I, H] → weight_ih_l0 [G·H, I].
 * @throws ArgumentError for a cell that PyTorch does not have, with the reason.
 * @example Object.keys(toPytorch(lstm, lstm.init(key(1), { I: 2, H: 3 }))).join()   // weight_ih_l0,weight_hh_l0,bias_ih_l0,bias_hh_l0
 */
export function toPytorch<P extends ParamSpecs, S extends StateSpec, T extends Taps>(
  cell: Cell<P, S, T>,
  params: ParamsOf<P> | LayersOf<ParamsOf<P>>,
  { prefix = '', form = 'layer' }: ToPytorchOptions = {},
): StateDict {
  const { table } = identify(op, pytorch, cell as unknown as Cell<ParamSpecs, StateSpec, Taps>); // names forgotten
  const layers = layersOf(op, cell as unknown as Cell<ParamSpecs, StateSpec, Taps>, params); // names forgotten
  const entries = layers.flatMap(({ forward, backward }, layer) =>
    [forward, ...(backward === undefined ? [] : [backward])].flatMap((one, direction): [string, Tensor][] => {
      const { input, recurrent, bias, bias2, projection } = blockOf(one, pytorch, table);
      const suffix = form === 'cell' ? '' : `_l${layer}${direction === 0 ? '' : '_reverse'}`;
      return [
        [`${prefix}weight_ih${suffix}`, input],
        [`${prefix}weight_hh${suffix}`, recurrent],
        [`${prefix}bias_ih${suffix}`, bias],
        [`${prefix}bias_hh${suffix}`, bias2],
        ...(projection === null ? [] : [[`${prefix}weight_hr${suffix}`, projection] satisfies [string, Tensor]]),
      ];
    }),
  );
  return Object.fromEntries(entries);
}

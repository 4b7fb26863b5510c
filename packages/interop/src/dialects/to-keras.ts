import { add, stack } from '@throughline/autograd';
import type { Cell, ParamSpecs, ParamsOf, ParamTree, StateSpec, Taps } from '@throughline/rnn';
import type { Tensor } from '@throughline/tensor';
import type { StateDict } from '../safetensors/read.ts';
import { blockOf } from './blocks.ts';
import { keras } from './dialect.ts';
import { type Identified, identify, layersOf } from './identify.ts';
import type { LayersOf } from './recurrent.ts';

/** How parameters are named for Keras. */
export interface ToKerasOptions {
  /** In front of every path: `'sequential/'`. */
  readonly prefix?: string;
}

const op = 'toKeras';
const layerNames = {
  rnn: 'simple_rnn',
  rnnRelu: 'simple_rnn',
  lstm: 'lstm',
  projectedLstm: 'lstm',
  gru: 'gru',
  gruResetBefore: 'gru',
} as const;

/**
 * Parameters as Keras's variables by path, of one layer or, given `[{ forward, backward }, …]`, of several.
 *
 * A gate with two biases gives their sum, but for `gru`, whose bias has two rows. The cell is recognised by what it computes.
 * `rnnRelu` needs SimpleRNN(activation='relu') there, `gruResetBefore` GRU(reset_after=False). Shapes: for each gate
 * W [I, H] → kernel [I, G·H].
 * @throws ArgumentError for a cell that Keras does not have, with the reason.
 * @example Object.keys(toKeras(gru, gru.init(key(1), { I: 2, H: 3 }))).join()   // gru/gru_cell/kernel,gru/gru_cell/recurrent_kernel,gru/gru_cell/bias
 */
export function toKeras<P extends ParamSpecs, S extends StateSpec, T extends Taps>(
  cell: Cell<P, S, T>,
  params: ParamsOf<P> | LayersOf<ParamsOf<P>>,
  { prefix = '' }: ToKerasOptions = {},
): StateDict {
  const identified = identify(op, keras, cell as unknown as Cell<ParamSpecs, StateSpec, Taps>); // names forgotten
  const layers = layersOf(op, cell as unknown as Cell<ParamSpecs, StateSpec, Taps>, params); // names forgotten
  const name = layerNames[identified.kind];
  const entries = layers.flatMap(({ forward, backward }, layer) => {
    const number = layer === 0 ? '' : `_${layer}`;
    if (backward === undefined) return variables(`${prefix}${name}${number}/${name}_cell/`, forward, identified);
    const path = (direction: string): string =>
      `${prefix}bidirectional${number}/${direction}_${name}${number}/${name}_cell/`;
    return [...variables(path('forward'), forward, identified), ...variables(path('backward'), backward, identified)];
  });
  return Object.fromEntries(entries);
}

function variables(path: string, params: ParamTree, { kind, table }: Identified): [string, Tensor][] {
  const { input, recurrent, bias, bias2 } = blockOf(params, keras, table);
  const has = table.gates.some((gate) => 'b2' in (params[gate] as ParamTree)); // checked: a gate's record
  const one = kind === 'gru' ? stack([bias, bias2], 0) : has ? add(bias, bias2) : bias;
  return [
    [`${path}kernel`, input],
    [`${path}recurrent_kernel`, recurrent],
    [`${path}bias`, one],
  ];
}

import { broadcastTo, concat, expandDims, matmul, reshape, sigmoid } from '@throughline/autograd';
import { full, ShapeError, type Tensor } from '@throughline/tensor';
import { defineCell } from '../cell.ts';
import { param } from '../params.ts';
import { slot } from '../state.ts';
import { squashIn, squashOut } from './lstm-1997.ts';

/** A unit's weights: from the inputs, from the cells' outputs, and from the input and the output gates. */
const unit = (axis: string) => ({
  W: param(`I${axis}`),
  U: param(`H${axis}`),
  V: param(`K${axis}`),
  R: param(`K${axis}`),
  b: param(axis),
});

/** A gate of each block for every cell of it: [B, K] → [B, H]. */
function overBlocks(gates: Tensor, cells: Tensor): Tensor {
  const [rows, blocks] = gates.shape as [number, number]; // a state of two axes
  const width = cells.shape[1] as number; // another
  if (width % blocks !== 0)
    throw new ShapeError(
      'lstm1997Blocks',
      `H is ${width}, which K = ${blocks} blocks cannot share evenly. Give K that divides H.`,
    );
  return reshape(broadcastTo(expandDims(gates, 2), [rows, blocks, width / blocks]), [rows, width]);
}

/**
 * The 1997 LSTM with its memory blocks and its wiring: K blocks share H cells evenly, the cells of a block have one input
 * and one output gate, and every hidden unit (cell or gate) sees the step before of every other.
 *
 * a_u = x W_u + h U_u + i V_u + o R_u + b_u for the units u = i, o [B, K] and g [B, H]; then as `lstm1997`, each gate spread
 * over the H / K cells of its block. The activations of the gates are states, since the next step sees them. States h, c
 * [B, H], i, o [B, K]. With an output layer on h it has the paper's numbers of weights: 93 for the adding problem
 * (I 2, H 4, K 2, one output), 156 and 308 for temporal order (I 8, H 4, K 2, four outputs; I 8, H 6, K 3, eight outputs).
 * Source: Hochreiter, Schmidhuber, "Long short-term memory", 1997, experiments 4 and 6.
 * @throws ShapeError when H is no multiple of K.
 * @example lstm1997Blocks.stateNames.join()   // h,c,i,o
 */
export const lstm1997Blocks = defineCell({
  name: 'lstm1997Blocks',
  params: { i: unit('K'), o: unit('K'), g: unit('H') },
  state: { h: slot('BH'), c: slot('BH'), i: slot('BK'), o: slot('BK') },
  step(p, { h, c, i, o }, x) {
    const units = concat([x, h, i, o], 1);
    const net = (w: typeof p.i): Tensor => matmul(units, concat([w.W, w.U, w.V, w.R])).add(w.b);
    const iNext = sigmoid(net(p.i));
    const oNext = sigmoid(net(p.o));
    const g = squashIn(net(p.g));
    const cNext = c.add(overBlocks(iNext, c).mul(g));
    const hNext = overBlocks(oNext, c).mul(squashOut(cNext));
    const carousel = broadcastTo(full([], 1, c.dtype), c.shape);
    return { state: { h: hNext, c: cNext, i: iNext, o: oNext }, out: hNext, taps: { g, carousel } };
  },
  belt: { state: 'c', keep: 'carousel', holding: ['h', 'i', 'o'] },
});

import { matmul, sigmoid, tanh } from '@throughline/autograd';
import { affine } from '../affine.ts';
import { defineCell } from '../cell.ts';
import { param } from '../params.ts';
import { slot } from '../state.ts';

/** A gate that sees a state of width P. */
const gateOnProjection = () => ({ W: param('IH'), U: param('PH'), b: param('H') });

/**
 * The LSTM whose output is projected to a smaller width before it is handed on.
 *
 * Gates and c′ as `lstm`; h′ = (o ⊙ tanh(c′)) R, of width P < H, which is what the gates of the next step see. PyTorch's
 * `proj_size`: no peepholes and no second, non-recurrent projection, which the paper also has. States h [B, P], c [B, H];
 * each gate has W [I, H], U [P, H], b [H]; R [H, P]. P is a letter of its own: `projectedLstm.init(key, { I, H, P })`.
 * Source: Sak, Senior, Beaufays, "Long short-term memory recurrent neural network architectures for large scale acoustic
 * modeling", 2014.
 * @example projectedLstm.init(key(1), { I: 2, H: 5, P: 3 }).R.shape.join()   // 5,3
 */
export const projectedLstm = defineCell({
  name: 'projectedLstm',
  params: {
    f: gateOnProjection(),
    i: gateOnProjection(),
    o: gateOnProjection(),
    g: gateOnProjection(),
    R: param('HP'),
  },
  state: { h: slot('BP'), c: slot('BH') },
  gives: 'P',
  step(p, { h, c }, x) {
    const f = sigmoid(affine(p.f, x, h));
    const i = sigmoid(affine(p.i, x, h));
    const o = sigmoid(affine(p.o, x, h));
    const g = tanh(affine(p.g, x, h));
    const cNext = f.mul(c).add(i.mul(g));
    const hNext = matmul(o.mul(tanh(cNext)), p.R);
    return { state: { h: hNext, c: cNext }, out: hNext, taps: { f, i, o, g } };
  },
  belt: { state: 'c', keep: 'f', holding: ['h'] },
});

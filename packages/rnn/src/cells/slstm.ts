import { equal, exp, maximum, sigmoid, tanh, where } from '@throughline/autograd';
import { logSigmoid } from '@throughline/autograd/nn';
import { affine } from '../affine.ts';
import { defineCell } from '../cell.ts';
import { gate } from '../params.ts';

/** Which forget gate an sLSTM has. */
export interface SlstmOptions<N extends string> {
  readonly name?: N;
  /** σ(a_f), the default, or exp(a_f): the paper allows both. */
  readonly forget?: 'sigmoid' | 'exp';
}

/**
 * The sLSTM with a choice of forget gate: see `slstm`, which is `exponentialLstm()`.
 *
 * @example exponentialLstm({ name: 'slstmExp', forget: 'exp' }).stateNames.join()   // h,c,n,m
 */
export const exponentialLstm = <const N extends string = 'slstm'>({ name, forget = 'sigmoid' }: SlstmOptions<N> = {}) =>
  defineCell({
    name: (name ?? 'slstm') as N, // N is 'slstm' unless a name was given
    params: { f: gate(), i: gate(), o: gate(), z: gate() },
    state: ['h', 'c', 'n', 'm'],
    step(p, { h, c, n, m }, x) {
      const forF = affine(p.f, x, h);
      const logI = affine(p.i, x, h);
      const logF = forget === 'exp' ? forF : logSigmoid(forF);
      const o = sigmoid(affine(p.o, x, h));
      const z = tanh(affine(p.z, x, h));
      // Where nothing was written yet (n = 0) there is no scale to keep.
      const logKept = where(equal(n, 0), Number.NEGATIVE_INFINITY, logF.add(m));
      const mNext = maximum(logKept, logI);
      const f = exp(logKept.sub(mNext));
      const i = exp(logI.sub(mNext));
      const cNext = f.mul(c).add(i.mul(z));
      const nNext = f.mul(n).add(i);
      const hNext = o.mul(cNext.div(nNext));
      return { state: { h: hNext, c: cNext, n: nNext, m: mNext }, out: hNext, taps: { f, i, o, z } };
    },
    belt: { state: 'c', keep: 'f', holding: ['h', 'n', 'm'] },
  });

/**
 * xLSTM's sLSTM: an LSTM with exponential input gate, whose memory is a weighted mean.
 *
 * a_u = x W_u + h U_u + b_u for u = f, i, o, z. In plain numbers c′ = σ(a_f) ⊙ c + exp(a_i) ⊙ tanh(a_z),
 * n′ = σ(a_f) ⊙ n + exp(a_i), h′ = σ(a_o) ⊙ c′ / n′. exp overflows, so c and n are kept divided by exp(m):
 * m′ = max(log σ(a_f) + m, a_i), f = exp(log σ(a_f) + m − m′), i = exp(a_i − m′), c′ = f ⊙ c + i ⊙ tanh(a_z), n′ = f ⊙ n + i.
 * One head: U is dense, where the paper's is block-diagonal. States h, c, n, m [B, H]; zeros are the empty memory, as in
 * the published code. Each gate has W [I, H], U [H, H], b [H].
 * Source: Beck, Pöppel, Spanring, Auer, Prudnikova, Kopp, Klambauer, Brandstetter, Hochreiter, "xLSTM: extended long
 * short-term memory", 2024.
 * @example slstm.stateNames.join()   // h,c,n,m
 */
export const slstm = exponentialLstm();

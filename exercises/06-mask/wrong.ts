import { gru, mul, type Tensor, tensor, unroll, unstack, zeros } from 'throughline';
import type { WrongAnswer } from '../kit.ts';
import type { Answer } from './check.ts';

const wrong: readonly WrongAnswer<Answer>[] = [
  {
    what: 'the state multiplied by the mask',
    answer: {
      lastStates(params, xs, lengths) {
        const [width = 0] = params.n.b.shape;
        let h: Tensor = zeros([lengths.length, width]);
        for (const [t, x] of unstack(xs).entries()) {
          h = mul(gru.step(params, { h }, x).state.h, tensor(lengths.map((length) => [t < length ? 1 : 0])));
        }
        return h;
      },
    },
    says: /the sequence of length 3 ends at zero: in the padding its state was wiped out, not held/,
  },
  {
    what: 'no mask at all',
    answer: { lastStates: (params, xs) => unroll(gru, params, xs).last.h },
    says: /the sequence of length 3, padded to 6: .* It went on living in the padding\./,
  },
];
export default wrong;

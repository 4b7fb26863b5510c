import { add, affine, defineCell, gate, lstm, param, sigmoid, sub, tanh } from 'throughline';
import type { WrongAnswer } from '../kit.ts';
import type { Answer } from './check.ts';

const additive = (holding: ('k' | 'g')[], name = 'mine') =>
  defineCell({
    name,
    params: { k: gate(), g: gate() },
    state: ['c'],
    step(p, { c }, x) {
      const k = sigmoid(affine(p.k, x, c));
      const g = tanh(affine(p.g, x, c));
      const cNext = k.mul(c).add(sub(1, k).mul(g));
      return { state: { c: cNext }, out: cNext, taps: { k, g } };
    },
    belt: { state: 'c', keep: 'k', holding },
  });

const integrator = defineCell({
  name: 'sum',
  params: { k: gate(), v: param('IH') },
  state: ['c'],
  step(p, { c }, x) {
    const k = sigmoid(add(affine(p.k, x, c.mul(0)).mul(0), 40));
    const cNext = k.mul(c).add(tanh(x.matmul(p.v)));
    return { state: { c: cNext }, out: cNext, taps: { k } };
  },
  belt: { state: 'c', keep: 'k', holding: ['k'] },
});

const wrong: readonly WrongAnswer<Answer>[] = [
  { what: 'a gate that sees the state, and is not held', answer: { cell: additive([]) }, says: /its belt is refuted/ },
  {
    what: 'an exact belt whose gates start half closed',
    answer: { cell: additive(['k', 'g']) },
    says: /the belt is exact, and short: .* since a typical gate stands at 0\.\d+\. How do the gates start\?/,
  },
  { what: 'an LSTM', answer: { cell: lstm.with({ f: { b: 4 } }) }, says: /it has 100 % of the parameters of an LSTM/ },
  { what: 'a sum that never forgets', answer: { cell: integrator }, says: /k stands at 1 everywhere/ },
  { what: 'not a cell', answer: { cell: { step: 1 } }, says: /must be what defineCell gives/ },
];
export default wrong;

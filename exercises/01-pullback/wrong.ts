import { add, customVjp, mul, sigmoid, sub, type Tensor } from 'throughline';
import type { WrongAnswer } from '../kit.ts';
import type { Answer } from './check.ts';

const f = (x: Tensor): Tensor => mul(x, sigmoid(x));

const wrong: readonly WrongAnswer<Answer>[] = [
  {
    what: 'the slope alone, without the cotangent',
    answer: {
      swish: customVjp(f, (_, { inputs: [x] }) => {
        const s = sigmoid(x);
        return [add(s, mul(x, mul(s, sub(1, s))))];
      }),
    },
    says: /for a cotangent of ones your rule is right, for another it is not/,
  },
  {
    what: 'σ′ taken for 1 − σ',
    answer: {
      swish: customVjp(f, (ct, { inputs: [x] }) => {
        const s = sigmoid(x);
        return [mul(ct, add(s, mul(x, sub(1, s))))];
      }),
    },
    says: /at x = -2 your rule says that the slope is .*; differences of swish itself say/,
  },
  {
    what: 'the function changed to fit the rule',
    answer: {
      swish: customVjp(
        (x: Tensor) => sigmoid(x),
        (ct, { inputs: [x] }) => [mul(ct, sigmoid(x))],
      ),
    },
    says: /mend the rule, not the function/,
  },
];
export default wrong;

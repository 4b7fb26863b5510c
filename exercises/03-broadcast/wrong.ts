import { mean, sum, type Tensor } from 'throughline';
import type { WrongAnswer } from '../kit.ts';
import type { Answer } from './check.ts';

const wrong: readonly WrongAnswer<Answer>[] = [
  {
    what: 'a mean over the batch',
    answer: {
      unbroadcast(ct: Tensor, shape: readonly number[]): Tensor {
        let back = ct;
        while (back.rank > shape.length) back = mean(back, 0);
        return back;
      },
    },
    says: /from \[3,4\] back to \[4\]: .* it is smaller by the factor 3: a mean is not what the chain rule asks for/,
  },
  {
    what: 'leading axes only',
    answer: {
      unbroadcast(ct: Tensor, shape: readonly number[]): Tensor {
        let back = ct;
        while (back.rank > shape.length) back = sum(back, 0);
        return back;
      },
    },
    says: /from \[3,4\] back to \[3,1\]: yours has the shape \[3,4\]\. An axis of extent 1 was repeated as well\./,
  },
];
export default wrong;

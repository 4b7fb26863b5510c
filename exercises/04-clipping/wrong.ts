import { mul, square, sum, type Tensor } from 'throughline';
import type { WrongAnswer } from '../kit.ts';
import type { Answer } from './check.ts';

const lengthOf = (grads: readonly Tensor[]): number =>
  Math.sqrt(grads.reduce((total, g) => total + sum(square(g)).item(), 0));

const wrong: readonly WrongAnswer<Answer>[] = [
  {
    what: 'a norm for each tensor',
    answer: { shorten: (grads, limit) => grads.map((g) => mul(g, Math.min(1, limit / lengthOf([g])))) },
    says: /the tensors were shortened by different factors, .* One norm, one factor\./,
  },
  {
    what: 'always brought to the limit',
    answer: { shorten: (grads, limit) => grads.map((g) => mul(g, limit / lengthOf(grads))) },
    says: /What is within the limit stays as it is: clipping makes nothing longer\./,
  },
];
export default wrong;

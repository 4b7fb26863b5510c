/** @file Causes that people meet, in plain programs. Each user's line ends in its mark. */
import {
  add,
  div,
  exp,
  grad,
  greater,
  log,
  max,
  mean,
  mul,
  neg,
  softmax,
  sqrt,
  square,
  sub,
  sum,
  type Tree,
  where,
} from '@throughline/autograd';
import { type Tensor, tensor } from '@throughline/tensor';
import { type Expected, outsideCells, type ZooCase } from './zoo-case.ts';

function plain<A extends readonly Tree<Tensor>[]>(
  name: string,
  args: A,
  f: (...args: A) => unknown,
  expected: Pick<Expected, 'op' | 'direction' | 'cause'>,
): ZooCase {
  return {
    name,
    file: 'natural.ts',
    mark: name,
    expected: { ...outsideCells, ...expected },
    run: (wrap) => wrap(f)(...args),
  };
}

export const naturalCases: readonly ZooCase[] = [
  // √0 is finite, its derivative is not; `where` hands it a cotangent of 0.
  plain(
    'where around sqrt',
    [tensor([4, 0, 9])],
    (x) => {
      const root = (v: Tensor) => sqrt(v); // ← where around sqrt
      return grad((v: Tensor) => sum(where(greater(v, 0), root(v), 0)))(x);
    },
    { op: 'sqrt', direction: 'backward', cause: 'inactive where branch' },
  ),
  // 0/0 in the forward run is passed over by `where`: the value is finite, the gradient is not.
  plain(
    'where around a mean',
    [
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      tensor([
        [1, 1, 0],
        [0, 0, 0],
      ]),
    ],
    (x, mask) =>
      grad((v: Tensor) => {
        const count = sum(mask, 1);
        const average = div(sum(mul(v, mask), 1), count); // ← where around a mean
        return sum(where(greater(count, 0), average, 0));
      })(x),
    { op: 'div', direction: 'backward', cause: 'inactive where branch' },
  ),
  plain(
    'deviation of constants',
    [tensor([0.5, 0.5, 0.5, 0.5])],
    (x) =>
      grad((v: Tensor) => {
        const variance = mean(square(sub(v, mean(v))));
        return sqrt(variance); // ← deviation of constants
      })(x),
    { op: 'sqrt', direction: 'backward', cause: 'sqrt at 0' },
  ),
  // The probability of the second class underflows to 0.
  plain(
    'log of a probability',
    [tensor([0, -2000]), tensor([0, 1])],
    (logits, target) => {
      const p = softmax(logits);
      return neg(sum(mul(target, log(p)))); // ← log of a probability
    },
    { op: 'log', direction: 'forward', cause: 'log of 0' },
  ),
  plain(
    'no weight on a barrier',
    [tensor([1, 0, 2])],
    (weights) => {
      const barrier = tensor([0, Number.POSITIVE_INFINITY, 1]);
      return sum(mul(weights, barrier)); // ← no weight on a barrier
    },
    { op: 'mul', direction: 'forward', cause: '0·∞' },
  ),
  // Every place of the second row is masked: its largest score is −∞.
  plain(
    'softmax of nothing',
    [
      tensor([
        [1, 2],
        [3, 4],
      ]),
      tensor([
        [1, 1],
        [0, 0],
      ]),
    ],
    (scores, mask) => {
      const masked = add(scores, where(greater(mask, 0), 0, Number.NEGATIVE_INFINITY));
      const shifted = sub(masked, max(masked, 1, { keepDims: true })); // ← softmax of nothing
      const weights = exp(shifted);
      return div(weights, sum(weights, 1, { keepDims: true }));
    },
    { op: 'sub', direction: 'forward', cause: '∞−∞' },
  ),
];

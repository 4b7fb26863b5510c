import { add, grad, key, mul, normal, sum, type Tensor, zeros } from 'throughline';
import { type Exercise, notYet, off } from '../kit.ts';

export interface Answer {
  unbroadcast(ct: Tensor, shape: readonly number[]): Tensor;
}

/** The shape of a result, and that of the operand that was repeated. */
const cases: readonly (readonly [result: readonly number[], operand: readonly number[]])[] = [
  [[1, 4], [4]],
  [[3, 4], [4]],
  [[2, 3, 4], [4]],
  [[3, 4], []],
  [
    [3, 4],
    [3, 1],
  ],
  [
    [3, 4],
    [1, 4],
  ],
  [
    [2, 3, 4],
    [3, 1],
  ],
  [
    [2, 1, 4],
    [1, 1, 4],
  ],
  [
    [3, 4],
    [3, 4],
  ],
];

const exercise: Exercise<Answer> = {
  title: 'a dropped broadcast sum',
  minutes: 15,
  hints: [
    'A bias that is added to three rows moves the loss in three places. What does the chain rule do with three ways?',
    'Leading axes that the operand lacks: sum over axis 0 until the ranks agree. A mean or a single row loses what the others say.',
    'Then every axis at which the shape says 1 and the cotangent more: sum(back, axis, { keepDims: true }).',
  ],
  check({ unbroadcast }) {
    for (const [result, operand] of cases) {
      const ct = normal(key(result.length * 10 + operand.length), [...result]);
      const expected = grad((b: Tensor) => sum(mul(ct, add(zeros([...result]), b))))(zeros([...operand]));
      const yours = unbroadcast(ct, operand);
      const what = `from [${result}] back to [${operand}]`;
      if (String(yours.shape) !== String(operand)) {
        notYet(
          `${what}: yours has the shape [${yours.shape}]. ${operand.includes(1) ? 'An axis of extent 1 was repeated as well.' : 'A cotangent has the shape of its operand.'}`,
        );
      }
      if (off(yours, expected) > 1e-12) {
        const copies = ct.size / expected.size;
        const why =
          off(mul(yours, copies), expected) < 1e-12
            ? `it is smaller by the factor ${copies}: a mean is not what the chain rule asks for`
            : 'each of the copies of b moved the loss, and each of their cotangents counts';
        notYet(`${what}: the shape is right, the numbers are not; ${why}.`);
      }
    }
    return 'Repeating forward is summing backward, and summing forward is repeating backward: each is the transpose of the other.';
  },
};
export default exercise;

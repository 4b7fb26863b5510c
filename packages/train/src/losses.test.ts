import { grad } from '@throughline/autograd';
import { type Tensor, tensor, zeros } from '@throughline/tensor';
import { expect, it } from 'vitest';
import { crossEntropy, meanSquaredError } from './index.ts';

const ids = (values: number[]) => tensor(values, { dtype: 'int32' });

it('cross entropy survives logits of any size and classes of −∞', () => {
  expect(crossEntropy(tensor([[1e300, -1e300]]), ids([0])).item()).toBe(0);
  expect(crossEntropy(tensor([[0, Number.NEGATIVE_INFINITY, 0]]), ids([0])).item()).toBeCloseTo(Math.LN2, 14);
  expect(String(grad((x: Tensor) => crossEntropy(x, ids([0])))(tensor([[0, Number.NEGATIVE_INFINITY, 0]])))).toBe(
    'f64[1,3] [[-0.5, 0, 0.5]]',
  );
  expect(crossEntropy(tensor([[0, Number.NEGATIVE_INFINITY]]), ids([1])).item()).toBe(Number.POSITIVE_INFINITY);
  expect(crossEntropy(tensor([[0, Number.NaN]]), ids([1])).item()).toBeNaN();
});

it('weights leave targets out, whatever their loss', () => {
  const logits = tensor([
    [0, 0],
    [Number.NaN, 0],
    [1, 0],
  ]);
  const kept = crossEntropy(
    tensor([
      [0, 0],
      [1, 0],
    ]),
    ids([0, 1]),
  ).item();
  expect(crossEntropy(logits, ids([0, 0, 1]), { weights: tensor([true, false, true]) }).item()).toBe(kept);
  const weighted = crossEntropy(
    tensor([
      [0, 0],
      [1, 0],
    ]),
    ids([0, 1]),
    { weights: tensor([3, 1]) },
  ).item();
  expect(weighted).toBeCloseTo((3 * Math.LN2 + 1.3132616875182228) / 4, 14);
});

it('losses say what does not fit', () => {
  const logits = zeros([2, 3]);
  const say = (f: () => unknown): string => {
    try {
      f();
    } catch (error) {
      return String(error);
    }
    return 'no error';
  };
  expect(say(() => crossEntropy(logits, ids([0, 3])))).toBe(
    'ArgumentError: crossEntropy: target 3 (element 1 of i32[2]) is no class of f64[2,3]: classes are 0…2.',
  );
  expect(say(() => crossEntropy(logits, ids([-1, 0])))).toBe(
    'ArgumentError: crossEntropy: target -1 (element 0 of i32[2]) is no class of f64[2,3]: classes are 0…2.',
  );
  expect(say(() => crossEntropy(logits, tensor([0, 1])))).toBe(
    "DTypeError: crossEntropy: logits are f64[2,3], targets are f64[2]: targets must be int32 classes. Convert with cast(targets, 'int32').",
  );
  expect(say(() => crossEntropy(logits, ids([0, 1, 2])))).toBe(
    'ShapeError: crossEntropy: logits are f64[2,3], targets are i32[3]: logits need the axes of the targets and one of classes after them.',
  );
  expect(say(() => crossEntropy(zeros([0, 3]), ids([])))).toBe(
    'ShapeError: crossEntropy: logits f64[0,3] has no elements to average.',
  );
  expect(say(() => crossEntropy(logits, ids([0, 1]), { weights: tensor([false, false]) }))).toBe(
    'ArgumentError: crossEntropy: all weights (bool[2]) are 0, so there is nothing to average.',
  );
  expect(say(() => crossEntropy(logits, ids([0, 1]), { weights: tensor([1]) }))).toBe(
    'ShapeError: crossEntropy: weights are f64[1], targets are i32[2]: shapes differ.',
  );
  expect(say(() => meanSquaredError(zeros([2, 1]), zeros([2])))).toBe(
    'ShapeError: meanSquaredError: prediction is f64[2,1], target is f64[2]: shapes differ. Use reshape(target, [2,1]).',
  );
  expect(say(() => meanSquaredError(zeros([2, 0]), zeros([2, 0])))).toBe(
    'ShapeError: meanSquaredError: prediction f64[2,0] has no elements to average.',
  );
});

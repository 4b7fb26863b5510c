import { DTypeError, formatType, kernels, normalizeAxes, normalizeAxis, type Tensor } from '@throughline/tensor';
import { bind } from '../bind.ts';
import { definePrimitive } from '../primitive.ts';
import { checkNotEmpty } from './max-min.ts';
import { reshape } from './reshape.ts';
import { keepAxes, type ReduceOptions, without } from './sum-broadcast.ts';

const primitive = definePrimitive<{ axes: readonly number[] }, 1>({
  name: 'argmax',
  semantics: { kind: 'reduce', combine: 'argMaximum' },
  infer([x], { axes }) {
    if (x.dtype === 'bool')
      throw new DTypeError('argmax', `${formatType(x)} is not a number type. Use cast(x, 'int32') first.`);
    checkNotEmpty('argmax', x, axes);
    return [{ dtype: 'int32', shape: without(x.shape, normalizeAxes('argmax', axes, x)) }];
  },
  eval: ([x], { axes }) => [kernels.argmax(x, axes[0] ?? 0)],
  pullbacks: [null],
});

/**
 * The place of the largest element along an axis: the first where several tie, the first NaN when there is one.
 *
 * Shapes: the axis is dropped, or kept with extent 1 (`keepDims`). Dtypes: numbers → int32. Gradient: none, the result is
 * an integer.
 * @throws AxisError when the axis is out of range; ShapeError when it is empty; DTypeError for bool.
 * @example argmax(tensor([[1, 4], [3, 2]]))   // i32[2] [1, 0]
 */
export function argmax(x: Tensor, axis = -1, options: ReduceOptions = {}): Tensor {
  const axes = [normalizeAxis('argmax', axis, x)];
  const y = bind(primitive, [x], { axes })[0];
  return options.keepDims === true ? reshape(y, keepAxes(x.shape, axes)) : y;
}

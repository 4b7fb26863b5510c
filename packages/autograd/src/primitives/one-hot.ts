import {
  ArgumentError,
  checkTensor,
  type DType,
  DTypeError,
  formatType,
  isDType,
  kernels,
  type Tensor,
} from '@throughline/tensor';
import { bind } from '../bind.ts';
import { definePrimitive } from '../primitive.ts';
import { checkIndexType, checkIndices } from './gather-scatter.ts';

const primitive = definePrimitive<{ depth: number; dtype: DType }, 1>({
  name: 'oneHot',
  semantics: { kind: 'host' },
  infer([indices], { depth, dtype }) {
    checkIndexType('oneHot', indices);
    if (!Number.isInteger(depth) || depth < 0) {
      throw new ArgumentError('oneHot', `depth is ${depth}, not a count. Use the number of classes.`);
    }
    if (!isDType(dtype))
      throw new DTypeError('oneHot', `"${String(dtype)}" is not a dtype. Use 'float64' or 'float32'.`);
    return [{ dtype, shape: [...indices.shape, depth] }];
  },
  eval([indices], { depth, dtype }) {
    checkIndices('oneHot', indices, depth, `a depth of ${depth} (indices are ${formatType(indices)})`);
    return [kernels.oneHot(indices, depth, dtype)];
  },
  batchParams: (params) => params,
  pullbacks: [null],
});

/**
 * A new last axis of extent `depth`: 1 at the index, 0 elsewhere; negative indices count from the end.
 *
 * Shapes: indices any → [..., depth]. Dtypes: int32 → `dtype`. Gradient: none, indices are integers.
 * @throws DTypeError unless indices are int32; ArgumentError when an index is out of range or depth is not a count.
 * @example oneHot(tensor([2, 0], { dtype: 'int32' }), 3)   // f64[2,3] [[0, 0, 1], [1, 0, 0]]
 */
export function oneHot(indices: Tensor, depth: number, dtype: DType = 'float64'): Tensor {
  checkTensor('oneHot', indices);
  return bind(primitive, [indices], { depth, dtype })[0];
}

import { ArgumentError, checkTensor, type DType, dtypes, isDType, kernels, type Tensor } from '@throughline/tensor';
import { bind } from '../bind.ts';
import { definePrimitive } from '../primitive.ts';
import { apply, x } from './maps/expression.ts';

const primitive = definePrimitive<{ dtype: DType }, 1>({
  name: 'cast',
  semantics: { kind: 'map', expression: apply('cast', x) },
  infer([x], { dtype }) {
    if (!isDType(dtype)) {
      throw new ArgumentError('cast', `"${String(dtype)}" is not a dtype. Use ${Object.keys(dtypes).join(', ')}.`);
    }
    return [{ dtype, shape: x.shape }];
  },
  eval: ([x], { dtype }) => [kernels.cast(x, dtype)],
  // Only floats have cotangents, so this is float ↔ float.
  pullbacks: [([ct], { inputs: [x] }) => ct && cast(ct, x.dtype)],
});

/**
 * The same numbers under another dtype.
 *
 * Shapes: any. Dtypes: any → `dtype`. To int32 truncates, saturates, and makes NaN 0; to bool is x ≠ 0; to float32 rounds
 * to nearest. Gradient: float ↔ float x̄ = cast(ȳ), rounded likewise; from and to int32 and bool none.
 * @throws ArgumentError when `dtype` is not one.
 * @example cast(tensor([1.9, -1.9]), 'int32')   // i32[2] [1, -1]
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  checkTensor('cast', x);
  return x.dtype === dtype ? x : bind(primitive, [x], { dtype })[0];
}

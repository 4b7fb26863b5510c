import { Concrete, dtypes, sizeOf, type TensorType } from '@throughline/tensor';

/** One tensor of a type per element: 1 there, 0 elsewhere. */
export const standardBasis = (type: TensorType): Concrete[] =>
  Array.from({ length: sizeOf(type.shape) }, (_, i) => {
    const storage = dtypes[type.dtype].allocate(sizeOf(type.shape));
    storage[i] = 1;
    return new Concrete(storage, type.dtype, type.shape);
  });

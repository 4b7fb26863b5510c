import { Concrete, dtypes, sizeOf, type TensorType } from '@throughline/tensor';

/** [size, ...shape]: for each element of a type a tensor that is 1 there and 0 elsewhere. */
export function standardBasis({ dtype, shape }: TensorType): Concrete {
  const size = sizeOf(shape);
  const storage = dtypes[dtype].allocate(size * size);
  for (let i = 0; i < size; i++) storage[i * size + i] = 1;
  return new Concrete(storage, dtype, [size, ...shape]);
}

import { kernels, type Tensor } from '@throughline/tensor';

/** Singular values, largest first. */
export const singularValuesOf = (matrix: Tensor): readonly number[] =>
  Array.from(kernels.singularValues(matrix.concrete('singularValues')).storage);

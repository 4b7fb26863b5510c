/** @file Reference kernels of factorisations and solves, beside those in kernels/; they trust their arguments. */

export { cholesky } from './cholesky.ts';
export { cofactor } from './cofactor.ts';
export { type Eigen, eigh } from './eigh.ts';
export { expm } from './expm.ts';
export { leastSquares } from './least-squares.ts';
export { det, lu, slogdet, solve } from './lu.ts';
export { stacked } from './stacked.ts';
export { solveTriangular, type Triangle } from './triangular.ts';

// solving

export { type ChoSolveOptions, choSolve } from '../ops/linalg/cho-solve.ts';
export { inv, pinv } from '../ops/linalg/inv.ts';
export { matrixPower } from '../ops/linalg/matrix-power.ts';
export { matrixRank } from '../ops/linalg/matrix-rank.ts';
// factorisations
export { type CholeskyOptions, cholesky } from '../primitives/linalg/cholesky.ts';
// functions of a matrix
export { cofactor, det, slogdet } from '../primitives/linalg/det.ts';
export { eigh, eigvalsh } from '../primitives/linalg/eigh.ts';
export { expm } from '../primitives/linalg/expm.ts';
export { lstsq, type RankOptions } from '../primitives/linalg/lstsq.ts';
export { lu } from '../primitives/linalg/lu.ts';
export { qr } from '../primitives/linalg/qr.ts';
export { solve } from '../primitives/linalg/solve.ts';
export { solveTriangular, type TriangularOptions } from '../primitives/linalg/solve-triangular.ts';
export { spectralRadius } from '../primitives/linalg/spectral-radius.ts';
export { singularValues, svd } from '../primitives/linalg/svd.ts';

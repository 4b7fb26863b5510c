// products beside matmul
export { einsum } from '../ops/einsum.ts';
export { cross, dot, inner, kron, outer, tensordot, vdot } from './products.ts';
// diagonals and triangles
export { diag, diagonal, matrixTrace } from '../ops/diagonal.ts';
export { tri, tril, triu } from './building.ts';
// building
export { fullLike, logspace, meshgrid, onesLike, zerosLike } from './building.ts';
// the same elements elsewhere, or more often
export { moveAxis, swapAxes } from './axes.ts';
export { rearrange } from './rearrange.ts';
export { repeat, roll, tile } from './repeating.ts';
// reading and writing at places that are data
export { gatherND, putAlongAxis, takeAlongAxis } from './places.ts';
export { scatterMax, scatterMin } from '../primitives/scatter-max-min.ts';
export { scatterSet } from '../primitives/scatter-set.ts';
// where a condition holds
export { compress } from './compress.ts';
export { nonzero, type SizeOptions } from '../primitives/nonzero.ts';

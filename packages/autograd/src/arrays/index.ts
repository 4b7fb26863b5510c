// products

// matrices by their diagonals
export { diag, diagonal, matrixTrace } from '../ops/diagonal.ts';
export { einsum } from '../ops/einsum.ts';
export { nonzero, type SizeOptions } from '../primitives/nonzero.ts';
export { scatterMax, scatterMin } from '../primitives/scatter-max-min.ts';
export { scatterSet } from '../primitives/scatter-set.ts';
// the same elements elsewhere, or more often
export { moveAxis, swapAxes } from './axes.ts';
// constants
export { fullLike, logspace, meshgrid, onesLike, tri, tril, triu, zerosLike } from './building.ts';
// where a condition holds
export { compress } from './compress.ts';
// at places that are data
export { gatherND, putAlongAxis, takeAlongAxis } from './places.ts';
export { cross, dot, inner, kron, outer, tensordot, vdot } from './products.ts';
export { rearrange } from './rearrange.ts';
export { repeat, roll, tile } from './repeating.ts';

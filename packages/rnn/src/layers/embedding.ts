import { gather, normal } from '@throughline/autograd';
import { DTypeError, formatType, type Tensor } from '@throughline/tensor';
import { checkExtents } from './extents.ts';
import type { Layer } from './layer.ts';

/** W [V, E]: a row for each entry of the vocabulary. */
export interface EmbeddingParams {
  readonly W: Tensor;
}

/**
 * A vector for each index: row i of W [V, E]. Starts standard normal, as PyTorch does.
 *
 * Shapes: int32 [...] → [..., E].
 * @throws DTypeError unless the indices are int32; ArgumentError when one is not in 0…V − 1.
 * @example embedding({ V: 3, E: 2 }).apply({ W: ones([3, 2]) }, tensor([0, 2], { dtype: 'int32' })).out.shape.join()   // 2,2
 */
export function embedding<const N extends string = 'embedding'>(dims: {
  readonly V: number;
  readonly E: number;
  readonly name?: N;
}): Layer<N, EmbeddingParams, undefined> {
  const { V, E } = dims;
  checkExtents('embedding', { V, E });
  const name = (dims.name ?? 'embedding') as N; // N is 'embedding' unless a name was given
  return Object.freeze({
    name,
    takes: null,
    gives: E,
    init: (key, { dtype = 'float64' } = {}) => ({ W: normal(key, [V, E], { dtype }) }),
    apply({ W }, indices) {
      if (indices.dtype !== 'int32') {
        throw new DTypeError(name, `takes int32 indices, got ${formatType(indices)}. Convert with cast(x, 'int32').`);
      }
      return { out: gather(W, indices), last: undefined };
    },
  } satisfies Layer<N, EmbeddingParams, undefined>);
}

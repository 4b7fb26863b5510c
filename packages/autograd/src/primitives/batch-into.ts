import type { Tensor } from '@throughline/tensor';
import { repeated } from '../batching.ts';
import { bind } from '../bind.ts';
import type { Batch, BatchRule, Primitive } from '../primitive.ts';
import { ownPart } from './gather-scatter.ts';
import { reshape } from './reshape.ts';
import { moveAxes } from './transpose.ts';

/**
 * The batching rule of a primitive of a target, indices along `axis` and updates: with indices of its own, every example
 * writes into its part of one long axis.
 */
export function batchInto(
  primitive: Primitive<{ axis: number }, 3, 1>,
  { inputs, mapped, params: { axis }, size }: Batch<{ axis: number }>,
): ReturnType<BatchRule> {
  const [x, indices, u] = inputs as readonly [Tensor, Tensor, Tensor]; // the primitive's arity
  const target = mapped[0] ? x : repeated(x, size, inputs);
  const updates = mapped[2] ? u : repeated(u, size, inputs);
  if (!mapped[1]) return { outputs: bind(primitive, [target, indices, updates], { axis: axis + 1 }) };
  const extent = target.shape[axis + 1] ?? 0;
  const front = moveAxes(target, axis + 1, 1);
  const rest = front.shape.slice(2);
  const long = reshape(front, [size * extent, ...rest]);
  const own = ownPart(primitive.name, indices, extent);
  const y = bind(primitive, [long, own, moveAxes(updates, axis + 1, 1, indices.rank - 1)], { axis: 0 })[0];
  return { outputs: [moveAxes(reshape(y, [size, extent, ...rest]), 1, axis + 1)] };
}

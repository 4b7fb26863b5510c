import { allocate } from '../kernels/allocate.ts';
import { sizeOf, type TensorType } from '../shape.ts';
import { Concrete } from '../tensor.ts';

/** A kernel on one matrix per operand. */
type MatrixKernel = (...matrices: readonly Concrete[]) => readonly Concrete[];

/**
 * A kernel on stacks of matrices: runs it on one matrix of each operand after another, each of which gets the bits that it
 * would get alone, and lays the results into outputs of the given types.
 */
export function stacked(
  kernel: MatrixKernel,
  inputs: readonly Concrete[],
  outputs: readonly TensorType[],
): readonly Concrete[] {
  const batch = inputs[0].shape.slice(0, -2);
  if (batch.length === 0) return kernel(...inputs);
  const count = batch.reduce((a, b) => a * b, 1);
  const results = outputs.map(({ dtype, shape }) => new Concrete(allocate(dtype, sizeOf(shape)), dtype, shape));
  for (let n = 0; n < count; n++) {
    const ys = kernel(...inputs.map((x) => matrix(x, n)));
    ys.forEach((y, k) => {
      results[k].storage.set(y.storage, n * y.storage.length);
    });
  }
  return results;
}

/** Matrix n of a stack, in its memory. */
function matrix({ storage, dtype, shape }: Concrete, n: number): Concrete {
  const own = shape.slice(-2);
  const size = sizeOf(own);
  return new Concrete(storage.subarray(n * size, (n + 1) * size), dtype, own);
}

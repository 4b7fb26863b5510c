import { add, matmul, splitKey, uniform } from '@throughline/autograd';
import { formatType, ShapeError, type Tensor } from '@throughline/tensor';
import { checkExtents } from './extents.ts';
import type { Layer } from './layer.ts';

/** W [I, O], b [O]. */
export interface LinearParams {
  readonly W: Tensor;
  readonly b: Tensor;
}

/**
 * x W + b, over the last axis.
 *
 * Shapes: [..., I] → [..., O]. Starts uniform in ±1/√I, as PyTorch does.
 * @throws ShapeError when the last axis is not I.
 * @example linear({ I: 3, O: 2 }).apply({ W: ones([3, 2]), b: zeros([2]) }, ones([4, 3])).out.shape.join()   // 4,2
 */
export function linear<const N extends string = 'linear'>(dims: {
  readonly I: number;
  readonly O: number;
  readonly name?: N;
}): Layer<N, LinearParams, undefined> {
  const { I, O } = dims;
  checkExtents('linear', { I, O });
  const name = (dims.name ?? 'linear') as N; // N is 'linear' unless a name was given
  return Object.freeze({
    name,
    takes: I,
    gives: O,
    init(key, { dtype = 'float64' } = {}) {
      const [forW, forB] = splitKey(key, 2) as [Tensor, Tensor]; // two were asked for
      const bound = 1 / Math.sqrt(I);
      const draw = (from: Tensor, shape: readonly number[]): Tensor =>
        uniform(from, shape, { low: -bound, high: bound, dtype });
      return { W: draw(forW, [I, O]), b: draw(forB, [O]) };
    },
    apply({ W, b }, x) {
      if (x.shape.at(-1) !== W.shape[0]) {
        throw new ShapeError(
          name,
          `x is ${formatType(x)}, W is ${formatType(W)}: the last axis of x is ${x.shape.at(-1)}, W takes I = ${W.shape[0]}.`,
        );
      }
      return { out: add(matmul(x, W), b), last: undefined };
    },
  } satisfies Layer<N, LinearParams, undefined>);
}

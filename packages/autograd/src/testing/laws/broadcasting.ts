import { broadcastShapes, type Concrete, isDifferentiable, type Shape, type Tensor } from '@throughline/tensor';
import { anyTensors, broadcastablePairs } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { broadcastTo, sumTo } from '../../primitives/sum-broadcast.ts';
import { vjp } from '../../transforms/vjp.ts';
import type { PrimitiveSamples } from '../sample.ts';
import { expectSame } from './law.ts';
import { ramp } from './tracing.ts';

/** An op of several operands that broadcasts them and binds one primitive. */
export type BroadcastingOp = (...operands: readonly Tensor[]) => Tensor;

/** Operands of the dtypes that the samples have, in shapes that broadcast; extents of 0 and scalars among them. */
export const broadcastable = (samples: PrimitiveSamples): fc.Arbitrary<Concrete[]> =>
  fc
    .tuple(samples.any ?? fc.constant({ inputs: [] as readonly Concrete[] }), broadcastablePairs())
    .chain(([{ inputs }, [a, b]]) => {
      const shapes: readonly Shape[] = [a, b, []];
      return fc.tuple(...inputs.map(({ dtype }, i) => anyTensors({ dtype, shape: shapes[i] ?? [] })));
    });

/** f(x, y) = f(X, Y) with X and Y broadcast first; so are its pullbacks, which are then summed back. */
export function checkBroadcasting(op: BroadcastingOp, inputs: readonly Concrete[]): void {
  const shape = inputs.reduce<Shape>((s, x) => broadcastShapes('law', { dtype: x.dtype, shape: s }, x), []);
  const spread = inputs.map((x) => broadcastTo(x, shape));
  expectSame('the value', [op(...inputs)], [op(...spread)]);
  const pull = (operands: readonly Tensor[]): (Tensor | null)[] => {
    const floats = operands.map(isDifferentiable);
    const moving = operands.filter((_, i) => floats[i]);
    const f = (xs: readonly Tensor[]): Tensor => {
      let next = 0;
      return op(...operands.map((x, i) => (floats[i] ? (xs[next++] as Tensor) : x))); // one per float operand
    };
    if (moving.length === 0) return [];
    const { value, pullback } = vjp(f, moving);
    return isDifferentiable(value) ? [...(pullback(ramp(value)) as readonly Tensor[])] : [];
  };
  const kept = inputs.filter(isDifferentiable);
  const summed = pull(spread).map((ct, k) => ct && sumTo(ct, kept[k]?.shape ?? []));
  const present = (list: readonly (Tensor | null)[]): Tensor[] => list.filter((ct): ct is Tensor => ct !== null);
  expectSame('the cotangents', present(pull(inputs)), present(summed));
}

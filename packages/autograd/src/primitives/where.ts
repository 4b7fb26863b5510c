import {
  broadcastShapes,
  checkTensor,
  DTypeError,
  formatType,
  kernels,
  type Shape,
  ShapeError,
  sameShape,
  type Tensor,
} from '@throughline/tensor';
import { bind } from '../bind.ts';
import { checkSameDType, lift, type Operand } from '../operand.ts';
import { type AnyPrimitive, definePrimitive, type Primitive } from '../primitive.ts';
import { broadcastAll, callable } from './define.ts';
import { apply, x, y, z } from './maps/expression.ts';

const primitive: Primitive<Record<string, never>, 3, 1> = definePrimitive({
  name: 'where',
  semantics: { kind: 'map', expression: apply('select', x, y, z) },
  infer([cond, x, y]) {
    if (cond.dtype !== 'bool') {
      throw new DTypeError('where', `the condition is ${formatType(cond)}, not bool. Compare it: notEqual(cond, 0).`);
    }
    const shape = [x, y].reduce<Shape>((s, t) => broadcastShapes('where', { dtype: t.dtype, shape: s }, t), cond.shape);
    if (x.dtype !== y.dtype || ![cond, x, y].every((t) => sameShape(t.shape, shape))) {
      throw new ShapeError(
        'where',
        `the operands ${[cond, x, y].map(formatType).join(', ')} differ. Broadcast them first.`,
      );
    }
    return [{ dtype: x.dtype, shape }];
  },
  eval: ([cond, x, y]) => [kernels.where(cond, x, y)],
  pullbacks: [
    null, // a bool has no cotangent
    ([ct], { inputs: [cond] }) => ct && where(cond, ct, 0),
    ([ct], { inputs: [cond] }) => ct && where(cond, 0, ct),
  ],
});

/**
 * x where `cond` is true, else y, element by element.
 *
 * Shapes: all three broadcast. Dtypes: cond bool; x and y equal. Gradient: z̄ goes to the one that was chosen, 0 to the
 * other. As IEEE has it, 0 times the derivative of an infinite branch is NaN: see whereSafe.
 * @throws DTypeError when cond is not bool or the dtypes of x and y differ; ShapeError when shapes do not broadcast.
 * @example where(tensor([true, false]), tensor([1, 2]), 0)   // f64[2] [1, 0]
 */
export const where = callable(
  primitive as unknown as AnyPrimitive, // see AnyPrimitive
  (cond: Tensor, x: Operand, y: Operand): Tensor => {
    checkTensor('where', cond);
    const [a, b] = lift('where', [x, y]) as [Tensor, Tensor]; // as many as were given
    checkSameDType('where', [a, b]);
    const [c, p, q] = broadcastAll('where', [cond, a, b]) as [Tensor, Tensor, Tensor]; // as many as were given
    return bind(primitive, [c, p, q], {})[0];
  },
);

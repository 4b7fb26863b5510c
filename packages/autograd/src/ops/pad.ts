import { ArgumentError, checkTensor, formatType, full, ShapeError, type Tensor, tensor } from '@throughline/tensor';
import { bind } from '../bind.ts';
import { checkSameDType, lift, type Operand } from '../operand.ts';
import { gather } from '../primitives/gather-scatter.ts';
import { padPrimitive } from '../primitives/slice-pad.ts';
import { where } from '../primitives/where.ts';

export interface PadOptions {
  /** What stands around: `value`, the edge, or what lies within, mirrored without or with the edge, or from the other end. */
  readonly mode?: 'constant' | 'edge' | 'reflect' | 'symmetric' | 'wrap';
  /** The constant; 0 by default. */
  readonly value?: Operand;
}

/**
 * More elements around a tensor, `low[axis]` before and `high[axis]` after: zeros, or what `mode` says.
 *
 * Shapes: each extent grows by low + high. Dtypes: any. Gradient: the part of ȳ where x lies; in the other modes each
 * element of x gets the sum over its copies, and a constant the sum of what surrounds x.
 * @throws ArgumentError unless the counts are integers ≥ 0, one per axis, and the mode is one; ShapeError where an empty
 * axis would have to be repeated, or the constant is no scalar; DTypeError when the constant has another dtype.
 * @example pad(tensor([1, 2]), [1], [2])                          // f64[5] [0, 1, 2, 0, 0]
 * @example pad(tensor([1, 2, 3]), [2], [1], { mode: 'reflect' })   // f64[6] [3, 2, 1, 2, 3, 2]
 */
export function pad(x: Tensor, low: readonly number[], high: readonly number[], options: PadOptions = {}): Tensor {
  checkTensor('pad', x);
  const { mode = 'constant', value = 0 } = options;
  const params = { low: [...low], high: [...high], interior: x.shape.map(() => 0) }; // the callers' arrays may change later
  if (mode !== 'constant') return around(x, params, mode);
  const y = bind(padPrimitive, [x], params)[0];
  if (value === 0) return y;
  const [, constant] = lift('pad', [x, value]) as [Tensor, Tensor]; // as many as were given
  checkSameDType('pad', [x, constant]);
  if (constant.rank > 0) throw new ShapeError('pad', `the constant is ${formatType(constant)}, not a scalar.`);
  return where(bind(padPrimitive, [full(x.shape, 1, 'bool')], params)[0], y, constant);
}

/** Where place i of an axis of extent n reads when it lies outside. */
const places: Readonly<Record<string, (i: number, n: number) => number>> = {
  edge: (i, n) => Math.max(0, Math.min(i, n - 1)),
  reflect: (i, n) => (n === 1 ? 0 : mirrored(modulo(i, 2 * n - 2), 2 * n - 2)),
  symmetric: (i, n) => mirrored(modulo(i, 2 * n), 2 * n - 1),
  wrap: (i, n) => modulo(i, n),
};
const modulo = (i: number, n: number): number => ((i % n) + n) % n;
const mirrored = (i: number, last: number): number => Math.min(i, last - i);

function around(x: Tensor, params: { low: number[]; high: number[]; interior: number[] }, mode: string): Tensor {
  const place = Object.hasOwn(places, mode) ? places[mode] : undefined;
  if (place === undefined) {
    throw new ArgumentError('pad', `"${mode}" is not a mode. Use constant, ${Object.keys(places).join(', ')}.`);
  }
  const [{ shape }] = padPrimitive.infer([x], params); // checks the counts
  return shape.reduce((y, extent, axis) => {
    const n = x.shape[axis] ?? 0;
    if (extent === n) return y;
    if (n === 0)
      throw new ShapeError('pad', `axis ${axis} of ${formatType(x)} is empty: there is nothing for ${mode} to repeat.`);
    const indices = Int32Array.from({ length: extent }, (_, i) => place(i - (params.low[axis] ?? 0), n));
    return gather(y, tensor(indices), axis);
  }, x);
}

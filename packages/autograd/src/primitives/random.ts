import {
  checkShape,
  type DType,
  DTypeError,
  formatType,
  isFloat,
  kernels,
  type Shape,
  ShapeError,
  type Tensor,
} from '@throughline/tensor';
import { bind } from '../bind.ts';
import { lift, type Operand } from '../operand.ts';
import { definePrimitive } from '../primitive.ts';
import { add, mul, sub } from './maps/arithmetic.ts';
import { checkCount, checkKey } from './random-keys.ts';
import { broadcastTo } from './sum-broadcast.ts';

type FloatType = 'float64' | 'float32';

function checkFloat(op: string, dtype: DType): void {
  if (!isFloat(dtype))
    throw new DTypeError(op, `draws floats, not ${String(dtype)}. Use { dtype: 'float64' }, then cast.`);
}

const draw = (name: 'uniform' | 'normal') =>
  definePrimitive<{ shape: Shape; dtype: FloatType }, 1>({
    name,
    semantics: { kind: 'host' },
    infer([key], { shape, dtype }) {
      checkKey(name, key);
      checkShape(name, shape);
      checkFloat(name, dtype);
      return [{ dtype, shape }];
    },
    eval: ([key], { shape, dtype }) => [kernels[name](key, shape, dtype)],
    pullbacks: [null],
  });

const uniformPrimitive = draw('uniform');
const normalPrimitive = draw('normal');

/**
 * Numbers spread evenly from `low` (0) up to, but not including, `high` (1).
 *
 * Shapes: → `shape`. Dtypes: float64, or `dtype`. Gradient: none with respect to the key; a tensor `low` or `high` gets
 * its part. Rounding may give `high` itself when it is not 1.
 * @throws DTypeError unless the key is int32[2] and dtype a float; ShapeError for a shape that is none.
 * @example less(uniform(key(7), [3]), 1)   // bool[3] [true, true, true]
 */
export function uniform(
  key: Tensor,
  shape: Shape,
  options: { readonly dtype?: FloatType; readonly low?: Operand; readonly high?: Operand } = {},
): Tensor {
  const { dtype = 'float64', low = 0, high = 1 } = options;
  const u = bind(uniformPrimitive, [key], { shape: [...shape], dtype })[0]; // the caller's array may change later
  if (low === 0 && high === 1) return u;
  const width = typeof low === 'number' && typeof high === 'number' ? high - low : sub(high, low);
  return add(low, mul(width, u));
}

/**
 * Numbers of the standard normal distribution; always finite.
 *
 * Shapes: → `shape`. Dtypes: float64, or `dtype`. Gradient: none.
 * @throws DTypeError unless the key is int32[2] and dtype a float; ShapeError for a shape that is none.
 * @example less(abs(normal(key(7), [3])), 8.6)   // bool[3] [true, true, true]
 */
export const normal = (key: Tensor, shape: Shape, options: { readonly dtype?: FloatType } = {}): Tensor =>
  bind(normalPrimitive, [key], { shape: [...shape], dtype: options.dtype ?? 'float64' })[0]; // see uniform

const bernoulliPrimitive = definePrimitive<Record<string, never>, 2>({
  name: 'bernoulli',
  semantics: { kind: 'host' },
  infer([key, p]) {
    checkKey('bernoulli', key);
    checkFloat('bernoulli', p.dtype);
    return [{ dtype: 'bool', shape: p.shape }];
  },
  eval: ([key, p]) => [kernels.bernoulli(key, p, p.shape)],
  pullbacks: [null, null],
});

/**
 * True with probability p, element by element; p ≤ 0 and NaN never, p ≥ 1 always.
 *
 * Shapes: p broadcast → `shape`, by default that of p. Dtypes: p float → bool. Gradient: none, the result is a bool.
 * @throws DTypeError unless the key is int32[2] and p a float; ShapeError when p does not broadcast to `shape`.
 * @example bernoulli(key(7), tensor([0, 1]))   // bool[2] [false, true]
 */
export function bernoulli(key: Tensor, p: Operand, shape?: Shape): Tensor {
  const [chance] = lift('bernoulli', [p]) as [Tensor]; // one in, one out
  return bind(bernoulliPrimitive, [key, broadcastTo(chance, shape ?? chance.shape)], {})[0];
}

const permutationPrimitive = definePrimitive<{ n: number }, 1>({
  name: 'permutation',
  semantics: { kind: 'host' },
  infer([key], { n }) {
    checkKey('permutation', key);
    checkCount('permutation', n);
    return [{ dtype: 'int32', shape: [n] }];
  },
  eval: ([key], { n }) => [kernels.permutation(key, n)],
  pullbacks: [null],
});

/**
 * 0 … n − 1 in random order: indices for `gather`, to shuffle rows.
 *
 * Shapes: → [n]. Dtypes: int32. Gradient: none.
 * @throws DTypeError unless the key is int32[2]; ArgumentError unless n is a count.
 * @example sum(permutation(key(7), 5))   // i32[] 10
 */
export const permutation = (key: Tensor, n: number): Tensor => bind(permutationPrimitive, [key], { n })[0];

const categoricalPrimitive = definePrimitive<Record<string, never>, 2>({
  name: 'categorical',
  semantics: { kind: 'host' },
  infer([key, logits]) {
    checkKey('categorical', key);
    checkFloat('categorical', logits.dtype);
    if ((logits.shape.at(-1) ?? 0) === 0) {
      throw new ShapeError(
        'categorical',
        `${formatType(logits)} has no class to choose. Give logits a last axis of classes.`,
      );
    }
    return [{ dtype: 'int32', shape: logits.shape.slice(0, -1) }];
  },
  eval: ([key, logits]) => [kernels.categorical(key, logits)],
  pullbacks: [null, null],
});

/**
 * One class per row, in proportion to exp(logits): samples from a softmax, by the largest logit with Gumbel noise.
 *
 * Shapes: [..., classes] → [...]. Dtypes: floats → int32. A logit of −∞ is never chosen unless all are. Gradient: none:
 * the class is an integer, and so a constant to what follows.
 * @throws DTypeError unless the key is int32[2] and logits a float; ShapeError when there is no class.
 * @example categorical(key(7), tensor([[0, -1000], [-1000, 0]]))   // i32[2] [0, 1]
 */
export const categorical = (key: Tensor, logits: Tensor): Tensor => bind(categoricalPrimitive, [key, logits], {})[0];

import { ArgumentError, DTypeError, formatType, kernels, type Tensor, type TensorType } from '@throughline/tensor';
import { bind } from '../bind.ts';
import { definePrimitive } from '../primitive.ts';
import { unstack } from './concat-split.ts';

// A key is an int32[2]; the same key gives the same numbers, so each is used once: split it first. Bits are those of
// Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011).
// All are `host`: what is drawn is a constant to every derivative, since keys are integers.

/** Throws unless it is a key. */
export function checkKey(op: string, key: TensorType): void {
  if (key.dtype === 'int32' && key.shape.length === 1 && key.shape[0] === 2) return;
  throw new DTypeError(
    op,
    `the key is ${formatType(key)}, not i32[2]. Make one with key(seed), more with splitKey(key).`,
  );
}

/** Throws unless it is an integer ≥ 0. */
export function checkCount(op: string, n: number): void {
  if (!Number.isInteger(n) || n < 0) throw new ArgumentError(op, `${n} is not a count. Use an integer ≥ 0.`);
}

/**
 * A random key from a seed: what every draw starts from. There is no global generator.
 *
 * Shapes: → [2]. Dtypes: int32. Gradient: none.
 * @throws ArgumentError unless the seed is an integer from 0 to 2⁵³ − 1.
 * @example key(7)   // i32[2] [0, 7]
 */
export function key(seed: number): Tensor {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ArgumentError('key', `the seed ${seed} is not an integer from 0 to 2^53 - 1.`);
  }
  return kernels.keyFromSeed(seed);
}

const splitPrimitive = definePrimitive<{ n: number }, 1>({
  name: 'splitKey',
  semantics: { kind: 'host' },
  infer([key], { n }) {
    checkKey('splitKey', key);
    checkCount('splitKey', n);
    return [{ dtype: 'int32', shape: [n, 2] }];
  },
  eval: ([key], { n }) => [kernels.splitKey(key, n)],
  pullbacks: [null],
});

/**
 * `n` fresh keys from one, which is not to be used again.
 *
 * Shapes: [2] → n times [2]. Dtypes: int32. Gradient: none.
 * @throws DTypeError unless the key is int32[2]; ArgumentError unless n is a count.
 * @example splitKey(key(7), 3).length   // 3
 */
export const splitKey = (key: Tensor, n = 2): Tensor[] => unstack(bind(splitPrimitive, [key], { n })[0]);

const foldPrimitive = definePrimitive<{ n: number | null }, number>({
  name: 'foldIn',
  semantics: { kind: 'host' },
  infer([key, index], { n }) {
    checkKey('foldIn', key as TensorType); // foldIn gives it one
    if (index !== undefined && (index.dtype !== 'int32' || index.shape.length > 0)) {
      throw new DTypeError('foldIn', `the number is ${formatType(index)}, not i32[]. Use cast(n, 'int32').`);
    }
    if (n !== null) checkCount('foldIn', n);
    return [{ dtype: 'int32', shape: [2] }];
  },
  eval([key, index], { n }) {
    const item = n ?? index?.item() ?? 0;
    checkCount('foldIn', item);
    return [kernels.foldIn(key as NonNullable<typeof key>, item)]; // foldIn gives it one
  },
  pullbacks: [],
});

/**
 * The key for item `n` of a stream under `key`: for step n of a loop, without splitting n times.
 *
 * Shapes: [2] → [2]; n is a number, or an int32 scalar, so that it may be a scan's counter. Gradient: none.
 * @throws DTypeError unless the key is int32[2]; ArgumentError unless n is a count.
 * @example notEqual(foldIn(key(7), 0), foldIn(key(7), 1))   // bool[2] [true, true]
 */
export const foldIn = (key: Tensor, n: number | Tensor): Tensor =>
  bind(foldPrimitive, typeof n === 'number' ? [key] : [key, n], { n: typeof n === 'number' ? n : null })[0];

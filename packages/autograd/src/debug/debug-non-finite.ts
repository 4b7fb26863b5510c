import { ArgumentError, Tensor } from '@throughline/tensor';
import { withPlaces } from '../scope.ts';
import { refusePromise } from '../tree.ts';
import { bottom } from './numbers.ts';
import { NonFiniteWatch } from './watcher.ts';

/** Options of `debugNonFinite`. */
export interface DebugOptions {
  /** `['infinity']`: infinities are meant, NaN alone is reported. */
  readonly allow?: readonly 'infinity'[];
}

/**
 * A function like f that throws a `NonFiniteError` for the first NaN or infinity that does harm, forward or backward.
 *
 * f may be anything made of ops: a loss, `grad(loss)`, a whole training step; transforms nest, loops may be recorded. Every
 * kernel's result is looked at, so this is for finding a fault, not for training. The error's `story` tells the op, the
 * direction, step, cell, gate, the user's line, the numbers that did it, the cause by name and a remedy.
 *
 * Harm is: to be part of a result, to be pulled back from, or to vanish in an op (sigmoid of an infinity is finite, and relu on the way back drops a NaN). What
 * `where` passes over does none, nor does an infinity that the program itself writes down, as a mask of −∞ does, as long
 * as no NaN comes of it. An infinity that comes with an argument counts; `{ allow: ['infinity'] }` lets all of them pass.
 * What a returned function (a pullback) does when it is called later is not watched.
 * @throws NonFiniteError; ArgumentError for an option that does not exist, or an async f.
 * @example debugNonFinite((x) => sum(mul(x, x)))(tensor([1, 2]))   // f64[] 5
 */
export function debugNonFinite<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options: DebugOptions = {},
): (...args: A) => R {
  const { allow = [] } = options;
  const unknown = allow.find((one) => one !== 'infinity');
  if (unknown !== undefined) {
    throw new ArgumentError('debugNonFinite', `allow has ${JSON.stringify(unknown)}. It may have 'infinity'.`);
  }
  return (...args) => {
    const names = new Map(args.flatMap((arg, i) => tensorsIn(arg, `argument ${i}`)).map(([x, name]) => [x, name]));
    const watch = new NonFiniteWatch(names, allow.length > 0);
    return withPlaces(() => {
      const result = f(...args);
      refusePromise('debugNonFinite', result);
      watch.checkResults(tensorsIn(result, 'the result').map(([y]) => y));
      return result;
    }, watch);
  };
}

/** The tensors in a tree of arrays and plain records, with their paths; whatever else it holds is passed over. */
function tensorsIn(value: unknown, path: string, seen = new Set<object>()): [Tensor, string][] {
  if (value instanceof Tensor) return [[bottom(value), path]];
  if (typeof value !== 'object' || value === null || seen.has(value)) return [];
  seen.add(value);
  if (Array.isArray(value)) return value.flatMap((item, i) => tensorsIn(item, `${path}[${i}]`, seen));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return [];
  return Object.entries(value).flatMap(([key, item]) => tensorsIn(item, `${path}.${key}`, seen));
}

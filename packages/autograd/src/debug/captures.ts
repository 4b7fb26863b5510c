import { Concrete, formatType, type Storage, type Tensor, TraceError } from '@throughline/tensor';
import { refusePromise } from '../tree.ts';
import { Dual, Recorded } from '../value.ts';

/** What tensors held when they were captured; null as long as nobody asked. */
export let seals: WeakMap<Concrete, Storage> | null = null;
/** Whether captures are remembered at the moment. */
export let sealing = false;

/**
 * Runs `f` and remembers what tensors hold that Programs and tapes capture meanwhile. Such a Program, and a pullback, says
 * so when it meets one that has been written to since.
 *
 * Tensors are immutable, and `tensor(…)` copies; but `fromStorage` takes an array over, and `.storage` is the array itself.
 * Costs a copy of every captured tensor.
 * @throws what `f` throws. The Program, or the pullback: TraceError, with the element that differs.
 * @example debugCaptures(() => trace((x) => mul(x, tensor([1, 2])), tensor([3, 4]))).constants.size   // 1
 */
export function debugCaptures<R>(f: () => R): R {
  const outer = sealing;
  sealing = true;
  seals ??= new WeakMap();
  try {
    return refusePromise('debugCaptures', f());
  } finally {
    sealing = outer;
  }
}

/** Remembers what captured values hold: to be called while `sealing`. */
export function seal(values: Iterable<Tensor>): void {
  for (const value of values) {
    const x = numbersOf(value);
    if (x !== null && seals?.has(x) === false) seals.set(x, x.storage.slice());
  }
}

/** To be called when there are `seals`. Throws when a value holds something else than it was captured with. */
export function checkSeals(op: string, values: Iterable<Tensor>, whatIs: (place: number) => string): void {
  let place = 0;
  for (const value of values) {
    const x = numbersOf(value);
    const before = x && seals?.get(x);
    const at = before ? before.findIndex((n, i) => !Object.is(n, x.storage[i])) : -1;
    if (x && before && at >= 0) {
      throw new TraceError(
        op,
        `${whatIs(place)}, ${formatType(x)}, was written to after it was captured: ` +
          `element ${at} was ${before[at]} and is ${x.storage[at]}. ` +
          'Tensors are immutable: copy what changes with tensor(…), and pass it as an argument.',
      );
    }
    place++;
  }
}

/** The numbers behind a value, without the transforms around them. */
function numbersOf(value: Tensor): Concrete | null {
  let x = value;
  while (x instanceof Recorded || x instanceof Dual) x = x.primal;
  return x instanceof Concrete ? x : null;
}

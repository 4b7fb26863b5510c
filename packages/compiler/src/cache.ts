import { notify } from './notify.ts';

/** So many forms of one function are kept. */
const MOST = 32;
/** A function that has so many is probably called with lengths that keep changing. */
const MANY = 8;

/** What was made for keys that came before, those used last. */
export class Cache<V> {
  readonly #entries = new Map<string, V | null>();
  readonly #name: string;
  #made = 0;

  /** `name` is what messages call the function. */
  constructor(name: string) {
    this.#name = name;
  }

  /** What belongs to a key, made if need be. Null is not kept. */
  find(key: string, make: () => V | null): V | null {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      if (this.#entries.size > 1) {
        this.#entries.delete(key);
        this.#entries.set(key, known);
      }
      return known;
    }
    const made = make();
    if (made === null) return null;
    this.#entries.set(key, made);
    if (++this.#made === MANY) {
      notify(
        `compile: ${this.#name || 'a function'} was compiled ${MANY} times, for different shapes, words or functions. Pad sequences to a few lengths, or pass lengths as data.`,
      );
    }
    const oldest = this.#entries.keys().next();
    if (this.#entries.size > MOST && oldest.done !== true) this.#entries.delete(oldest.value);
    return made;
  }

  /** What there is, the entry used last at the end. */
  get all(): V[] {
    return [...this.#entries.values()].filter((value) => value !== null);
  }
}

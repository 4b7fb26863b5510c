/** Draws for one seed: the same on every machine. Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014. */
export class Draws {
  #state: number;
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** In 0 … 2³² − 1. */
  #next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  }

  /** An integer from `from` to `to`, both included. */
  integer(from: number, to: number): number {
    return from + (this.#next() % (to - from + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[this.integer(0, list.length - 1)] as T; // in range
  }

  /** In −1 … 1, away from 0. */
  number(): number {
    const size = 0.1 + (0.9 * this.integer(0, 1000)) / 1000;
    return this.integer(0, 1) === 0 ? size : -size;
  }

  numbers(count: number): number[] {
    return Array.from({ length: count }, () => this.number());
  }
}

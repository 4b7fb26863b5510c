import type { Tensor } from '@throughline/tensor';
import { bottom } from './numbers.ts';
import type { Standing } from './standing.ts';

/** Which gate a value belongs to: that whose scope it was computed in, or that of the one value it was computed from. */
export class Gates {
  readonly #gates = new WeakMap<Tensor, string>();

  /** Notes the gate of an op's results, and returns it. */
  note({ cell, gate, level }: Standing, inputs: readonly Tensor[], outputs: readonly Tensor[]): string | null {
    const [only, ...others] = inputs;
    const inherits = level === 0 && cell !== null && only !== undefined && others.length === 0;
    const found = gate ?? (inherits ? this.#gates.get(bottom(only)) : undefined);
    if (found === undefined) return null;
    for (const y of outputs) this.#gates.set(bottom(y), found);
    return found;
  }
}

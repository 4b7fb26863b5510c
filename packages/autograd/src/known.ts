import { Concrete, type Tensor } from '@throughline/tensor';
import { Traced } from './value.ts';

/** The numbers of a value, where it has any: null for an abstract or mapped one. */
export function known(x: Tensor): Concrete | null {
  if (x instanceof Concrete) return x;
  return x instanceof Traced && x.primal !== null ? known(x.primal) : null;
}

import { formatType } from './shape.ts';
import type { Concrete } from './tensor.ts';

/** Type, then values. */
export function format(x: Concrete): string {
  return `${formatType(x)} ${JSON.stringify(x.toArray())}`;
}

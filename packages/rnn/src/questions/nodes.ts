import type { OnTape, Recorded } from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';

/** Where a value of a line stands. */
export interface Place {
  /** `c`, `slots.keys`, `x`. */
  readonly line: string;
  readonly t: number;
  /** The tape of the run that it belongs to. */
  readonly tape: () => OnTape<unknown>;
}

/** The places of the values that lines have handed out. */
const places = new WeakMap<Tensor, Place>();

export const place = (value: Tensor): Place | undefined => places.get(value);

/** The first name stays: `out` is often a state too, and a message should name the state. */
export function setPlace(value: Tensor, at: Place): void {
  if (!places.has(value)) places.set(value, at);
}

/** `c[30]`. */
export const describePlace = ({ line, t }: Place): string => `${line}[${t}]`;

/** A value of a line that lies on its run's tape. */
export interface OnLine {
  readonly value: Recorded;
  readonly place: Place;
}

import { ArgumentError } from '@throughline/tensor';

/** Throws unless it is the probability of something that may not be certain. */
export function checkRate(op: string, what: string, rate: unknown): void {
  if (typeof rate === 'number' && rate >= 0 && rate < 1) return;
  throw new ArgumentError(op, `the rate of ${what} is ${String(rate)}, not in [0, 1).`);
}

/** Throws unless every name is among those there are. */
export function checkKnown(
  op: string,
  cell: string,
  kind: string,
  names: readonly string[],
  known: readonly string[],
): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const has = known.length === 0 ? 'none' : known.join(', ');
  throw new ArgumentError(op, `${cell} has no ${kind} ${unknown}; it has ${has}.`);
}

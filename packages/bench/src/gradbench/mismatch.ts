/**
 * Where two answers differ, or null: by the suite's measure, numbers may differ by so much of the sum of their sizes, or of
 * 1 where that is less.
 */
export function mismatch(actual: unknown, expected: unknown, bound: number, at = ''): string | null {
  if (typeof actual === 'number' && typeof expected === 'number') {
    const difference = Math.abs(actual - expected) / Math.max(1, Math.abs(actual) + Math.abs(expected));
    return difference <= bound ? null : `${at || 'it'} is ${actual}, not ${expected}`;
  }
  if (!isBranch(actual) || !isBranch(expected)) return actual === expected ? null : `${at || 'it'} has another form`;
  const [own, other] = [Object.keys(actual), Object.keys(expected)];
  if (own.length !== other.length) return `${at || 'it'} has ${own.length} entries, not ${other.length}`;
  for (const key of other) {
    const found = mismatch(actual[key], expected[key], bound, `${at}[${key}]`);
    if (found !== null) return found;
  }
  return null;
}

const isBranch = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

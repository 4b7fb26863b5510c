import { flatten } from '@throughline/autograd';
import { formatType, sameType, type Tensor } from '@throughline/tensor';

/** What one law says of one cell. */
export interface LawFinding {
  readonly law: string;
  readonly verdict: 'holds' | 'broken' | 'does not apply';
  /** The number that the law is about: how far two things are apart; null when nothing was measured. */
  readonly measured: number | null;
  /** The largest number with which the law holds; 0 means bit for bit. */
  readonly allowed: number;
  /** What was compared, where it is off, or why the law does not apply. */
  readonly message: string;
}

/** A cell that has nothing the law speaks of. */
export const absent = (law: string, why: string): LawFinding => ({
  law,
  verdict: 'does not apply',
  measured: null,
  allowed: 0,
  message: why,
});

/** A law that was measured. */
export const found = (law: string, measured: number, allowed: number, message: string): LawFinding => ({
  law,
  verdict: measured <= allowed ? 'holds' : 'broken',
  measured,
  allowed,
  message,
});

/** Several findings of one law as one: the worst of them, and what each says. */
export function all(first: LawFinding, ...rest: readonly LawFinding[]): LawFinding {
  const rank = ({ verdict }: LawFinding): number => ['does not apply', 'holds', 'broken'].indexOf(verdict);
  const worse = (a: LawFinding, b: LawFinding): boolean =>
    rank(a) === rank(b) ? (a.measured ?? 0) > (b.measured ?? 0) : rank(a) > rank(b);
  const worst = rest.reduce((a, b) => (worse(b, a) ? b : a), first);
  return { ...worst, message: [first, ...rest].map(({ message }) => message).join(' ') };
}

/** How far two trees are apart. */
export interface Distance {
  /** max |a − b| / (1 + |b|); 0 only when every bit is the same. */
  readonly off: number;
  /** Where it is. */
  readonly at: string;
}

/**
 * Compares two trees of one structure, element by element: infinity where a leaf is missing, types differ, or one of two
 * numbers is none.
 */
export function distance(actual: unknown, expected: unknown): Distance {
  const [left, right] = [flatten('checkCell', actual), flatten('checkCell', expected)];
  const stray = left.paths.find((path) => !right.paths.includes(path));
  if (stray !== undefined) return { off: Number.POSITIVE_INFINITY, at: `${stray}, which should not be` };
  let most: Distance = { off: 0, at: '' };
  right.leaves.forEach((b, k) => {
    const path = right.paths[k] as string; // one per leaf
    const a = left.leaves[left.paths.indexOf(path)];
    const missing = { off: Number.POSITIVE_INFINITY, at: `${path}, which is missing` };
    const one = a === undefined ? missing : leafDistance(a, b, path);
    if (one.off > most.off) most = one;
  });
  return most;
}

function leafDistance(a: Tensor, b: Tensor, path: string): Distance {
  if (!sameType(a, b))
    return { off: Number.POSITIVE_INFINITY, at: `${path} is ${formatType(a)}, not ${formatType(b)}` };
  const [left, right] = [a.toTypedArray(), b.toTypedArray()];
  let most: Distance = { off: 0, at: '' };
  for (let i = 0; i < right.length; i++) {
    const [x, y] = [Number(left[i]), Number(right[i])];
    if (Object.is(x, y)) continue;
    const off = Math.abs(x - y) / (1 + Math.abs(y));
    // −0 and 0 are not the same bits; NaN and ∞ are at no distance from anything.
    const measured = Number.isNaN(off) ? Number.POSITIVE_INFINITY : Math.max(off, Number.MIN_VALUE);
    if (measured > most.off) most = { off: measured, at: `${path}, element ${i}: ${x}, not ${y}` };
  }
  return most;
}

/** A finding about two trees that should be one. */
export function same(law: string, what: string, allowed: number, actual: unknown, expected: unknown): LawFinding {
  const { off, at } = distance(actual, expected);
  return found(law, off, allowed, at === '' ? `${what}: bit for bit.` : `${what}: off by ${short(off)} at ${at}.`);
}

export const short = (x: number): string => (x === 0 ? '0' : x.toExponential(1));

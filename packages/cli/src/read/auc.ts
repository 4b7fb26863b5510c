/**
 * The places of values in their order, from 1, ties sharing the mean of theirs.
 *
 * @example ranksOf([0.5, 0.1, 0.5]).join()   // 2.5,1,2.5
 */
export function ranksOf(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => at(values, a) - at(values, b));
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && at(values, at(order, end)) === at(values, at(order, start))) end += 1;
    for (let k = start; k < end; k++) ranks[at(order, k)] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/** Values ready to be held against many labellings: sums of their ranks up to each place. */
export function scoreable(values: ArrayLike<number>): Float64Array {
  const ranks = ranksOf(values);
  const sums = new Float64Array(ranks.length + 1);
  for (let i = 0; i < ranks.length; i++) sums[i + 1] = at(sums, i) + at(ranks, i);
  return sums;
}

/** Labels as the stretches that they mark, [from, to). */
export type Stretches = readonly (readonly [from: number, to: number])[];

/** The stretches of labels that are 1. */
export function stretchesOf(labels: Uint8Array): Stretches {
  const found: [number, number][] = [];
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== 1) continue;
    const from = i;
    while (i < labels.length && labels[i] === 1) i += 1;
    found.push([from, i]);
  }
  return found;
}

/**
 * The area under the receiver's curve: how often a value within the stretches is larger than one outside (½ when they have
 * nothing to do with each other; NaN when there is nothing on one side). `shift` moves the stretches in a circle: they keep
 * their lengths and mean other places.
 *
 * Source: Mann, Whitney, "On a test of whether one of two random variables is stochastically larger than the other", 1947.
 * @example auc(scoreable([1, 2, 3, 4]), [[2, 4]])   // 1
 */
export function auc(sums: Float64Array, stretches: Stretches, shift = 0): number {
  const n = sums.length - 1;
  let [sum, inside] = [0, 0];
  for (const [from, to] of stretches) {
    const [a, b] = [(from + shift) % n, (to - 1 + shift) % n];
    sum += at(sums, b + 1) - at(sums, a) + (b < a ? at(sums, n) : 0);
    inside += to - from;
  }
  const outside = n - inside;
  return inside === 0 || outside === 0 ? Number.NaN : (sum - (inside * (inside + 1)) / 2) / (inside * outside);
}

const at = (list: ArrayLike<number>, i: number): number => list[i] as number; // i < length

/** For how long a unit keeps what is in its cell. */
export interface UnitMemory {
  readonly unit: number;
  /** 1/(1 − f̄): the steps in which a cell whose gate always stands at its mean shrinks to about 1/e. */
  readonly time: number;
  /** Measured: the mean number of steps until the product of the gates is below 1/e, from places all over the text. */
  readonly reach: number;
  /** The share of those places from which it was not, before the text ended. */
  readonly open: number;
}

/** Places from which a reach is measured. */
const places = 200;

/** Memory of every unit by its forget gates, the longest first. */
export function memories(f: readonly Float64Array[]): UnitMemory[] {
  return f
    .map((gates, unit) => ({ unit, time: 1 / (1 - meanOf(gates)), ...reachOf(gates) }))
    .sort((a, b) => b.time - a.time);
}

const meanOf = (xs: Float64Array): number => xs.reduce((a, b) => a + b, 0) / xs.length;

function reachOf(gates: Float64Array): { reach: number; open: number } {
  const starts = Math.min(places, gates.length);
  let [total, unfinished] = [0, 0];
  for (let k = 0; k < starts; k++) {
    const start = Math.floor((k * gates.length) / starts);
    let [kept, t] = [1, start];
    while (t < gates.length && kept >= 1 / Math.E) {
      kept *= gates[t] as number; // t < length
      t += 1;
    }
    total += t - start;
    if (kept >= 1 / Math.E) unfinished += 1;
  }
  return { reach: total / starts, open: unfinished / starts };
}

/** How the largest numbers of one op went from step to step, most recent last. */
export class Growth {
  readonly #series = new Map<string, { step: number; largest: number }[]>();

  /** The largest number that an op of this place gave at a step. */
  note(place: string, step: number, largest: number): void {
    const series = this.#series.get(place) ?? [];
    this.#series.set(place, series);
    const last = series.at(-1);
    if (last?.step === step) last.largest = Math.max(last.largest, largest);
    else series.push({ step, largest });
    if (series.length > kept) series.shift();
  }

  /**
   * By which factor the numbers of a place grew in each of the last steps before this one; null unless it was about the
   * same in all of them, as in a product of like factors, and takes them to `limit`. A single large number is not growth.
   */
  factor(place: string, step: number, limit: number): number | null {
    const before = (this.#series.get(place) ?? []).filter((entry) => entry.step !== step).map(({ largest }) => largest);
    const ratios = before.slice(1).map((largest, i) => largest / (before[i] as number)); // one fewer
    if (ratios.length < kept - 2) return null;
    ratios.sort((a, b) => a - b);
    const [smallest, largest] = [ratios[0] as number, ratios.at(-1) as number]; // not empty
    if (!(smallest > 1.01) || largest > smallest * smallest * smallest) return null;
    const median = ratios[ratios.length >> 1] as number; // not empty
    return (before.at(-1) as number) * median * median < limit ? null : median; // not empty; 2 factors, since they vary
  }
}

/** Steps that are looked back upon. */
const kept = 6;

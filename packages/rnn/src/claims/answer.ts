/** Where a relation was furthest from holding. */
export interface Place {
  /** `t = 12`. */
  readonly times: string;
  /** The row of the batch. */
  readonly row: number;
  /** Indices of the unit, or of the entry of a matrix; empty for numbers. */
  readonly index: readonly number[];
  readonly left: number;
  readonly right: number;
  /** `seed 3, parameters of size 1/√n`. */
  readonly from: string;
}

/** What a claim was measured with. */
export interface Measurement {
  /** The largest |left − right|. */
  readonly deviation: number;
  /** The same relative to the largest entry beside it. */
  readonly relative: number;
  readonly worst: Place;
  /** How many sets of steps were compared, over all runs. */
  readonly cases: number;
  /** The allowed deviation, relative. */
  readonly tolerance: number;
  /** The largest deviation with the derivatives by differences; null when the claim has none. */
  readonly oracle: {
    readonly name: string;
    readonly relative: number;
    readonly tolerance: number;
    /** In how many cases the claim holds by reverse mode and not by it: a few where it steps over a kink. */
    readonly apart: number;
  } | null;
  /** Changed claims that the same procedure must refute. */
  readonly controls: readonly { readonly change: string; readonly refuted: boolean; readonly relative: number }[];
}

/** The answer to a claim. */
export interface Answer {
  /**
   * proved: follows for all parameters, inputs and states; measured: holds wherever it was computed; refuted: fails at a
   * place that is named; inconclusive: the measurement cannot tell, and `reason` says why.
   */
  readonly verdict: 'proved' | 'measured' | 'refuted' | 'inconclusive';
  /** proved or measured. */
  readonly holds: boolean;
  readonly claim: string;
  /** The cell's name. */
  readonly cell: string;
  /** For which steps, parameters, inputs, states and extents. */
  readonly covers: string;
  /** How it was proved, why it was refuted, or why nothing can be said. */
  readonly reason: string;
  readonly measurement: Measurement | null;
  toString(): string;
}

/** An answer with its text. */
export function answer(parts: Omit<Answer, 'holds' | 'toString'>): Answer {
  const whole = { ...parts, holds: parts.verdict === 'proved' || parts.verdict === 'measured' };
  return Object.freeze({ ...whole, toString: () => describe(whole) });
}

const marks = { proved: '✓', measured: '✓', refuted: '✗', inconclusive: '?' } as const;

function describe({ verdict, claim, cell, covers, reason, measurement }: Omit<Answer, 'toString'>): string {
  const lines = [`${marks[verdict]} ${verdict}  ${cell}: ${claim}`, `  ${reason}`, `  ${covers}`];
  if (measurement === null || verdict === 'refuted') return lines.join('\n');
  const { controls } = measurement;
  if (controls.length > 0)
    lines.push(
      `  control: ${controls.map(({ change, refuted }) => `${change} ${refuted ? 'refuted' : 'not refuted'}`).join('; ')}`,
    );
  return lines.join('\n');
}

/** `unit 3`, `entry 2, 0`; empty for numbers. */
export const describeIndex = (index: readonly number[]): string =>
  index.length === 0 ? '' : index.length === 1 ? `unit ${index[0]}` : `entry ${index.join(', ')}`;

/** Five significant digits; more where two numbers would look alike. */
export function pairOfNumbers(a: number, b: number): [string, string] {
  for (let digits = 5; digits < 17; digits++) {
    const [x, y] = [shortest(a, digits), shortest(b, digits)];
    if (x !== y) return [x, y];
  }
  return [String(a), String(b)];
}

const shortest = (value: number, digits: number): string => String(Number(value.toPrecision(digits))).replace('-', '−');

/** One digit and an exponent: what matters of a deviation is its size. */
export const rough = (value: number): string => (value === 0 ? '0' : value.toExponential(0));

/** What the steps need to know about a precision. `series` are polynomial coefficients, ascending. */
export interface Tables {
  /** 1.5·2^(p−1): x + shift − shift is x rounded to the nearest integer, ties to even, for |x| < 2^(p−2). */
  readonly shift: number;
  /** 2^⌈p/2⌉ + 1: cuts a value in two halves whose products are exact (Veltkamp). */
  readonly splitter: number;
  readonly maxExponent: number;
  readonly exp: ExpTables;
  readonly log: LogTables;
  readonly circle: CircleTables;
  readonly pow: PowTables;
}

export interface ExpTables {
  /** Below `lowest` e^x rounds to 0, above `highest` to infinity; below `lowestExpm1` e^x − 1 rounds to −1. */
  readonly lowest: number;
  readonly highest: number;
  readonly lowestExpm1: number;
  /** Above it tanh rounds to 1. */
  readonly saturation: number;
  /** From here on 2^−n is far below an ulp of 1. */
  readonly saturatedExponent: number;
  readonly log2e: number;
  /** ln 2 = high + low; n·high is exact for every exponent n. */
  readonly ln2High: number;
  readonly ln2Low: number;
  /** (e^r − 1 − r − r²/2) / r³ on |r| ≤ ½ ln 2. */
  readonly series: readonly number[];
}

export interface LogTables {
  /** Four times the smallest normal number. */
  readonly smallest: number;
  /** A power of two that makes what is smaller large enough, and its exponent. */
  readonly lift: number;
  readonly liftExponent: number;
  readonly sqrtEighth: number;
  /** (log((1+s)/(1−s)) − 2s) / s³ in s², for s up to (√2−1)/(√2+1). */
  readonly series: readonly number[];
}

export interface CircleTables {
  /** Up to here n·part is exact for the three leading parts of π/2. */
  readonly nearLimit: number;
  readonly twoOverPi: number;
  readonly halfPiParts: readonly number[];
  /** (sin x − x) / x³ and (cos x − 1 + x²/2) / x⁴ in x², on |x| ≤ π/4. */
  readonly sin: readonly number[];
  readonly cos: readonly number[];
  readonly halfPiHigh: number;
  readonly halfPiLow: number;
  /** Digits of 2/π in base 2^chunk behind three zeros; how many columns of their product with x are formed. */
  readonly chunk: number;
  /** 2^chunk, 2^−chunk and 1/chunk, rounded. */
  readonly base: number;
  readonly unit: number;
  readonly inverseChunk: number;
  readonly columns: number;
  readonly digits: readonly number[];
  /** p − 1 − 2·chunk: x is scaled so that its third digit in base 2^chunk is the last one. */
  readonly leastExponent: number;
}

export interface PowTables {
  /** |y| beyond which x^y is 0, 1 or infinite for every x. */
  readonly largestPower: number;
  /** Cell i holds the values near i/cells. */
  readonly cells: number;
  readonly firstCell: number;
  /** Cuts s so that its high part times an entry of `inverse` is exact. */
  readonly highPartSplitter: number;
  /** c ≈ cells/i, of few bits, and −log c = high + low, high on the grid of ln2High. */
  readonly inverse: readonly number[];
  readonly logHigh: readonly number[];
  readonly logLow: readonly number[];
  /** (log(1+z) − z + z²/2) / z³ over a cell. */
  readonly series: readonly number[];
}

import type { Tables } from '../../elementary/steps/tables.ts';

/** A number as high + low. */
export type Parts = readonly [high: number, low: number];

/** What the steps of the special functions need to know about a precision, beside what the elementary ones do. */
export interface SpecialTables extends Tables {
  readonly ln2: Parts;
  readonly inverseLn2: Parts;
  readonly inverseLn10: Parts;
  /** k·high is exact for every exponent k. */
  readonly log10Of2: Parts;
  readonly cbrt: {
    /** ∛s on [1, 8], to nine bits. */
    readonly start: readonly number[];
    /** A power of eight that makes subnormal numbers normal, and the exponent of its cube root. */
    readonly lift: number;
    readonly liftThird: number;
    /** How often Halley's step is taken. */
    readonly rounds: number;
    /** ⅓, rounded. */
    readonly third: number;
  };
  readonly arc: {
    /** atan(i/cells) = high + low. */
    readonly cells: number;
    readonly high: readonly number[];
    readonly low: readonly number[];
    /** (atan z − z)/z³ in z², on a cell. */
    readonly series: readonly number[];
    readonly pi: Parts;
    /** Above it atan rounds to π/2; below its inverse atan z is z. */
    readonly large: number;
  };
  /** (sinh x − x)/x³ in x², on [0, 1]. */
  readonly sinh: readonly number[];
  readonly hyperbolic: {
    /** Above it x² + 1 is x². */
    readonly large: number;
  };
  readonly erf: {
    /** erf(x)/x − 1 in x², on [0, 1]. */
    readonly near: readonly number[];
    /** (1 + 2x)·e^(x²)·erfc(x) in (x − middle)/(x + middle), from ½ to `limit`, where erfc rounds to 0. */
    readonly far: readonly number[];
    readonly middle: number;
    readonly limit: number;
  };
  readonly erfinv: {
    /** erfinv(x)/x − 1 in w − 3⅛ up to w = 6¼, in √w − 3¼ up to 16, in √w − 5 beyond, for w = −log(1 − x²). */
    readonly central: readonly number[];
    readonly tail: readonly number[];
    readonly far: readonly number[];
  };
  readonly gamma: {
    /** lgamma(2 + y)/y on [−½, ½]. */
    readonly two: readonly number[];
    /** (lgamma(x) − (x − ½) log x + x − ½ log 2π)·x in 1/x², from 8 on. */
    readonly stirling: readonly number[];
    readonly halfLogTwoPi: number;
    /** (sin(πd)/(πd) − 1)/d² in d², on [0, ½]. */
    readonly sine: readonly number[];
    /** From here on x (log x − 1) is all; x times `shrink` is far from overflow. */
    readonly large: number;
    readonly shrink: number;
    readonly grow: number;
    /** From here on every number is an integer. */
    readonly integral: number;
  };
  readonly digamma: {
    /** The zero of ψ, less 1. */
    readonly root: Parts;
    /** ψ(1 + u)/(u − root) in u − ½, on [0, 1]. */
    readonly near: readonly number[];
    /** (log x − 1/2x − ψ(x))·x² in 1/x², from 8 on. */
    readonly tail: readonly number[];
  };
  readonly zeta: {
    /** B₂ⱼ/(2j)!, from j = 1 on. */
    readonly bernoulli: readonly number[];
    /** How many terms are added one by one. */
    readonly terms: number;
    /** 0!, 1!, … as long as they are finite. */
    readonly factorials: readonly number[];
  };
}

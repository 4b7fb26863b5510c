/** What a check of derivatives found, in words. */
export type Verdict =
  | 'right'
  | 'wrong rule'
  | 'not deterministic'
  | 'not finite'
  | 'kink'
  | 'float32 too coarse'
  | 'differences too coarse';

/** One direction of the argument, one cotangent of the value: a derivative three times. */
export interface Measurement {
  /** Paths of the leaves that moved, and that the cotangent was of. */
  readonly of: string;
  readonly along: string;
  /** ⟨u, J v⟩ by reverse mode, by forward mode, and by differences. */
  readonly reverse: number;
  readonly forward: number | null;
  readonly differences: number;
  /** ‖u‖ ‖J v‖: what errors are relative to. */
  readonly scale: number;
  /** How far the differences may be off. */
  readonly differencesError: number;
  /** The exponent measured of the five-point stencil: 4 where the function is smooth. */
  readonly order: number | null;
  readonly step: number;
}

/** One entry of a derivative that is off, with both numbers. */
export interface Disagreement {
  readonly mode: 'reverse' | 'forward';
  /** `args[0].W[2,3]` or `value.h[1]`. */
  readonly entry: string;
  readonly derivative: number;
  readonly differences: number;
}

/** What `checkGrads` returns. */
export interface GradReport {
  readonly verdict: Verdict;
  /** The verdict, with what it rests on, in a sentence or two. */
  readonly message: string;
  /** The highest order that was checked. */
  readonly order: number;
  /** Largest errors over all measurements, relative to ‖u‖ ‖J v‖. */
  readonly reverseError: number;
  readonly forwardError: number | null;
  /** Largest |⟨u, J v⟩ − ⟨Jᵀ u, v⟩|, relative to ‖u‖ ‖J v‖. */
  readonly adjointError: number | null;
  readonly measurements: readonly Measurement[];
  readonly worst?: Disagreement;
}

/** Derivatives are not right, or cannot be checked here. */
export class GradientError extends Error {
  readonly report: GradReport;
  constructor(report: GradReport) {
    super(`assertGrads: ${report.message}`);
    this.name = 'GradientError';
    this.report = report;
  }
}

/** 0.25, 1.2e-7: few digits where few are meant. */
export function short(x: number): string {
  if (x === 0 || !Number.isFinite(x)) return `${x}`;
  return Math.abs(x) < 1e-3 ? x.toExponential(1) : `${Number(x.toPrecision(2))}`;
}

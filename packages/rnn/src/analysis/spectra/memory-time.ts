import type { Taps } from '../../cell.ts';
import type { ParamSpecs } from '../../params.ts';
import type { StateName, StateSpec } from '../../state.ts';
import type { Run } from '../../unroll.ts';
import { influence } from './influence.ts';
import { lyapunov } from './lyapunov.ts';

/** For how many steps a run remembers, by two measures. */
export interface MemoryTime {
  /** −1/λ₁ of the largest Lyapunov exponent: the steps in which what is remembered best shrinks to 1/e. ∞ when λ₁ ≥ 0. */
  readonly byExponent: number;
  /**
   * The smallest lag k from which on the largest singular value of ∂line[T]/∂line[T − k] stays below 1/e; ∞ when the run
   * ends before.
   */
  readonly byNorm: number;
  /** Those singular values, for k = 0…T. */
  readonly norms: readonly number[];
}

/**
 * How long a run remembers: in the long run, by its Lyapunov exponents, and at its end, by what is left of earlier states.
 *
 * The first is about the whole state and any direction; the second about one line (the belt's state by default) at the
 * last step, so the two differ when growth is uneven. Both are in steps; a linear net with U = r·I has −1/ln r for the one
 * and the next integer for the other.
 * Source: Engelken, Wolf, Abbott, "Lyapunov spectra of chaotic recurrent neural networks", 2023, for the first; the second
 * is the e-folding time of the norms that Pascanu, Mikolov, Bengio, 2013, bound.
 * @throws ArgumentError for a state or row that does not exist.
 * @example memoryTime(unroll(rnn, { h: { W: zeros([1, 1]), U: tensor([[0.5]]), b: zeros([1]) } }, zeros([9, 1, 1]))).byNorm   // 2
 */
export function memoryTime<P extends ParamSpecs, S extends StateSpec, T extends Taps, K extends keyof T>(
  run: Run<P, S, T, K>,
  options: { readonly line?: StateName<S>; readonly row?: number } = {},
): MemoryTime {
  const { line, row = 0 } = options;
  const between = influence(run, line === undefined ? { row } : { of: line, row });
  const norms = between.to(run.steps).reverse();
  const [largest = Number.NaN] = lyapunov(run, { count: 1, row }).exponents;
  const remembered = norms.findLastIndex((norm) => !(norm < inverseE));
  return {
    byExponent: largest >= 0 ? Number.POSITIVE_INFINITY : -1 / largest + 0, // +0: −1/−∞ is a plain 0
    byNorm: remembered === norms.length - 1 ? Number.POSITIVE_INFINITY : remembered + 1,
    norms,
  };
}

/** 1/e */
const inverseE = 0.36787944117144233;

import { cast, exp, key, log, normal, transpose } from '@throughline/autograd';
import { qr } from '@throughline/autograd/linalg';
import { ArgumentError, type Tensor, tensor } from '@throughline/tensor';
import type { Taps } from '../../cell.ts';
import type { ParamSpecs } from '../../params.ts';
import type { StateSpec } from '../../state.ts';
import type { Run } from '../../unroll.ts';
import { type March, march } from './march.ts';

/** How Lyapunov exponents are computed. */
export interface LyapunovOptions {
  /** How many, the largest ones; all by default. Each costs one pushforward per step. */
  readonly count?: number;
  /** The row of the batch. */
  readonly row?: number;
  /**
   * How the steps' growth rates are averaged: `'smooth'` (the default) with weights that vanish at both ends, w(u) =
   * exp(−1 / (u (1 − u))), `'plain'` with equal ones. The limit is the same.
   */
  readonly average?: 'smooth' | 'plain';
  /** How often the first step's Jacobian turns the directions before the run begins; 200 by default. */
  readonly spinUp?: number;
}

/** Lyapunov exponents of a run. */
export interface Lyapunov {
  /** Growth rates per step, as natural logarithms, descending; −∞ for a direction that is lost altogether. */
  readonly exponents: readonly number[];
  /** For each, how far it is from the same average over the second half of the run: small when the run is long enough. */
  readonly drift: readonly number[];
}

/**
 * The Lyapunov exponents of a run: at which rates, per step, small differences of the whole state grow (> 0) or are
 * forgotten (< 0), in as many directions as the state has elements.
 *
 * Directions are pushed through each step by `jvp` and made orthonormal by `qr`, whose diagonal has the rates. Of a linear
 * net with the matrix U they are ln|λ| of its eigenvalues, both of a complex pair alike. A plain mean is off by about 1/T
 * there, since a pair's two rates swing from step to step; the smooth mean converges faster than any power of 1/T, and
 * neighbours that differ by less than their drift, and 1e-3, are given as their mean: together 1e-10 at T = 1,000, unless
 * moduli are nearly equal or angles very small. With `'plain'` the sum of all is exactly the mean of ln|det|. A rate that cannot be told from 0, which is below
 * size · 2⁻⁵⁰ of the step's largest (2⁻²¹ in float32), counts as 0: an eigenvalue 0, or a relu unit that was off, gives
 * −∞. NaN in a step gives NaN. Cost: count pushforwards per step; memory does not grow with T.
 * Source: Benettin, Galgani, Giorgilli, Strelcyn, "Lyapunov characteristic exponents for smooth dynamical systems", 1980;
 * the weights: Das, Saiki, Sander, Yorke, "Quantitative quasiperiodicity", 2017; of recurrent nets: Engelken, Wolf,
 * Abbott, "Lyapunov spectra of chaotic recurrent neural networks", 2023.
 * @throws ArgumentError when there is no such row, or an option is out of range.
 * @example lyapunov(unroll(rnn, { h: { W: zeros([1, 1]), U: tensor([[0.5]]), b: zeros([1]) } }, zeros([9, 1, 1]))).exponents[0].toFixed(6)   // -0.693147
 */
export function lyapunov<P extends ParamSpecs, S extends StateSpec, T extends Taps, K extends keyof T>(
  run: Run<P, S, T, K>,
  options: LyapunovOptions = {},
): Lyapunov {
  const { row = 0, average = 'smooth', spinUp = 200 } = options;
  const path = march('lyapunov', run, row);
  const count = options.count ?? path.size;
  checkRange('count', count, 1, path.size);
  checkRange('spinUp', spinUp, 0, Number.MAX_SAFE_INTEGER);
  if (average !== 'smooth' && average !== 'plain')
    throw new ArgumentError('lyapunov', `average is "${String(average)}", neither 'smooth' nor 'plain'.`);
  const rates = ratesOf(path, count, spinUp);
  const all = means(rates, 0, average);
  const late = means(rates, Math.floor(path.steps / 2), average);
  const found = all.map((exponent, i) => ({ exponent, drift: distance(exponent, late[i] as number) })); // as many
  found.sort((a, b) => compare(b.exponent, a.exponent));
  const exponents = average === 'plain' ? found.map(({ exponent }) => exponent) : joined(found);
  return { exponents, drift: found.map(({ drift }) => drift) };
}

/** Two exponents are taken for one when they differ by no more than this, and by no more than they drift. */
const nearby = 1e-3;

/** Neighbours that cannot be told apart get their mean: the volume that they span grows evenly where they take turns. */
function joined(found: readonly { readonly exponent: number; readonly drift: number }[]): number[] {
  const groups: { exponent: number; drift: number }[][] = [];
  for (const one of found) {
    const [before] = groups.at(-1)?.slice(-1) ?? [];
    const isSame =
      before !== undefined &&
      distance(before.exponent, one.exponent) <= Math.min(nearby, Math.max(before.drift, one.drift));
    if (isSame) groups.at(-1)?.push(one);
    else groups.push([one]);
  }
  return groups.flatMap((group) => {
    const [first] = group;
    const mean = group.reduce((sum, { exponent }) => sum + exponent, 0) / group.length;
    return group.map(() => (group.length === 1 && first !== undefined ? first.exponent : mean));
  });
}

const distance = (a: number, b: number): number => (a === b ? 0 : Math.abs(a - b));

/** The logarithms of the diagonals of r: for each step, one per direction. */
function ratesOf(path: March, count: number, spinUp: number): number[][] {
  // A random start leans on every direction; the draw is always the same.
  let basis = orthonormal(cast(normal(key(0), [count, path.size]), path.dtype)).basis;
  for (let n = 0; n < spinUp; n++) basis = orthonormal(path.push(1, basis)).basis;
  const rates: number[][] = [];
  for (let t = 1; t <= path.steps; t++) {
    const step = orthonormal(path.push(t, basis));
    basis = step.basis;
    rates.push([...log(tensor(step.growth)).data]);
  }
  return rates;
}

/** Below this many units of the largest in a step, and per element of the state, a rate is rounding. */
const rounding = { float64: 8.881784197001252e-16, float32: 4.76837158203125e-7 }; // 2⁻⁵⁰, 2⁻²¹

/** Rows made orthonormal, in order, and how long each was beside those before it. */
function orthonormal(rows: Tensor): { readonly basis: Tensor; readonly growth: number[] } {
  const { q, r } = qr(transpose(rows));
  const [m, size] = rows.shape as [number, number]; // [m, size]
  let largest = 0;
  for (const value of rows.data) largest = Math.max(largest, Math.abs(value));
  const least = size * largest * (rows.dtype === 'float32' ? rounding.float32 : rounding.float64);
  const growth = Array.from({ length: m }, (_, i) => {
    const rate = r.data[i * m + i] as number; // r is [m, m], since m ≤ size
    return Number.isFinite(largest) ? (rate <= least ? 0 : rate) : Number.NaN;
  });
  return { basis: transpose(q), growth };
}

/** Each direction's mean rate over the steps from `first` on. */
function means(rates: readonly number[][], first: number, average: 'smooth' | 'plain'): number[] {
  const steps = rates.slice(first);
  const weights = average === 'plain' ? steps.map(() => 1) : bump(steps.length);
  const total = weights.reduce((a, b) => a + b, 0);
  return (steps[0] ?? []).map((_, i) => {
    const own = steps.map((step) => step[i] as number); // as many in each step
    if (own.some(Number.isNaN)) return Number.NaN;
    // A weight may be 0, and 0 · −∞ is no number.
    if (own.includes(Number.NEGATIVE_INFINITY)) return Number.NEGATIVE_INFINITY;
    return own.reduce((sum, rate, n) => sum + (weights[n] as number) * rate, 0) / total; // one weight per step
  });
}

/** exp(−1 / (u (1 − u))) at the middles of n equal parts of [0, 1], scaled so that the largest is near 1. */
function bump(n: number): number[] {
  const places = Array.from({ length: n }, (_, i) => (i + 0.5) / n);
  return [...exp(tensor(places.map((u) => 4 - 1 / (u * (1 - u))))).data];
}

const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

function checkRange(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `an integer ≥ ${least}` : `an integer from ${least} to ${most}`;
  throw new ArgumentError('lyapunov', `${name} is ${String(value)}, not ${range}.`);
}

import { mul, sin, sum } from '@throughline/autograd';
import { ArgumentError, arange, type Tensor, tensor } from '@throughline/tensor';
import { checkCount } from './check.ts';

/** Options of `mackeyGlass`. */
export interface MackeyGlassOptions {
  /** Numbers of the series: 2000 by default. */
  readonly length?: number;
  /** The delay, in units of time: 17 by default; chaotic from about 17 on. */
  readonly delay?: number;
  /** Units of time before the series begins, so that it has found its way: 250 by default. */
  readonly skip?: number;
}

/** Runge–Kutta steps per unit of time. */
const fineness = 10;

/**
 * The Mackey–Glass series, one number per unit of time: dx/dt = 0.2 x(t−τ) / (1 + x(t−τ)¹⁰) − 0.1 x, from x = 1.2 on.
 *
 * Integrated with ten steps of the classical Runge–Kutta method per unit; between them the delayed value is interpolated.
 * Shapes: → float64 [length].
 * Source: Mackey, Glass, "Oscillation and chaos in physiological control systems", 1977.
 * @throws ArgumentError for an option out of range.
 * @example mackeyGlass({ length: 4 }).shape.join()   // 4
 */
export function mackeyGlass({ length = 2000, delay = 17, skip = 250 }: MackeyGlassOptions = {}): Tensor {
  checkCount('mackeyGlass', 'length', length);
  checkCount('mackeyGlass', 'delay', delay);
  checkCount('mackeyGlass', 'skip', skip, 0);
  const lag = delay * fineness;
  const xs = new Float64Array((skip + length) * fineness + 1);
  const past = (i: number): number => (i < 0 ? 1.2 : (xs[i] ?? 1.2));
  const slope = (x: number, delayed: number): number => (0.2 * delayed) / (1 + tenth(delayed)) - 0.1 * x;
  const h = 1 / fineness;
  xs[0] = 1.2;
  for (let i = 0; i < xs.length - 1; i++) {
    const x = past(i);
    const [from, to] = [past(i - lag), past(i + 1 - lag)];
    const middle = (from + to) / 2;
    const k1 = slope(x, from);
    const k2 = slope(x + (h / 2) * k1, middle);
    const k3 = slope(x + (h / 2) * k2, middle);
    const k4 = slope(x + h * k3, to);
    xs[i + 1] = x + (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4);
  }
  return tensor(Float64Array.from({ length }, (_, t) => past((skip + t) * fineness)));
}

const tenth = (x: number): number => {
  const fifth = x * x * x * x * x;
  return fifth * fifth;
};

/** 2π: a literal, as everywhere that bits are promised. */
const turn = 6.283185307179586;

/**
 * A sum of sine waves, all of amplitude 1 and starting at 0: Σ sin(2π t / period).
 *
 * Shapes: → float64 [length]. A net that forecasts it must keep a phase for each wave.
 * @throws ArgumentError for a length that is no count, or a period that is not a number above 0.
 * @example sineWaves([4], 3)   // f64[3] [0, 1, 1.22465e-16]
 */
export function sineWaves(periods: readonly number[], length: number): Tensor {
  checkCount('sineWaves', 'length', length);
  if (periods.length === 0) throw new ArgumentError('sineWaves', 'no periods. Give at least one, as in [20, 33].');
  for (const period of periods) {
    if (!(period > 0 && period < Infinity))
      throw new ArgumentError('sineWaves', `a period is ${period}, not a number above 0.`);
  }
  const t = arange(length).reshape([length, 1]);
  return sum(sin(mul(t, tensor(periods.map((period) => turn / period)))), 1);
}

import { add, gather, reshape } from '@throughline/autograd';
import { ArgumentError, arange, formatType, type Tensor, tensor } from '@throughline/tensor';
import { closerThan } from './answer.ts';
import { checkCount } from './check.ts';
import { integers } from './draw.ts';
import { mackeyGlass } from './series.ts';
import type { Task } from './task.ts';

/** Options of `forecastTask`. */
export interface ForecastOptions {
  /** Steps per window: 40 by default. */
  readonly T?: number;
  /** How many steps ahead: 1 by default. */
  readonly horizon?: number;
  /** The fraction at the end that is held out, below 1: 0.2 by default. */
  readonly heldOut?: number;
  /** Windows per batch: 32 by default. */
  readonly batch?: number;
}

/**
 * Forecasting: at every step of a window of a series, say the number `horizon` steps on.
 *
 * Windows come from the first part of the series, `heldOut` from the rest. The baseline is the linear forecast a + b x[t], its
 * a and b fitted to the first part by least squares; `others` are persistence, x[t], and the mean of the first part. All are
 * measured on the held-out part (on all of it when nothing is held out), in the square of the series' unit. An answer is right
 * within a tenth of the series' standard deviation. Shapes: series [n]; inputs and targets float64 [T, B, 1].
 * @throws ArgumentError for an option out of range, or a series that is too short or not finite.
 * @example forecastTask(sineWaves([8], 300)).others[0].what   // the number now
 */
export function forecastTask(series: Tensor = mackeyGlass(), options: ForecastOptions = {}): Task {
  const { T = 40, horizon = 1, heldOut = 0.2, batch = 32 } = options;
  checkCount('forecastTask', 'T', T);
  checkCount('forecastTask', 'horizon', horizon);
  checkCount('forecastTask', 'batch', batch);
  if (!(heldOut >= 0 && heldOut < 1))
    throw new ArgumentError('forecastTask', `heldOut is ${heldOut}, not a fraction from 0 to below 1.`);
  const values = numbersOf(series);
  const cut = Math.floor(values.length * (1 - heldOut));
  const [seen, unseen] = [values.slice(0, cut), heldOut === 0 ? values : values.slice(cut)];
  for (const [what, part] of [
    ['the first part', seen],
    ['the held-out part', unseen],
  ] as const) {
    if (part.length >= T + horizon) continue;
    const needs = `a window of T + horizon = ${T + horizon} does not fit`;
    throw new ArgumentError(
      'forecastTask',
      `${what} of ${formatType(series)} has ${part.length} numbers, and ${needs}.`,
    );
  }
  const { baseline, others, deviation } = simpleForecasts(seen, unseen, horizon);
  const windowsOf = (part: readonly number[]) => {
    const line = tensor(part);
    return (key: Tensor, size = batch) => {
      checkCount('forecastTask', 'batch', size);
      const starts = integers(key, [size], 0, part.length - T - horizon + 1);
      const places = add(reshape(arange(T, 'int32'), [T, 1]), starts);
      const at = (offset: number): Tensor => reshape(gather(line, add(places, offset)), [T, size, 1]);
      return { inputs: at(0), targets: at(horizon) };
    };
  };
  return {
    name: 'forecast',
    steps: T,
    takes: { numbers: 1 },
    outputs: 1,
    answers: 'at every step',
    loss: 'meanSquaredError',
    baseline,
    others,
    success: { what: 'numbers within a tenth of a standard deviation', chance: null, of: closerThan(0.1 * deviation) },
    batch: windowsOf(seen),
    ...(heldOut === 0 ? {} : { heldOut: windowsOf(unseen) }),
  };
}

/** What forecasts without a net cost on the second part, fitted to the first. */
function simpleForecasts(seen: readonly number[], unseen: readonly number[], horizon: number) {
  const average = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;
  const pairs = (part: readonly number[]): [now: number, then: number][] =>
    part.slice(horizon).map((then, t) => [part[t] as number, then]); // t + horizon is a place, so t is
  const fitted = pairs(seen);
  const [now, then] = [average(fitted.map(([x]) => x)), average(fitted.map(([, y]) => y))];
  const spread = average(fitted.map(([x]) => (x - now) * (x - now)));
  const b = spread === 0 ? 0 : average(fitted.map(([x, y]) => (x - now) * (y - then))) / spread;
  const cost = (forecast: (x: number) => number): number =>
    average(pairs(unseen).map(([x, y]) => (y - forecast(x)) * (y - forecast(x))));
  return {
    baseline: { value: cost((x) => then + b * (x - now)), what: 'the linear forecast from the number now' },
    others: [
      { value: cost((x) => x), what: 'the number now' },
      { value: cost(() => then), what: 'the mean' },
    ],
    deviation: Math.sqrt(spread),
  };
}

function numbersOf(series: Tensor): number[] {
  if (series.rank !== 1)
    throw new ArgumentError('forecastTask', `the series is ${formatType(series)}, not numbers [n].`);
  const values = [...series.concrete('forecastTask').storage];
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new ArgumentError('forecastTask', `number ${bad} of the series is ${values[bad]}. Leave it out.`);
  return values;
}

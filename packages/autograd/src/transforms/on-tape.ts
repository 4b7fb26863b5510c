import type { Tensor } from '@throughline/tensor';
import { within } from '../bind.ts';
import { prepare, type Sweep, type SweepListener } from '../pullback.ts';
import { Tape } from '../tape.ts';
import { refusePromise } from '../tree.ts';
import type { Recorded } from '../value.ts';

/** What ran, on a tape that outlives the run: ask it for as many sweeps as wanted, between any two of its values. */
export interface OnTape<R> {
  readonly result: R;
  readonly tape: Tape;
  /** The reverse sweep from `ys` to `xs`, with `held` values as constants; a listener is told of every entry it passes. */
  sweep(ys: readonly Tensor[], xs: readonly Recorded[], held?: Iterable<Recorded>, listener?: SweepListener): Sweep;
}

/**
 * Runs `f` once and keeps its tape, for questions about derivatives between intermediate values.
 *
 * `input` puts a value on the tape. Used in further arithmetic after the run, the values are constants. A tape keeps the
 * residuals that sweeps read; `keeps: 'everything'` holds every value, for showing it.
 */
export function onTape<R>(
  f: (input: (x: Tensor) => Recorded) => R,
  options: { readonly keeps?: 'residuals' | 'everything' } = {},
): OnTape<R> {
  return within(
    (level) => new Tape(level, options.keeps),
    (tape) => ({
      result: refusePromise(
        'onTape',
        f((x) => tape.input(x)),
      ),
      tape,
      sweep: (ys, xs, held, listener) => prepare(tape, ys, xs, held, listener),
    }),
  );
}

import { flatten, flip, mapTree, type Schedule, scan, transpose, unstack } from '@throughline/autograd';
import { ArgumentError, formatType, ShapeError, sameType, Tensor } from '@throughline/tensor';
import { assertCell, type Cell, type Taps } from './cell.ts';
import { dimsOf } from './dims.ts';
import type { ParamSpecs, ParamsOf } from './params.ts';
import { type LinesOf, linesOf } from './questions/lines.ts';
import { masksOf, type RowStep, silence, stepRows } from './rows.ts';
import type { StateOf, StateSpec } from './state.ts';

/** How a cell is run over time. */
export interface UnrollOptions<S> {
  /** The state to start from; zeros by default. */
  readonly from?: StateOf<S>;
  /** xs are [B, T, I], and so are the results. */
  readonly batchFirst?: boolean;
  /** From the last step to the first; results keep their places. Lines count steps as they run: t = 1 is the last input. */
  readonly reverse?: boolean;
  /**
   * int32 [B], or numbers: how many of a row's steps count. Past its end a row holds its state, its outputs and taps are
   * zero, and nothing there has a gradient, whatever stands in the padding: the step sees zeros. `last` is the state at
   * each row's end; in `reverse` a row starts at its own last step. 0 is a length. Where lengths have no numbers yet
   * (under compile or vmap) they are not checked: what exceeds T counts as T.
   */
  readonly lengths?: Tensor | readonly number[] | undefined;
  /** bool or int32, the first two axes of xs: where a row starts again, from `resetTo`, before the step. */
  readonly resetAt?: Tensor | undefined;
  /** The state that a reset gives; zeros by default, since `from` may be what another run left. */
  readonly resetTo?: StateOf<S>;
  /** What backpropagation finds in memory: everything, or some states, from which it runs the steps between again. */
  readonly checkpoint?: Schedule;
  /** All steps in one go, by the cell’s parallel form, which has no steps for `checkpoint` to run again. */
  readonly parallel?: boolean;
}

/** What a run was made from: enough to run it again. */
export interface RunOf<P extends ParamSpecs, S extends StateSpec, T extends Taps> {
  readonly cell: Cell<P, S, T>;
  readonly params: ParamsOf<P>;
  /** [T, B, …], in the order in which they ran. */
  readonly inputs: readonly Tensor[];
  readonly from: StateOf<S>;
  /** In a run with lengths or resets, what the rows did in step n, counted from 0 in the order in which they ran. */
  readonly rows?: (n: number) => RowStep<S>;
}

/** A cell, run over time. */
export interface Run<
  P extends ParamSpecs = ParamSpecs,
  S extends StateSpec = StateSpec,
  T extends Taps = Taps,
  K extends keyof T = keyof T,
> {
  /** Every output: [T, B, …], or [B, T, …] with `batchFirst`. */
  readonly out: Tensor;
  /** The state after the last step. */
  readonly last: StateOf<S>;
  /** The taps that were asked for, laid out as `out`. */
  readonly taps: { readonly [N in K]: Tensor };
  /** The number of steps. */
  readonly steps: number;
  /** Named series over time, from a second forward run on first use. */
  readonly lines: LinesOf<S, T>;
  readonly origin: RunOf<P, S, T>;
}

/**
 * Runs a cell over a sequence, by `scan`, or by the cell's parallel form.
 *
 * Shapes: xs [T, B, I] → out [T, B, H], last: each state. Taps cost nothing unless asked for: `taps: ['f']` or
 * `taps: true`. Gradient: backpropagation through time, which is what `grad` does to `scan`.
 * @throws ShapeError when xs, a parameter or a state does not fit, or there is no step; the message names cell and gate.
 * ArgumentError when there is no such tap, or no parallel form.
 * @example unroll(lstm, lstm.init(key(1), { I: 2, H: 3 }), zeros([5, 1, 2])).out.shape.join()   // 5,1,3
 */
export function unroll<P extends ParamSpecs, S extends StateSpec, T extends Taps, const K extends keyof T & string>(
  cell: Cell<P, S, T>,
  params: ParamsOf<P>,
  xs: Tensor,
  options: UnrollOptions<S> & { readonly taps: readonly K[] },
): Run<P, S, T, K>;
export function unroll<P extends ParamSpecs, S extends StateSpec, T extends Taps>(
  cell: Cell<P, S, T>,
  params: ParamsOf<P>,
  xs: Tensor,
  options: UnrollOptions<S> & { readonly taps: true },
): Run<P, S, T>;
export function unroll<P extends ParamSpecs, S extends StateSpec, T extends Taps>(
  cell: Cell<P, S, T>,
  params: ParamsOf<P>,
  xs: Tensor,
  options?: UnrollOptions<S>,
): Run<P, S, T, never>;
export function unroll<P extends ParamSpecs, S extends StateSpec, T extends Taps>(
  cell: Cell<P, S, T>,
  params: ParamsOf<P>,
  xs: Tensor,
  options: UnrollOptions<S> & { readonly taps?: true | readonly string[] } = {},
): Run<P, S, T> {
  assertCell('unroll', cell);
  const dims = dimsOf(cell.name, cell.params, params);
  checkSequence(cell, xs, options.batchFirst === true);
  const swap = (x: Tensor): Tensor =>
    options.batchFirst === true ? transpose(x, [1, 0, ...x.shape.slice(2).map((_, k) => k + 2)]) : x;
  const sequence = swap(xs);
  const zero = cell.initialState(dims, sequence.shape[1] as number); // checked: at least two axes
  const { from = zero, resetTo = zero } = options;
  checkState(cell, zero, from, 'from');
  checkState(cell, zero, resetTo, 'resetTo');
  const masks = masksOf(cell, options, sequence, swap);
  const asked = options.taps ?? [];
  const { reverse = false, checkpoint = 'all' } = options;
  const { carry, ys } =
    options.parallel === true
      ? inOneGo(cell, params, from, sequence, masks, reverse, asked)
      : scan(
          (state: StateOf<S>, { x, ...row }: { x: Tensor }) => {
            const { state: next, out, taps } = stepRows(cell, params, state, x, { ...row, restart: resetTo });
            return { carry: next, y: { out, taps: choose(cell.name, taps, asked) } };
          },
          from,
          { x: sequence, ...masks },
          { reverse, checkpoint },
        );
  let lines: LinesOf<S, T> | undefined;
  return {
    out: swap(ys.out),
    last: carry,
    taps: Object.fromEntries(Object.entries(ys.taps).map(([name, tap]) => [name, swap(tap)])) as T, // those asked for
    steps: sequence.shape[0] as number, // checked: at least two axes
    get lines() {
      lines ??= linesOf(this.origin);
      return lines;
    },
    origin: {
      cell,
      params,
      from,
      get inputs() {
        const inputs = unstack(sequence);
        return reverse ? inputs.reverse() : inputs;
      },
      ...(Object.keys(masks).length > 0 && {
        rows: (n) => ({
          ...mapTree(masks, (mask) => mask.at(reverse ? -1 - n : n)),
          restart: resetTo,
        }),
      }),
    },
  };
}

function inOneGo<P extends ParamSpecs, S extends StateSpec, T extends Taps>(
  cell: Cell<P, S, T>,
  params: ParamsOf<P>,
  from: StateOf<S>,
  xs: Tensor,
  { valid, reset }: RowStep<S>,
  reverse: boolean,
  asked: true | readonly string[],
): { carry: StateOf<S>; ys: { out: Tensor; taps: Taps } } {
  if (cell.parallel === undefined) {
    throw new ArgumentError('unroll', `${cell.name} has no parallel form. Leave out parallel: true.`);
  }
  if (reset !== undefined) throw new ArgumentError('unroll', 'rows restart step by step. Leave out parallel: true.');
  const turned = (x: Tensor): Tensor => (reverse ? flip(x, 0) : x);
  const quiet = (x: Tensor): Tensor => (valid === undefined ? x : silence(valid, x));
  const { out, last, taps } = cell.parallel(params, from, turned(quiet(xs)), valid && turned(valid));
  if (asked === true && taps === undefined) {
    throw new ArgumentError('unroll', `the parallel form of ${cell.name} returns no taps. Leave out parallel: true.`);
  }
  const ys = { out, taps: choose(`the parallel form of ${cell.name}`, taps ?? {}, asked) };
  return { carry: last, ys: mapTree(ys, (y) => quiet(turned(y))) };
}

function choose(cell: string, taps: Taps, asked: true | readonly string[]): Taps {
  if (asked === true) return taps;
  return Object.fromEntries(
    asked.map((name) => {
      const tap = taps[name];
      if (tap !== undefined) return [name, tap];
      const has = Object.keys(taps);
      throw new ArgumentError(
        'unroll',
        `${cell} has no tap ${name}; it has ${has.length === 0 ? 'none' : has.join(', ')}.`,
      );
    }),
  );
}

function checkSequence(cell: { readonly name: string }, xs: unknown, batchFirst: boolean): asserts xs is Tensor {
  const layout = batchFirst ? '[B, T, I]' : '[T, B, I]';
  if (!(xs instanceof Tensor)) throw new ArgumentError('unroll', `xs is ${typeof xs}, not a tensor ${layout}.`);
  const type = formatType(xs);
  if (xs.rank < 2) throw new ShapeError('unroll', `xs is ${type}; ${cell.name} runs over ${layout}.`);
  const [first, second, ...rest] = xs.shape as [number, number, ...number[]]; // rank ≥ 2
  if (rest.length === 0) {
    const one = batchFirst ? `[1, ${first}, ${second}]` : `[${first}, 1, ${second}]`;
    throw new ShapeError(
      'unroll',
      `xs is ${type}; ${cell.name} runs over ${layout}. For one sequence use reshape(xs, ${one}).`,
    );
  }
  if ((batchFirst ? second : first) === 0) {
    throw new ShapeError(
      'unroll',
      `xs is ${type}: a sequence of length 0 has no steps. Give ${cell.name} at least one.`,
    );
  }
}

function checkState(cell: { readonly name: string }, zero: unknown, state: unknown, name: string): void {
  if (state === zero) return;
  const expected = flatten('unroll', zero, undefined, name);
  const actual = flatten('unroll', state, undefined, name);
  expected.leaves.forEach((leaf, i) => {
    const at = actual.paths.indexOf(expected.paths[i] as string); // one path per leaf
    const got = actual.leaves[at];
    if (got === undefined)
      throw new ArgumentError('unroll', `${expected.paths[i]} is missing: ${cell.name} starts from all of its states.`);
    if (!sameType(got, leaf)) {
      throw new ShapeError(
        'unroll',
        `${expected.paths[i]} is ${formatType(got)}; with these parameters and inputs ${cell.name} takes ${formatType(leaf)}.`,
      );
    }
  });
}

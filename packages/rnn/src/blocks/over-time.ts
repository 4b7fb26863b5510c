import { add, cast, maximum, reshape, slice, sum, transpose } from '@throughline/autograd';
import { takeAlongAxis } from '@throughline/autograd/arrays';
import { ArgumentError, arange, formatType, full, ShapeError, type Tensor } from '@throughline/tensor';
import { type DenseSpec, dense, uniformByRows } from '../cells/dense.ts';
import { initialize } from '../init.ts';
import type { Dims } from '../initializer.ts';
import { zeros } from '../initializers.ts';
import type { Applied, ApplyOptions, InitOptions, Layer } from '../layers/layer.ts';
import type { ParamSpecs, ParamsOf } from '../params.ts';
import { masksOf, silence } from '../rows.ts';

/** W, uniform in ±1/√(rows), and b, at 0. */
export const mapSpec = (axes: string): DenseSpec => dense({ axes, W: uniformByRows, bias: zeros });

/** What a block is made of. */
interface BlockSpec<N extends string, P extends ParamSpecs, S> {
  readonly name: N;
  readonly takes: number;
  readonly gives: number;
  readonly params: P;
  /** What the letters of the parameters stand for. */
  readonly dims: { readonly [letter: string]: number };
  /**
   * Inputs [T, B, …] in, outputs [T, B, …] and the state after them out. `ends` is int32 [B]: after how many steps each row
   * ends, when not all go on to T; from there on its inputs are zeros, and its outputs do not matter.
   */
  run(params: ParamsOf<P>, xs: Tensor, from: S | undefined, ends: Tensor | undefined): Applied<S>;
}

/** A layer over whole sequences, from its declarations and one function of [T, B, …]. */
export function block<N extends string, P extends ParamSpecs, S>(spec: BlockSpec<N, P, S>): Layer<N, ParamsOf<P>, S> {
  const { name, takes, gives, params, dims, run } = spec;
  return Object.freeze({
    name,
    takes,
    gives,
    init(key: Tensor, { dtype = 'float64' }: InitOptions = {}) {
      const extents = { I: takes, H: gives, ...dims, dtype } as Dims; // letters and extents
      return initialize(name, params, key, extents) as ParamsOf<P>; // the nesting of P
    },
    apply(values: ParamsOf<P>, inputs: Tensor, options: ApplyOptions<S> = {}) {
      const { batchFirst = false, from, lengths, resetAt } = options;
      checkInputs(name, inputs, takes, batchFirst);
      if (resetAt !== undefined)
        throw new ArgumentError(
          name,
          'takes no resetAt: what it remembers does not start again within a sequence. Run the pieces apart.',
        );
      const { swap, quiet, ends } = rowsIn(inputs, { batchFirst, lengths });
      const { out, last } = run(values, quiet(swap(inputs)), from, ends);
      return { out: swap(quiet(out)), last };
    },
  });
}

/** How rows end: `swap` puts time first, or second again; `quiet` puts zeros behind each row's end, time being first. */
export function rowsIn(inputs: Tensor, { batchFirst = false, lengths }: ApplyOptions<unknown>) {
  const swap = (x: Tensor): Tensor => (batchFirst ? transpose(x, [1, 0, ...x.shape.slice(2).map((_, k) => k + 2)]) : x);
  const { valid } = lengths ? masksOf({ name: '', state: [] }, { lengths }, swap(inputs), swap) : {};
  return {
    swap,
    quiet: (x: Tensor): Tensor => (valid === undefined ? x : silence(valid, x)),
    /** int32 [B]: after how many steps; undefined when all go on. */
    ends: valid && sum(cast(valid, 'int32'), 0),
  };
}

/**
 * The last `count` rows of what a sequence of T steps ended in, [rows, B, …]; where a row of the batch ended early, those up to
 * there: with fewer in all, its first row in place of the missing ones.
 */
export function lastRows(all: Tensor, count: number, steps: number, ends: Tensor | undefined): Tensor {
  const rows = all.shape[0] as number; // [rows, B, …]
  if (ends === undefined || count === 0) return slice(all, [rows - count], [rows]);
  const first = add(ends, full([], rows - steps - count, 'int32'));
  const places = maximum(add(reshape(arange(count, 'int32'), [count, 1]), first), 0);
  return takeAlongAxis(all, reshape(places, [...places.shape, ...all.shape.slice(2).map(() => 1)]), 0);
}

function checkInputs(name: string, x: Tensor, width: number, batchFirst: boolean): void {
  const layout = batchFirst ? '[B, T, I]' : '[T, B, I]';
  const steps = x.shape[batchFirst ? 1 : 0];
  if (x.rank === 3 && x.shape[2] === width && steps !== 0) return;
  throw new ShapeError(name, `x is ${formatType(x)}; it takes ${layout} with I = ${width} and at least one step.`);
}

/** The last axis cut in two: [..., n · m] → [..., n, m]. */
export const divided = (x: Tensor, n: number): Tensor =>
  reshape(x, [...x.shape.slice(0, -1), n, (x.shape.at(-1) as number) / n]); // rank ≥ 1

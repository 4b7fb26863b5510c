import { flatten, key, trace } from '@throughline/autograd';
import { type AnyCell, type Cell, type ParamSpecs, type StateSpec, type Taps, unroll } from '@throughline/rnn';
import { transformerBlock } from '@throughline/rnn/blocks';
import { dtypes, type Tensor, zeros } from '@throughline/tensor';
import { operations } from './operations.ts';

/** What a net costs one step at a time, after t steps. */
export interface StreamCost {
  /** Bytes that have to be kept until the next step. */
  readonly bytes: number;
  /** Operations of the next step. */
  readonly operations: number;
}

/** A net that is given one input after another. */
export interface StreamedNet {
  readonly name: string;
  /** Whether the sentence is about it. */
  readonly recurrent: boolean;
  after(steps: number): StreamCost;
  /** Operations of a whole run of T steps. */
  whole(T: number): number;
}

const bytesOf = (state: unknown): number =>
  flatten('bytesOf', state).leaves.reduce((sum, leaf) => sum + leaf.size * dtypes[leaf.dtype].bytes, 0);

/** A cell of width `width`, with the extents that it needs. */
export function streamedCell(name: string, cell: AnyCell, width: number): StreamedNet {
  const known = cell as unknown as Cell<ParamSpecs, StateSpec, Taps>; // names forgotten
  const dims = { I: width, H: width, N: 4, R: 1 };
  const params = cell.init(key(1), dims);
  return {
    name,
    recurrent: true,
    after(steps) {
      const { last } = unroll(known, params, zeros([steps, 1, width]));
      const step = trace(
        (state: typeof last, x: Tensor) => known.step(params, state, x).state,
        last,
        zeros([1, width]),
      );
      return { bytes: bytesOf(last), operations: operations(step) };
    },
    whole: (T) => operations(trace((xs: Tensor) => unroll(known, params, xs).out, zeros([T, 1, width]))),
  };
}

/** A Transformer block: its state is every key and value so far. */
export function streamedTransformer(width: number): StreamedNet {
  const block = transformerBlock({ D: width, heads: 1 });
  const params = block.init(key(1));
  const seen = (steps: number) => block.apply(params, zeros([steps, 1, width])).last;
  return {
    name: 'Transformer block',
    recurrent: false,
    after(steps) {
      const from = seen(steps);
      const step = trace(
        (state: typeof from, x: Tensor) => block.apply(params, x, { from: state }).out,
        from,
        zeros([1, 1, width]),
      );
      return { bytes: bytesOf(from), operations: operations(step) };
    },
    whole: (T) => operations(trace((xs: Tensor) => block.apply(params, xs).out, zeros([T, 1, width]))),
  };
}

import { foldIn, reshape, stack } from '@throughline/autograd';
import { ArgumentError, formatType, ShapeError, type Tensor } from '@throughline/tensor';
import { type Sampling, sample } from './sample-symbol.ts';
import type { Applicable } from './stream.ts';

/** How a model writes on. */
export interface GenerateOptions<S> extends Sampling {
  /** int32 [T, B], at least one step: what the model reads first. */
  readonly prompt: Tensor;
  /** Symbols to write after it. */
  readonly length: number;
  /** The state in which it reads the prompt. */
  readonly from?: S;
}

/**
 * Lets a model of symbols write on: each symbol is chosen from the logits of the step before, and read in turn.
 *
 * Shapes: prompt int32 [T, B] → ids int32 [length, B]; the model takes [T, B] and gives logits [T, B, V]. Symbol n is drawn
 * with `foldIn(key, n)`: the same key writes the same. `last` is the state after the last symbol that was read, which is
 * the one before the last that was written.
 * @throws ArgumentError for an empty prompt, and options out of range; ShapeError when the model gives no logits.
 * @example generate({ apply: (_, ids) => ({ out: oneHot(remainder(add(ids, 1), 3), 3), last: null }) }, null, { prompt: tensor([[0]], { dtype: 'int32' }), length: 4, temperature: 0 }).ids   // i32[4,1] [[1], [2], [0], [1]]
 */
export function generate<P, S>(
  model: Applicable<P, S>,
  params: P,
  options: GenerateOptions<S>,
): { readonly ids: Tensor; readonly last: S } {
  const { prompt, length, key, from, ...sampling } = options;
  if (prompt.dtype !== 'int32' || prompt.rank !== 2 || prompt.shape[0] === 0) {
    throw new ArgumentError('generate', `the prompt is ${formatType(prompt)}, not i32[T,B] of at least one step.`);
  }
  if (!Number.isInteger(length) || length < 1) {
    throw new ArgumentError('generate', `length is ${length}, not an integer from 1 up.`);
  }
  const written: Tensor[] = [];
  let run = model.apply(params, prompt, from === undefined ? {} : { from });
  while (true) {
    if (run.out.rank !== 3)
      throw new ShapeError('generate', `the model gives ${formatType(run.out)}, not logits [T, B, V].`);
    const own = key && foldIn(key, written.length);
    const ids = sample('generate', run.out.at(-1), { ...sampling, key: own });
    written.push(ids);
    if (written.length === length) return { ids: stack(written), last: run.last };
    run = model.apply(params, reshape(ids, [1, ids.size]), { from: run.last });
  }
}

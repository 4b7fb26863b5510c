import { categorical, foldIn, mul, reshape } from '@throughline/autograd';
import { ArgumentError, formatType, ShapeError, type Tensor, tensor } from '@throughline/tensor';
import type { NextCharacter } from './next-character.ts';

/** A model that reads ids [T, B] and gives logits [T, B, V], from a state on; any `sequence(embedding, cell, linear)` is one. */
export interface TextModel<P, S> {
  apply(params: P, ids: Tensor, options?: { readonly from?: S }): { readonly out: Tensor; readonly last: S };
}

/** Options of `sampleText`. */
export interface SampleOptions {
  /** Text the model reads first: at least one character. */
  readonly prompt: string;
  /** Characters to write after it. */
  readonly length: number;
  /** Logits are divided by it: below 1 more likely characters, above 1 rarer ones. 1 by default. */
  readonly temperature?: number;
  readonly key: Tensor;
}

/**
 * Lets a trained model write on: each character is drawn from the softmax of its logits and read back in.
 *
 * Returns the prompt with what was written. The same key gives the same text.
 * @throws ArgumentError for an empty prompt, a character outside the vocabulary, or an option out of range; ShapeError when
 * the model does not give one logit per character of the vocabulary.
 */
export function sampleText<P, S>(
  model: TextModel<P, S>,
  params: P,
  task: NextCharacter,
  options: SampleOptions,
): string {
  const { prompt, length, temperature = 1, key } = options;
  if (prompt === '')
    throw new ArgumentError('sampleText', 'the prompt is empty. Give it at least one character to start from.');
  if (!Number.isInteger(length) || length < 0)
    throw new ArgumentError('sampleText', `length is ${length}, not a count.`);
  if (!(temperature > 0 && temperature < Infinity)) {
    throw new ArgumentError(
      'sampleText',
      `temperature is ${temperature}, not a number above 0. Use a small one for the likeliest text.`,
    );
  }
  const read = task.encode(prompt);
  const written: number[] = [];
  let run = model.apply(params, reshape(read, [read.size, 1]));
  while (written.length < length) {
    const logits = mul(lastLogits(run.out, task.vocabulary.length), 1 / temperature);
    const id = categorical(foldIn(key, written.length), logits).item();
    written.push(id);
    if (written.length < length) run = model.apply(params, tensor([[id]], { dtype: 'int32' }), { from: run.last });
  }
  return prompt + task.decode(written);
}

/** The logits after the last step: [V]. */
function lastLogits(out: Tensor, classes: number): Tensor {
  const { storage } = out.concrete('sampleText');
  const given = out.shape[2];
  if (out.rank !== 3 || given !== classes) {
    throw new ShapeError(
      'sampleText',
      `the model gives ${formatType(out)}, but the vocabulary takes [T, 1, ${classes}].`,
    );
  }
  return tensor(storage.slice(storage.length - classes), { dtype: out.dtype });
}

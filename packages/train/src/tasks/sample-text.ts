import { reshape } from '@throughline/autograd';
import { type Applicable, generate } from '@throughline/rnn/sequences';
import { ArgumentError, formatType, ShapeError, type Tensor } from '@throughline/tensor';
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
  /** Logits are divided by it: below 1 more likely characters, above 1 rarer ones, 0 the likeliest. 1 by default. */
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
  if (!(temperature >= 0 && temperature < Infinity)) {
    throw new ArgumentError(
      'sampleText',
      `temperature is ${temperature}, not a number from 0 up. 0 gives the likeliest text.`,
    );
  }
  const read = task.encode(prompt);
  if (length === 0) return prompt;
  const checked: Applicable<P, S> = {
    apply(at, ids, from) {
      const run = model.apply(at, ids, from);
      checkLogits(run.out, task.vocabulary.length);
      return run;
    },
  };
  const { ids } = generate(checked, params, { prompt: reshape(read, [read.size, 1]), length, temperature, key });
  return prompt + task.decode(reshape(ids, [length]));
}

function checkLogits(out: Tensor, classes: number): void {
  if (out.rank === 3 && out.shape[2] === classes) return;
  throw new ShapeError(
    'sampleText',
    `the model gives ${formatType(out)}, but the vocabulary takes [T, 1, ${classes}].`,
  );
}

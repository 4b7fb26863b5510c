import { key, slice, splitKey } from '@throughline/autograd';
import { type AnyCell, lstm, type ParamTree } from '@throughline/rnn';
import type { Tensor } from '@throughline/tensor';
import { adam, crossEntropy, finish, type NextCharacter, nextCharacter, train } from '@throughline/train';
import { toBits } from '../train/entropy.ts';
import { makeModel } from '../train/lesson.ts';
import { UsageError } from '../usage.ts';
import type { ReadableParams } from './gates.ts';
import { unitLines } from './gates.ts';
import { labelsOf } from './labels.ts';
import type { Reading } from './search.ts';

/** Three parts of a text that share no character: to train on, to choose units by, to test what was chosen. */
export interface Parts {
  /** Text to the ids that the net knows. */
  encode(characters: readonly string[]): Tensor;
  readonly choosing: readonly string[];
  readonly testing: readonly string[];
}

/** Parts of a text, and the first of them as a task. */
export interface TaskParts extends Parts {
  readonly task: NextCharacter;
}

/** What may be chosen of the net. */
export interface LearnSettings {
  readonly hidden: number;
  readonly T: number;
  readonly batch: number;
  readonly steps: number;
  readonly rate: number;
  readonly seed: number;
}

/** A net that has learned, the same before it did, and how good it is. */
export interface Learned {
  /** An LSTM: ours when nothing is said. */
  readonly cell?: AnyCell;
  readonly trained: ReadableParams;
  readonly untrained: ReadableParams;
  /** Bits per character on the text for testing. */
  readonly bits: number;
}

/** Characters that units are chosen and tested on, at most. */
const mostRead = 20_000;
/** And at least: below, there is nothing to be seen. */
export const leastRead = 200;

/**
 * Parts a text: eight tenths to train on, one to choose by, one to test. Characters that only the last two have are left out.
 * @throws UsageError naming the text when it is too short.
 */
export function partsOf(name: string, content: string, T: number, batch: number): TaskParts {
  const characters = [...content];
  const [first, second] = [0.8, 0.9].map((part) => Math.floor(part * characters.length)) as [number, number]; // two
  const shortest = Math.max(10 * leastRead, Math.ceil((T + 1) / 0.8));
  if (characters.length < shortest)
    throw new UsageError(
      `${name}: has ${characters.length} characters; to be read it takes ${shortest}. Give a longer text.`,
    );
  const task = nextCharacter(characters.slice(0, first).join(''), { T, batch });
  const part = (from: number, to: number): string[] => readable(characters.slice(from, to), task.vocabulary);
  return {
    task,
    encode: (some) => task.encode(some.join('')),
    choosing: part(first, second),
    testing: part(second, characters.length),
  };
}

/** The beginning of a text without the characters that a net does not know. */
export function readable(characters: readonly string[], vocabulary: readonly string[]): string[] {
  const known = new Set(vocabulary);
  return characters.filter((one) => known.has(one)).slice(0, mostRead);
}

/** Trains a character LSTM on the first part of a text. */
export async function learn(
  { task, testing }: TaskParts,
  settings: LearnSettings,
  told: (step: number, bits: number) => void,
  signal?: { readonly aborted: boolean },
): Promise<Learned> {
  const model = makeModel(lstm, task.vocabulary.length, settings.hidden);
  const [forParams, forBatches] = splitKey(key(settings.seed), 2) as [Tensor, Tensor]; // two asked for
  // float32 is twice as fast, and gates are looked at with fewer digits than it has.
  const params = model.init(forParams, { dtype: 'float32' });
  const loss = (at: ParamTree, { inputs, targets }: { inputs: Tensor; targets: Tensor }): Tensor =>
    crossEntropy(model.apply(at, inputs).out, targets);
  const { steps, rate } = settings;
  const result = await finish(
    train({
      params,
      loss,
      batches: (_, from) => task.batch(from),
      // Down to nothing at the end, in a straight line.
      optimizer: adam({
        rate: (step) =>
          step
            .mul(-1 / steps)
            .add(1)
            .mul(rate),
      }),
      steps,
      key: forBatches,
      clip: 1,
      ...(signal === undefined ? {} : { signal }),
    }),
    (event) => {
      if (event.type === 'step') told(event.step, toBits(event.loss));
    },
  );
  const ids = task.encode(testing.join(''));
  const n = ids.size;
  const whole = {
    inputs: slice(ids, [0], [n - 1]).reshape([n - 1, 1]),
    targets: slice(ids, [1], [n]).reshape([n - 1, 1]),
  };
  return {
    trained: result.params as unknown as ReadableParams, // names forgotten by makeModel
    untrained: params as unknown as ReadableParams, // likewise
    bits: toBits(loss(result.params, whole).item()),
  };
}

/** Lets a net read a part of the text. */
export const readPart = (
  params: ReadableParams,
  encode: Parts['encode'],
  characters: readonly string[],
  cell?: AnyCell,
): Reading => ({
  characters,
  labels: labelsOf(characters),
  lines: unitLines(params, encode(characters), cell),
});

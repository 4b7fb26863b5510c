import { basename } from 'node:path';
import { cast, gather, key, normal, oneHot, reshape, slice, stack, uniform } from '@throughline/autograd';
import { FileAccessError, loadNpy } from '@throughline/interop/node';
import { formatType, isFloat, type Tensor, tensor } from '@throughline/tensor';
import { unigramBits } from '../../train/entropy.ts';
import { heldOutWindows } from '../../train/lesson.ts';
import { readText } from '../../train/text.ts';
import { UserFileError } from '../../user-file/errors.ts';
import { userPath } from '../../user-file/load.ts';
import { embed, type TrainedModel } from './model.ts';

/** Sequences for the first layer, [T, n, I], and for a text the ids that come next, [T, n]. */
export interface Windows {
  readonly xs: Tensor;
  readonly targets: Tensor | null;
}

/** What the model is run on. */
export interface Inputs {
  readonly what: string;
  readonly steps: number;
  /** What was decided on the way. */
  readonly notices: readonly string[];
  /** Of a text: bits per character of guessing blindly, and by frequency. */
  readonly guesses: { readonly uniformBits: number; readonly unigramBits: number } | null;
  /** Up to so many sequences; fewer where there are not so many. */
  windows(most: number): Windows;
}

/** Where inputs come from. */
export interface InputOptions {
  readonly text: string | undefined;
  readonly data: string | undefined;
  readonly steps: number;
  readonly seed: number;
}

/**
 * The text, the array, or random numbers, as what the first layer takes.
 * @throws UserFileError naming the file that does not fit.
 */
export function inputsFor(model: TrainedModel, { text, data, steps, seed }: InputOptions): Inputs {
  if (text !== undefined) return textInputs(model, text, steps);
  if (data !== undefined) return dataInputs(model, data, steps);
  return randomInputs(model, steps, seed);
}

function textInputs(model: TrainedModel, path: string, steps: number): Inputs {
  const { content } = readText(path);
  const characters = [...content];
  if (characters.length < steps + 1) {
    const remedy =
      characters.length < 2 ? 'Give a longer text.' : `Give a longer text, or --t ${characters.length - 1}.`;
    throw new UserFileError(
      path,
      `has ${characters.length} characters; a window takes --t ${steps} and one more. ${remedy}`,
    );
  }
  const vocabulary = vocabularyFor(model, path, characters);
  const ids = encode(model, path, characters, vocabulary);
  return {
    what: `${basename(path)} · ${characters.length} characters`,
    steps,
    notices:
      model.vocabulary === null
        ? [
            `the file does not name its characters: those of ${basename(path)} were taken, in the order of their code points`,
          ]
        : [],
    guesses: { uniformBits: Math.log2(vocabulary.length), unigramBits: unigramBits(characters) },
    windows(most) {
      const { inputs, targets } = heldOutWindows(ids, steps, most);
      const xs = model.embedding === null ? oneHot(inputs, vocabulary.length) : embed(model.embedding, inputs);
      const readable = model.linear !== null && model.linear.b.shape[0] === vocabulary.length;
      return { xs, targets: readable ? targets : null };
    },
  };
}

/** The file's own vocabulary; without one, the text's, if it has as many characters as the model has places. */
function vocabularyFor(
  { path: weights, embedding, vocabulary, dims }: TrainedModel,
  path: string,
  characters: readonly string[],
): readonly string[] {
  const places = embedding?.W.shape[0] ?? dims.I;
  const place =
    embedding === null
      ? `the first layer takes I = ${places}, one input for each character`
      : `the embedding has ${places} rows`;
  if (vocabulary !== null) {
    if (vocabulary.length === places) return vocabulary;
    throw new UserFileError(
      weights,
      `has a vocabulary of ${vocabulary.length} characters, but ${place}. Give numbers with --data.`,
    );
  }
  const own = [...new Set(characters)].sort(byCodePoint);
  if (own.length === places) return own;
  throw new UserFileError(
    weights,
    `says nothing of its characters, and ${place}, while ${path} has ${own.length} different ones. Put them under the metadata "vocabulary", in the order of their ids, or give numbers with --data.`,
  );
}

const byCodePoint = (a: string, b: string): number => (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0);

function encode(
  { path: weights }: TrainedModel,
  path: string,
  characters: readonly string[],
  vocabulary: readonly string[],
): Tensor {
  const ids = new Map(vocabulary.map((character, id) => [character, id]));
  const encoded = Int32Array.from(characters, (character, at) => {
    const id = ids.get(character);
    if (id !== undefined) return id;
    throw new UserFileError(
      path,
      `has ${JSON.stringify(character)} at character ${at}, which the vocabulary of ${weights} lacks. Take it out of the text, or give another text.`,
    );
  });
  return tensor(encoded);
}

function dataInputs(model: TrainedModel, path: string, steps: number): Inputs {
  const array = readArray(path);
  const { dims, embedding } = model;
  const xs =
    embedding !== null && array.dtype === 'int32'
      ? embed(embedding, idsIn(path, array, embedding.W.shape[0] as number))
      : floats(path, array); // two axes
  if (xs.shape.at(-1) !== dims.I || (xs.rank !== 2 && xs.rank !== 3)) {
    const ids = embedding === null ? '' : ', or ids as integers, [T, B] or [T]';
    throw new UserFileError(
      path,
      `is ${formatType(array)}; the model takes [T, B, ${dims.I}] or [T, ${dims.I}]${ids}.`,
    );
  }
  const [length = 0] = xs.shape;
  if (length === 0 || xs.size === 0) throw new UserFileError(path, `is ${formatType(array)}: there is nothing in it.`);
  const T = Math.min(steps, length);
  return {
    what: `${basename(path)} · ${formatType(array)}`,
    steps: T,
    notices: T < steps ? [`${basename(path)} has ${T} steps, fewer than --t ${steps}`] : [],
    guesses: null,
    windows: (most) => ({ xs: xs.rank === 3 ? firstRows(xs, T, most) : cut(xs, T, most), targets: null }),
  };
}

function readArray(path: string): Tensor {
  try {
    return loadNpy(userPath(path));
  } catch (error) {
    if (!(error instanceof FileAccessError)) throw error;
    throw new UserFileError(path, error.reason, { cause: error });
  }
}

function floats(path: string, array: Tensor): Tensor {
  const values = isFloat(array.dtype) ? array.toTypedArray() : [];
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new UserFileError(path, `entry ${bad} is ${values[bad]}. Give finite numbers.`);
  return cast(array, 'float64');
}

function idsIn(path: string, ids: Tensor, V: number): Tensor {
  const values = ids.toTypedArray();
  const bad = values.findIndex((id) => id < 0 || id >= V);
  if (bad >= 0) throw new UserFileError(path, `entry ${bad} is ${values[bad]}; the embedding has rows 0 to ${V - 1}.`);
  return ids;
}

const firstRows = (xs: Tensor, T: number, most: number): Tensor => {
  const [, rows, width] = xs.shape as [number, number, number]; // three axes
  return slice(xs, [0, 0, 0], [T, Math.min(most, rows), width]);
};

/** Windows of one long sequence, at even distances. */
function cut(xs: Tensor, T: number, most: number): Tensor {
  const [length, width] = xs.shape as [number, number]; // two axes
  const count = Math.min(most, length - T + 1);
  const starts = Array.from({ length: count }, (_, i) => Math.floor((i * (length - T)) / Math.max(1, count - 1)));
  return stack(
    starts.map((start) => slice(xs, [start, 0], [start + T, width])),
    1,
  );
}

function randomInputs({ dims, embedding }: TrainedModel, steps: number, seed: number): Inputs {
  return {
    what: embedding === null ? 'random numbers' : 'random characters',
    steps,
    notices: ['no input was given: numbers are drawn. Give --text or --data for an answer about yours'],
    guesses: null,
    windows(most) {
      if (embedding === null) return { xs: normal(key(seed), [steps, most, dims.I]), targets: null };
      const V = embedding.W.shape[0] as number; // two axes
      const ids = cast(uniform(key(seed), [steps * most], { low: 0, high: V }), 'int32');
      return { xs: reshape(gather(embedding.W, ids), [steps, most, dims.I]), targets: null };
    },
  };
}

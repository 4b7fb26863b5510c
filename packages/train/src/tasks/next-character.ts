import { add, gather, reshape } from '@throughline/autograd';
import { ArgumentError, arange, type Tensor, tensor } from '@throughline/tensor';
import { rightClasses } from './answer.ts';
import { checkCount } from './check.ts';
import { integers } from './draw.ts';
import { entropy, ln } from './entropy.ts';
import type { Task, TaskBatch } from './task.ts';

/** Options of `nextCharacter`. */
export interface NextCharacterOptions {
  /** Steps per sequence. */
  readonly T: number;
  /** Sequences per batch. */
  readonly batch: number;
}

/** Characters in and the same characters one step later out, as int32 ids of shape [T, batch]. */
export type CharacterBatch = Omit<TaskBatch, 'weights' | 'lengths'>;

/** Text as a task: predict the next character. Its baseline is the entropy of the text's characters, one by one. */
export interface NextCharacter extends Task<CharacterBatch> {
  /** The characters of the text (Unicode code points), in code point order; a character's id is its place. */
  readonly vocabulary: readonly string[];
  /** The text as ids, int32 [n]. */
  readonly ids: Tensor;
  /** Text to ids, int32 [n]. @throws ArgumentError for a character that is not in the vocabulary. */
  encode(text: string): Tensor;
  /** Ids to text. @throws ArgumentError for an id that is not in the vocabulary. */
  decode(ids: Tensor | readonly number[]): string;
}

/**
 * Next-character prediction on any text.
 *
 * The vocabulary is the text's own: every Unicode code point that occurs. A batch is `batch` windows of T + 1 neighbours at
 * places drawn evenly from all of them. Shapes: inputs and targets [T, batch], int32. Line ends and case are kept as they
 * are. A guess without any learning costs ln(vocabulary) nats; one from how often each occurs, which is the baseline, the
 * entropy of those frequencies.
 * @throws ArgumentError for an empty text, or one shorter than T + 1.
 * @example nextCharacter('hello', { T: 2, batch: 3 }).vocabulary.join('')   // ehlo
 */
export function nextCharacter(text: string, { T, batch }: NextCharacterOptions): NextCharacter {
  const characters = typeof text === 'string' ? [...text] : refuse(`the text is a ${typeof text}, not a string.`);
  checkCount('nextCharacter', 'T', T);
  checkCount('nextCharacter', 'batch', batch);
  if (characters.length === 0) refuse('the text is empty. Give it a text of at least T + 1 characters.');
  if (characters.length < T + 1) {
    refuse(
      `the text has ${characters.length} characters, and a window of T + 1 = ${T + 1} does not fit. Use a smaller T or a longer text.`,
    );
  }
  const vocabulary = [...new Set(characters)].sort((a, b) => codeOf(a) - codeOf(b));
  const idOf = new Map(vocabulary.map((character, id) => [character, id]));
  const ids = encodeAll(characters, idOf);
  const starts = characters.length - T;
  const frequencies = frequenciesOf(ids, vocabulary.length);
  return {
    name: 'characters',
    steps: T,
    takes: { symbols: vocabulary.length },
    outputs: vocabulary.length,
    answers: 'at every step',
    loss: 'crossEntropy',
    baseline: { value: entropy(frequencies), what: 'each character by how often it occurs' },
    others: [{ value: ln(vocabulary.length), what: 'each character evenly' }],
    success: { what: 'characters', chance: Math.max(...frequencies), of: rightClasses },
    vocabulary,
    ids,
    encode: (other) => encodeAll([...other], idOf),
    decode: (list) =>
      Array.from(
        Array.isArray(list) ? list : numbersOf(list as Tensor),
        (id) => vocabulary[id] ?? unknown(id, vocabulary),
      ).join(''), // not an array, so a tensor
    batch(key, size = batch) {
      checkCount('nextCharacter', 'batch', size);
      const places = add(reshape(arange(T, 'int32'), [T, 1]), integers(key, [size], 0, starts));
      return { inputs: gather(ids, places), targets: gather(ids, add(places, 1)) };
    },
  };
}

function encodeAll(characters: readonly string[], idOf: ReadonlyMap<string, number>): Tensor {
  const ids = characters.map((character, i) => {
    const id = idOf.get(character);
    if (id !== undefined) return id;
    const name = `${JSON.stringify(character)} (U+${codeOf(character).toString(16).toUpperCase().padStart(4, '0')})`;
    return refuse(
      `character ${i}, ${name}, is not in the vocabulary of ${idOf.size}. Leave it out, or train on a text that has it.`,
    );
  });
  return tensor(Int32Array.from(ids), { dtype: 'int32' });
}

/** How often each id occurs, as a fraction. */
function frequenciesOf(ids: Tensor, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const id of numbersOf(ids)) counts[id] = (counts[id] ?? 0) + 1;
  return counts.map((count) => count / ids.size);
}

const codeOf = (character: string): number => character.codePointAt(0) ?? 0;

const numbersOf = (ids: Tensor): readonly number[] => [...ids.concrete('decode').storage];

function unknown(id: number, vocabulary: readonly string[]): never {
  return refuse(`id ${id} is not in the vocabulary: ids are 0…${vocabulary.length - 1}.`);
}

function refuse(message: string): never {
  throw new ArgumentError('nextCharacter', message);
}

import {
  type AnyCell,
  ArgumentError,
  type Cell,
  type CharacterBatch,
  embedding,
  flatten,
  layer,
  linear,
  type NextCharacter,
  nextCharacter,
  type ParamSpecs,
  type ParamTree,
  type StateSpec,
  type StateTree,
  sequence,
  slice,
  stack,
  type Taps,
  type Tensor,
  type TextModel,
} from '../index.ts';
import { UsageError } from '../usage.ts';
import { unigramBits } from './entropy.ts';
import type { Text } from './text.ts';

/** A text as a task: what is trained on, what is held out, and what guessing costs. */
export interface Lesson {
  readonly task: NextCharacter;
  /** Characters of the whole text. */
  readonly characters: number;
  /** Windows of the last tenth of the text, which training never sees; null when it is too short for one. */
  readonly heldOut: CharacterBatch | null;
  /** Bits per character of guessing blindly, and of guessing by frequency. */
  readonly uniformBits: number;
  readonly unigramBits: number;
}

/** Windows that the held-out loss is measured on. */
const windows = 32;

/**
 * Splits a text and counts it.
 * @throws UsageError naming the text when it is shorter than a window.
 */
export function makeLesson({ name, content }: Text, T: number, batch: number): Lesson {
  const characters = [...content];
  if (characters.length < T + 1) {
    const most = characters.length - 1;
    const remedy = most < 1 ? 'Give a longer text.' : `Give a longer text, or --t ${most}.`;
    throw new UsageError(
      `${name}: has ${characters.length} characters; a window takes --t ${T} and one more. ${remedy}`,
    );
  }
  const cut = Math.floor(characters.length * 0.9);
  const isLong = characters.length - cut >= T + 1 && cut >= T + 1;
  const seen = isLong ? characters.slice(0, cut) : characters;
  const task = nextCharacter(seen.join(''), { T, batch });
  // Characters that only the held-out part has are passed over: no model could guess them.
  const known = new Set(task.vocabulary);
  const rest = isLong ? characters.slice(cut).filter((one) => known.has(one)) : [];
  return {
    task,
    characters: characters.length,
    heldOut: rest.length < T + 1 ? null : heldOutWindows(task.encode(rest.join('')), T),
    uniformBits: Math.log2(task.vocabulary.length),
    unigramBits: unigramBits(seen),
  };
}

/** Windows at even distances, as many as asked for if the text has so many places. */
export function heldOutWindows(ids: Tensor, T: number, most = windows): CharacterBatch {
  const places = ids.size - T;
  const count = Math.min(most, places);
  const starts = Array.from({ length: count }, (_, k) => Math.floor((k * places) / count));
  const from = (offset: number): Tensor =>
    stack(
      starts.map((start) => slice(ids, [start + offset], [start + offset + T])),
      1,
    );
  return { inputs: from(0), targets: from(1) };
}

/** Ids in, logits out; parameters by layer. */
export interface CharacterModel extends TextModel<ParamTree, StateTree> {
  init(key: Tensor, options?: { readonly dtype?: 'float64' | 'float32' }): ParamTree;
}

/** Ids to vectors, through a cell, to logits. The embedding is half as wide as the state. */
export function makeModel(cell: AnyCell, V: number, hidden: number): CharacterModel {
  const E = Math.max(1, hidden >> 1);
  const recurrent = layer(cell as unknown as Cell<ParamSpecs, StateSpec, Taps>, { I: E, H: hidden }, 'cell'); // names forgotten
  const model = sequence(embedding({ V, E }), recurrent, linear({ I: hidden, O: V }));
  return model as unknown as CharacterModel; // names forgotten
}

/** The model's numbers. */
export const countParameters = (params: unknown): number =>
  flatten('train', params).leaves.reduce((sum, leaf) => sum + leaf.size, 0);

/** The text a sample goes on from: by default how the training text begins. @throws UsageError for a strange character. */
export function promptFor(task: NextCharacter, given: string | undefined, content: string): string {
  const prompt = given ?? [...content.trimStart(), ...content].slice(0, 8).join('');
  try {
    task.encode(prompt);
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    const stranger = [...prompt].find((one) => !task.vocabulary.includes(one));
    throw new UsageError(
      `--prompt has ${JSON.stringify(stranger)}, which the text does not. Prompt with characters of the text.`,
    );
  }
  if (prompt === '') throw new UsageError('--prompt is empty. Give at least one character of the text.');
  return prompt;
}

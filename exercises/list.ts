import { readdirSync } from 'node:fs';
import type { Exercise, WrongAnswer } from './kit.ts';

/** An exercise's folder, `03-broadcast`, and its number. */
export interface Entry {
  readonly number: number;
  readonly folder: string;
}

/** All exercises, in order. */
export const entries: readonly Entry[] = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((one) => one.isDirectory() && /^\d\d-/.test(one.name))
  .map(({ name }) => ({ number: Number(name.slice(0, 2)), folder: name }))
  .sort((a, b) => a.number - b.number);

/** Which of an exercise's two answers. */
export type Which = 'exercise' | 'solution';

const moduleOf = (folder: string, file: string): Promise<{ readonly default: unknown }> =>
  import(new URL(`./${folder}/${file}.ts`, import.meta.url).href);

export const loadExercise = async ({ folder }: Entry): Promise<Exercise<unknown>> =>
  (await moduleOf(folder, 'check')).default as Exercise<unknown>; // every folder's check.ts exports one

/** What the file exports is the answer. */
export const loadAnswer = ({ folder }: Entry, which: Which): Promise<unknown> => moduleOf(folder, which);

export const loadWrong = async ({ folder }: Entry): Promise<readonly WrongAnswer<unknown>[]> =>
  (await moduleOf(folder, 'wrong')).default as WrongAnswer<unknown>[]; // every folder's wrong.ts exports some

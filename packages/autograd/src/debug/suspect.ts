import type { Concrete } from '@throughline/tensor';
import type { Place } from '../scope.ts';
import { type NonFiniteCause, NonFiniteError, type NonFiniteStory } from './non-finite-error.ts';
import { remedies } from './remedies.ts';
import type { Standing } from './standing.ts';
import { takeStack, userLine } from './user-line.ts';

/** Not finite when it came: with an argument, or as a constant of the program (`name` is null). */
export interface Entered {
  readonly kind: 'entered';
  readonly name: string | null;
  readonly source: Concrete;
  readonly nan: boolean;
}

/** Made by an op. */
export class Suspect {
  readonly kind = 'suspect';
  /** Suspects are numbered as they appear. */
  readonly number: number;
  readonly level: number;
  readonly value: number;
  /** May become clearer when one sees what it meets. */
  cause: NonFiniteCause;
  readonly #stack = takeStack();
  readonly #place: Place;
  readonly #standing: Standing;
  readonly #found: Pick<NonFiniteStory, 'value' | 'index' | 'evidence' | 'cause' | 'detail'>;

  constructor(number: number, place: Place, standing: Standing, found: Suspect['found']) {
    this.number = number;
    this.level = standing.level;
    this.value = found.value;
    this.cause = found.cause;
    this.#place = place;
    this.#standing = standing;
    this.#found = found;
  }

  get found(): Pick<NonFiniteStory, 'value' | 'index' | 'evidence' | 'cause' | 'detail'> {
    return this.#found;
  }

  /** The error that tells of it, with the stack of the moment when it was made. */
  error(): NonFiniteError {
    const { op, direction, cell, gate, step } = this.#standing;
    const { line: given, scope } = this.#place;
    const stack = this.#stack.stack ?? '';
    const line = (typeof given === 'function' ? given() : given) ?? userLine(stack) ?? null;
    const remedy = remedies[this.cause](op);
    const error = new NonFiniteError({
      ...this.#found,
      cause: this.cause,
      ...{ op, direction, cell, gate, step, line, scope, remedy },
    });
    error.stack = `${error.name}: ${error.message}\n${stack.replace(/^Error: .*\n/, '')}`;
    return error;
  }
}

export type Mark = Entered | Suspect;

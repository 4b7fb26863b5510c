/**
 * What was found at one op, mode, order and dtype: the largest error over all calls, relative to the size of the
 * derivative, or of one of lower order where that is larger: a third derivative may be 0.
 */
export interface Measured {
  readonly holds: boolean;
  readonly error: number;
  /** Calls at which there was something to compare with. */
  readonly calls: number;
  /** What went wrong first. */
  readonly failure?: string;
}

/** Gathers what the calls of one cell show. */
export class Tally {
  #error = 0;
  #calls = 0;
  #failure: string | undefined;

  /** A value against another, or the message of what was thrown in its place. */
  compare(value: number | string, expected: number, size: number, allowed: number): boolean {
    this.#calls++;
    const off = typeof value === 'number' ? Math.abs(value - expected) : Number.NaN;
    if (off > 0) this.#error = Math.max(this.#error, size > 0 ? off / size : off);
    if (off <= allowed) return true;
    this.fail(typeof value === 'number' ? `${value}, not ${expected}` : value);
    return false;
  }

  /** Something that holds when it throws nothing. */
  attempt(f: () => void): void {
    this.#calls++;
    const message = attempt(f);
    if (typeof message === 'string') this.fail(message);
  }

  fail(message: string): void {
    this.#failure ??= message;
  }

  result(): Measured {
    const measured = { holds: this.#failure === undefined && this.#calls > 0, error: this.#error, calls: this.#calls };
    const failure = this.#failure ?? (this.#calls > 0 ? undefined : 'no call could be compared');
    return failure === undefined ? measured : { ...measured, failure };
  }
}

/** What f gives, or the message of what it throws. */
export function attempt<R>(f: () => R): R | string {
  try {
    return f();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

import { type Watch, withPlaces } from '../scope.ts';
import { takeStack, userLine } from './user-line.ts';

/** Takes lines, and looks at nothing. */
const lines: Watch = {
  ran() {},
  sweeps() {},
  origin(here) {
    if (here.line !== undefined) return here;
    const stack = takeStack();
    return { ...here, line: () => userLine(stack.stack ?? '') };
  },
};

/**
 * Runs f while every equation that is recorded takes the user's line into its origin, for `print(program, { origins: true })`.
 *
 * Taking a stack for each equation costs more than recording it; without this, equations know cell, gate and step alone.
 * @throws what f throws.
 * @example withLines(() => trace((x) => mul(x, x), tensor(2))).equations.length   // 1
 */
export const withLines = <R>(f: () => R): R => withPlaces(f, lines);

import type { CommandDef } from 'citty';

/** The command line itself is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The first flag that a command does not know: it would otherwise be passed over in silence. */
export async function unknownFlag(command: CommandDef, words: readonly string[]): Promise<string | undefined> {
  const args = typeof command.args === 'function' ? await command.args() : await command.args;
  const known = new Set(Object.keys(args ?? {}));
  const end = words.indexOf('--');
  return words
    .slice(0, end < 0 ? words.length : end)
    .filter((word) => /^--?[a-z]/i.test(word))
    .map((word) => word.split('=')[0] ?? word)
    .find((word) => !known.has(word.replace(/^--?(no-)?/, '')) && !known.has(word.replace(/^--?/, '')));
}

/** An integer option. @throws UsageError unless it is one within the range. */
export function integerOption(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new UsageError(`--${name} ${text} is not an integer from ${least} to ${most}.`);
  }
  return value;
}

/** A number option. @throws UsageError unless it is one above `least` and up to `most`. */
export function numberOption(name: string, text: string, least: number, most: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value > least && value <= most)) {
    throw new UsageError(`--${name} ${text} is not a number above ${least}, up to ${most}.`);
  }
  return value;
}

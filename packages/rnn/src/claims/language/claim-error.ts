import type { Span } from './ast.ts';

/** A claim that cannot be read, or does not fit its cell; the message points at the place. */
export class ClaimError extends Error {
  override readonly name = 'ClaimError';
  /** The claim's text. */
  readonly text: string;
  /** The first character of what is wrong. */
  readonly at: number;

  constructor(text: string, { at, end }: Span, message: string) {
    super(`claim: ${message}\n${pointAt(text, at, end)}`);
    this.text = text;
    this.at = at;
  }
}

/** The line of the text with carets under the characters from `at` to `end`. */
function pointAt(text: string, at: number, end: number): string {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const stop = text.indexOf('\n', at);
  const line = text.slice(start, stop < 0 ? text.length : stop).replace(/\r$/, '');
  // A mark stands on the letter before it, and so does what points at it.
  const letter = isMark.test(text.slice(at)) ? at - 1 : at;
  const before = text.slice(start, letter);
  // Tabs stay, so that both lines have theirs in one column.
  const indent = [...before].map((one) => (one === '\t' ? one : ' '.repeat(columns(one)))).join('');
  const width = columns(text.slice(letter, Math.min(end, start + line.length)));
  return `  ${line}\n  ${indent}${'^'.repeat(Math.max(1, width))}`;
}

const isMark = /^(?:\p{M}|\u200d|\ufe0f)/u;

/** How many columns a text takes: none for marks, two for pictures. */
const columns = (text: string): number =>
  [...text].reduce((sum, one) => sum + (isMark.test(one) ? 0 : /\p{Emoji_Presentation}/u.test(one) ? 2 : 1), 0);

/** ` Did you mean f?`, for the known name closest to the one given; empty when none is near. */
export function suggestion(name: string, known: readonly string[]): string {
  const near = known
    .map((one) => ({ one, distance: editDistance(name, one) }))
    .filter(({ one, distance }) => distance <= Math.max(1, Math.floor(Math.max(one.length, name.length) / 2)))
    .sort((a, b) => a.distance - b.distance)[0];
  return near === undefined || (name.length === 1 && near.one.toLowerCase() !== name.toLowerCase())
    ? ''
    : ` Did you mean ${near.one}?`;
}

/** Insertions, deletions, replacements and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const above = rows[i - 1] ?? [];
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + same);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) least = Math.min(least, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      row.push(least);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

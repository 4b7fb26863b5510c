/** What a character of a program is part of. */
export interface Labels {
  /** Within a comment, its signs included: 1 or 0 for each character, as below. */
  readonly comment: Uint8Array;
  /** Within quotes of any kind, but for what a template inserts. */
  readonly quote: Uint8Array;
  /** Within at least one pair of braces of the program, the braces included. */
  readonly braces: Uint8Array;
}

/** Questions that a unit may answer. */
export const questions = ['comment', 'quote', 'braces'] as const;
export type Question = (typeof questions)[number];

type Mode = 'code' | 'line' | 'block' | 'regex' | "'" | '"' | '`';

/**
 * Says of each character of TypeScript what it is part of, by reading from the front: comments, quotes with escapes,
 * templates with programs in them, regular expressions, braces.
 *
 * A slash begins a regular expression after a sign that no value ends with. Quotes end with their line, as they must.
 */
export function labelsOf(characters: readonly string[]): Labels {
  const [comment, quote, braces] = questions.map(() => new Uint8Array(characters.length)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ]; // three
  let mode: Mode = 'code';
  let depth = 0;
  /** Depths at which a template's ${ began. */
  const templates: number[] = [];
  let before = ''; // the last character of the program that is no space
  for (let i = 0; i < characters.length; i++) {
    const one = characters[i] as string; // i < length, here and below
    const two = one + (characters[i + 1] ?? '');
    const mark = (count: number): void => {
      for (let k = i; k < Math.min(i + count, characters.length); k++) {
        comment[k] = mode === 'line' || mode === 'block' ? 1 : 0;
        quote[k] = mode === "'" || mode === '"' || mode === '`' ? 1 : 0;
        braces[k] = depth > 0 ? 1 : 0;
      }
      i += count - 1;
    };
    if (mode === 'code') {
      if (two === '//' || two === '/*') {
        mode = two === '//' ? 'line' : 'block';
        mark(2);
      } else if (one === '/' && (before === '' || '(,=:[!&|?{};+-*<>'.includes(before))) {
        mode = 'regex';
        mark(1);
      } else if (one === "'" || one === '"' || one === '`') {
        mode = one;
        mark(1);
      } else if (one === '}' && templates.at(-1) === depth) {
        templates.pop();
        mode = '`';
        mark(1);
      } else {
        if (one === '{') depth += 1;
        mark(1);
        if (one === '}' && depth > 0) depth -= 1;
        if (one.trim() !== '') before = one;
      }
      continue;
    }
    if (mode === 'block' ? two === '*/' : mode === '`' && two === '${') {
      if (mode === '`') templates.push(depth);
      mark(2);
      mode = 'code';
    } else if (one === '\\' && mode !== 'line' && mode !== 'block') mark(2);
    else if (one === '\n' && mode !== 'block' && mode !== '`') {
      mode = 'code';
      mark(1);
    } else {
      mark(1);
      if (one === mode || (mode === 'regex' && one === '/')) {
        mode = 'code';
        before = one;
      }
    }
  }
  return { comment, quote, braces };
}

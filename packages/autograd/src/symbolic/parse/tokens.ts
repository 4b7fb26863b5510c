import { ArgumentError } from '@throughline/tensor';

/** A text that is not a Program, with the place where that shows. */
export class ProgramTextError extends ArgumentError {
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  constructor(text: string, offset: number, message: string) {
    const before = text.slice(0, offset).split('\n');
    const [line, column] = [before.length, (before.at(-1) ?? '').length + 1];
    const shown = text.split('\n')[line - 1] ?? '';
    const from = Math.max(0, column - 60);
    const excerpt = shown.slice(from, from + 110);
    super('parseProgram', `line ${line}, column ${column}: ${message}\n${excerpt}\n${' '.repeat(column - 1 - from)}^`);
    this.line = line;
    this.column = column;
  }
}

export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'sign' | 'origin' | 'end';
  readonly text: string;
  readonly offset: number;
}

/** Words may have dots in them, as names of primitives do. */
const patterns: readonly (readonly [Token['kind'] | null, RegExp])[] = [
  [null, /\s+/y],
  ['origin', /\/\/[^\n]*/y],
  ['number', /-?(?:\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|Infinity(?!\w))|NaN(?!\w)/y],
  ['word', /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y],
  ['string', /"(?:[^"\\\n]|\\.)*"/y],
  ['sign', /[()[\]{}=:;,@]/y],
];

/** The text cut into tokens; the last is `end`. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  while (offset < text.length) {
    const [kind, found] = match(text, offset);
    if (kind !== null) tokens.push({ kind, text: found, offset });
    offset += found.length;
  }
  tokens.push({ kind: 'end', text: '', offset: text.trimEnd().length });
  return tokens;
}

function match(text: string, offset: number): readonly [Token['kind'] | null, string] {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = offset;
    const found = pattern.exec(text);
    if (found !== null) return [kind, found[0]];
  }
  throw new ProgramTextError(text, offset, `${JSON.stringify(text[offset])} has no meaning here.`);
}

import { ProgramTextError, type Token, tokensOf } from './tokens.ts';

/** A place in the tokens of a text, that moves forward. */
export class Cursor {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  /** The token `ahead` places further; comments do not count. */
  peek(ahead = 0): Token {
    let place = this.#next;
    for (let left = ahead; ; place++) {
      const token = this.#tokens[place] ?? (this.#tokens.at(-1) as Token); // there is an end
      if (token.kind === 'end' || (token.kind !== 'origin' && left-- === 0)) return token;
    }
  }

  /** The next token, which is passed. */
  take(): Token {
    this.origin();
    const token = this.peek();
    if (token.kind !== 'end') this.#next++;
    return token;
  }

  /** The comments that stand right here, which are passed; the last of them. */
  origin(): string | undefined {
    let last: string | undefined;
    for (let token = this.#tokens[this.#next]; token?.kind === 'origin'; token = this.#tokens[++this.#next])
      last = token.text.slice(2).trim();
    return last;
  }

  /** Passes a sign or a word if it is next. */
  skip(text: string): boolean {
    if (!this.at(text)) return false;
    this.take();
    return true;
  }

  at(text: string): boolean {
    const { kind, text: found } = this.peek();
    return (kind === 'sign' || kind === 'word') && found === text;
  }

  expect(text: string, what = `"${text}"`): Token {
    if (!this.at(text)) this.fail(this.peek(), `expected ${what}, found ${describe(this.peek())}.`);
    return this.take();
  }

  word(what: string): Token {
    if (this.peek().kind !== 'word') this.fail(this.peek(), `expected ${what}, found ${describe(this.peek())}.`);
    return this.take();
  }

  fail({ offset }: { readonly offset: number }, message: string): never {
    throw new ProgramTextError(this.#text, offset, message);
  }

  /** The line of a token, counted from 1. */
  line({ offset }: { readonly offset: number }): number {
    return this.#text.slice(0, offset).split('\n').length;
  }
}

export const describe = ({ kind, text }: Token): string => (kind === 'end' ? 'the end of the text' : `"${text}"`);

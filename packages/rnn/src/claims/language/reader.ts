import { ClaimError } from './claim-error.ts';
import type { Token } from './lexer.ts';

/** Words of a claim, one after the other. */
export class Reader {
  readonly text: string;
  /** Inside the arguments of a function, where a comma separates them. */
  inArguments = false;
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(text: string, tokens: readonly Token[]) {
    this.text = text;
    this.#tokens = tokens;
  }

  get token(): Token {
    return this.#tokens[this.#index] as Token; // the last one is the end, which is not passed
  }

  get atEnd(): boolean {
    return this.token.kind === 'end';
  }

  get next(): Token {
    return this.#tokens[this.#index + 1] ?? this.token;
  }

  /** The word before this one. */
  get last(): Token {
    return this.#tokens[this.#index - 1] ?? this.token;
  }

  advance(): void {
    if (this.token.kind !== 'end') this.#index++;
  }

  peekSymbol(symbol: string): boolean {
    return this.token.kind === 'symbol' && this.token.symbol === symbol;
  }

  take(symbol: string): boolean {
    const found = this.peekSymbol(symbol);
    if (found) this.advance();
    return found;
  }

  takeOneOf<S extends string>(symbols: readonly S[]): S | undefined {
    return symbols.find((symbol) => this.take(symbol));
  }

  expect(symbol: string, alternatives: readonly string[] = []): void {
    if (!this.take(symbol)) throw this.unexpected([`"${symbol}"`, ...alternatives]);
  }

  name(what: string): { readonly name: string; readonly at: number; readonly end: number } {
    const { token } = this;
    if (token.kind !== 'name') throw this.unexpected([what]);
    this.advance();
    return token;
  }

  number(what: string): number {
    const { token } = this;
    if (token.kind !== 'number') throw this.unexpected([what]);
    this.advance();
    return token.value;
  }

  /** Runs `f` with `inArguments` set. */
  scoped<R>(inArguments: boolean, f: () => R): R {
    const before = this.inArguments;
    this.inArguments = inArguments;
    const result = f();
    this.inArguments = before;
    return result;
  }

  unexpected(expected: readonly string[]): ClaimError {
    const { token } = this;
    const found = token.kind === 'end' ? 'the end' : `"${this.text.slice(token.at, token.end)}"`;
    const list = expected.length < 2 ? expected.join('') : `${expected.slice(0, -1).join(', ')} or ${expected.at(-1)}`;
    return new ClaimError(this.text, token, `expected ${list}, found ${found}.`);
  }
}

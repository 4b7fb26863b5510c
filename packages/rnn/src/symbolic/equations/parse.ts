import { ArgumentError } from '@throughline/tensor';

/** An expression of the equation language, as a tree. */
export type Node =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'array'; readonly items: readonly Node[] }
  /** name[params](args)[result] */
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly params: string;
      readonly args: readonly Node[];
      readonly result: number;
    }
  | { readonly kind: '+' | '−' | '⊙' | '/' | 'matmul'; readonly args: readonly [Node, Node] }
  | { readonly kind: 'neg' | 'ᵀ' | '²'; readonly args: readonly [Node] };

/** name = expression. */
export interface Definition {
  readonly name: string;
  readonly value: Node;
}

interface Token {
  readonly text: string;
  readonly at: number;
  /** Whether a space stands before it: `h (A B)` is a product, `tanh(x)` a call. */
  readonly apart: boolean;
}

const TOKEN = /\s*((?:(?![ᵀ²])[\p{L}_Σ](?:(?![ᵀ²])[\p{L}\p{M}\p{N}_.'])*)|\d+(?:\.\d+)?(?:e[−+]?\d+)?|.)/uy;

/**
 * Reads one equation. Products of matrices stand side by side, ⊙ and / go before + and −, ᵀ and ² bind tightest.
 * @throws ArgumentError that points at the character.
 */
export function parseEquation(text: string): Definition {
  return new Parser(text).definition();
}

class Parser {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    TOKEN.lastIndex = 0;
    for (let at = 0; at < text.trimEnd().length; at = TOKEN.lastIndex) {
      TOKEN.lastIndex = at;
      const found = TOKEN.exec(text)?.[1] ?? '';
      const start = TOKEN.lastIndex - found.length;
      this.#tokens.push({ text: found, at: start, apart: start > at });
    }
  }

  definition(): Definition {
    const name = this.#name();
    this.#expect('=');
    const value = this.#sum();
    if (this.#next < this.#tokens.length) this.#fail('the end');
    return { name, value };
  }

  #sum(): Node {
    let left: Node = this.#take('−') ? { kind: 'neg', args: [this.#product()] } : this.#product();
    for (;;) {
      if (this.#take('+')) left = { kind: '+', args: [left, this.#product()] };
      else if (this.#take('−')) left = { kind: '−', args: [left, this.#product()] };
      else return left;
    }
  }

  #product(): Node {
    let left = this.#matrices();
    for (;;) {
      if (this.#take('⊙')) left = { kind: '⊙', args: [left, this.#matrices()] };
      else if (this.#take('/')) left = { kind: '/', args: [left, this.#matrices()] };
      else return left;
    }
  }

  #matrices(): Node {
    let left = this.#marked();
    while (/^[\p{L}\d(]/u.test(this.#peek())) left = { kind: 'matmul', args: [left, this.#marked()] };
    return left;
  }

  #marked(): Node {
    let value = this.#atom();
    for (;;) {
      if (this.#take('ᵀ')) value = { kind: 'ᵀ', args: [value] };
      else if (this.#take('²')) value = { kind: '²', args: [value] };
      else return value;
    }
  }

  #atom(): Node {
    const text = this.#peek();
    if (this.#take('(')) {
      const value = this.#sum();
      this.#expect(')');
      return value;
    }
    if (this.#take('[')) return { kind: 'array', items: this.#list(']') };
    if (/^\d/.test(text)) {
      this.#next++;
      return { kind: 'number', value: Number(text.replaceAll('−', '-')) };
    }
    const name = this.#name();
    const isCall = /^[[(]$/.test(this.#peek()) && this.#tokens[this.#next]?.apart === false;
    if (name === 'Infinity' || name === 'NaN') return { kind: 'number', value: Number(name) };
    return isCall ? this.#call(name) : { kind: 'name', name };
  }

  #call(name: string): Node {
    const params = this.#take('[') ? this.#until(']') : '';
    this.#expect('(');
    const args = this.#list(')');
    const isPart = this.#peek() === '[' && this.#tokens[this.#next]?.apart === false;
    return { kind: 'call', name, params, args, result: isPart && this.#take('[') ? Number(this.#until(']')) : 0 };
  }

  #list(end: string): Node[] {
    const items: Node[] = [];
    while (!this.#take(end)) {
      if (items.length > 0) this.#expect(',');
      items.push(this.#sum());
    }
    return items;
  }

  /** The text up to a bracket, as it stands. */
  #until(end: string): string {
    const start = this.#tokens[this.#next]?.at ?? this.#text.length;
    while (this.#next < this.#tokens.length && this.#peek() !== end) this.#next++;
    const stop = this.#tokens[this.#next]?.at ?? this.#text.length;
    this.#expect(end);
    return this.#text.slice(start, stop);
  }

  #name(): string {
    const text = this.#peek();
    if (!/^[\p{L}_]/u.test(text)) this.#fail('a name');
    this.#next++;
    return text;
  }

  #peek(): string {
    return this.#tokens[this.#next]?.text ?? '';
  }

  #take(text: string): boolean {
    if (this.#peek() !== text) return false;
    this.#next++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) this.#fail(text);
  }

  #fail(expected: string): never {
    const at = this.#tokens[this.#next]?.at ?? this.#text.length;
    throw new ArgumentError('readEquations', `expected ${expected} here:\n  ${this.#text}\n  ${' '.repeat(at)}^`);
  }
}

import type { Tensor } from '@throughline/tensor';
import type { Span } from './ast.ts';
import { ClaimError } from './claim-error.ts';

/** One word of a claim. Symbols go by one spelling, whichever was written. */
export type Token = Span &
  (
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'tensor'; readonly value: Tensor }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'symbol'; readonly symbol: string }
    | { readonly kind: 'end' }
  );

/** A tensor or number that was interpolated, and the characters that stand for it. */
export interface Inserted extends Span {
  readonly value: Tensor | number;
}

/** Spellings of symbols, the longest first. */
const symbols: readonly (readonly [string, string])[] = [
  ['...', '..'],
  ['..', '..'],
  ['…', '..'],
  ['<=', '≤'],
  ['>=', '≥'],
  ['==', '='],
  ['~=', '≈'],
  ['+-', '±'],
  ['||', '‖'],
  ['.*', '⊙'],
  ['−', '-'],
  ['–', '-'],
  ['⋅', '·'],
  ['×', '·'],
  ['@', '·'],
  ['∥', '‖'],
  ["'", '′'],
  ['!', '¬'],
  ...[...'∂+-·*⊙/^()[],|‖=≈≤≥<>±%¬ᵀ²³′'].map((one) => [one, one] as const),
];

/** Letters that are read as the function they stand for. */
const aliases: Readonly<Record<string, string>> = {
  Σ: 'sum',
  Π: 'prod',
  σ: 'sigmoid',
  not: '¬',
  transpose: 'transpose',
};
const signs: Readonly<Record<string, string>> = { '∏': 'prod', '∑': 'sum', '√': 'sqrt' };

// ᵀ is a letter to Unicode, but none of a name.
const name = /(?!ᵀ)[\p{L}_][\p{L}\p{M}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{M}\p{N}_]*)*/uy;
const number = /\d+(?:\.\d+)?(?:[eE][+\-−]?\d+)?|\.\d+(?:[eE][+\-−]?\d+)?/y;
const space = /\s+/y;

/** Splits a claim into words. @throws ClaimError at a character that belongs to none. */
export function tokenize(text: string, inserted: readonly Inserted[]): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    at += match(space, text, at)?.length ?? 0;
    if (at >= text.length) break;
    const token = insertedAt(inserted, at) ?? wordAt(text, at) ?? symbolAt(text, at);
    if (token === undefined) {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      throw new ClaimError(text, { at, end: at + character.length }, `"${character}" means nothing here.`);
    }
    tokens.push(token);
    at = token.end;
  }
  return [...tokens, { kind: 'end', at: text.length, end: text.length }];
}

function insertedAt(inserted: readonly Inserted[], at: number): Token | undefined {
  const found = inserted.find((one) => one.at === at);
  if (found === undefined) return undefined;
  const { value, end } = found;
  return typeof value === 'number' ? { kind: 'number', value, at, end } : { kind: 'tensor', value, at, end };
}

function wordAt(text: string, at: number): Token | undefined {
  const digits = match(number, text, at);
  if (digits !== undefined) {
    return { kind: 'number', value: Number(digits.replace('−', '-')), at, end: at + digits.length };
  }
  const letters = match(name, text, at)?.replace(/ᵀ.*$/u, '');
  if (letters === undefined) return undefined;
  const end = at + letters.length;
  const alias = Object.hasOwn(aliases, letters) ? (aliases[letters] ?? letters) : letters;
  return alias === '¬' ? { kind: 'symbol', symbol: alias, at, end } : { kind: 'name', name: alias, at, end };
}

function symbolAt(text: string, at: number): Token | undefined {
  const sign = signs[text[at] ?? ''];
  if (sign !== undefined) return { kind: 'name', name: sign, at, end: at + 1 };
  const found = symbols.find(([spelling]) => text.startsWith(spelling, at));
  return found && { kind: 'symbol', symbol: found[1], at, end: at + found[0].length };
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

import { ArgumentError, formatType, Tensor } from '@throughline/tensor';
import type { Statement } from './language/ast.ts';
import type { Inserted } from './language/lexer.ts';
import { parseStatement } from './language/parser.ts';

/** A statement about a cell's values and derivatives, read and ready to be checked. */
export interface Claim {
  readonly kind: 'claim';
  readonly text: string;
  readonly statement: Statement;
  toString(): string;
}

/**
 * Reads a claim about a cell: an equality, an inequality or a dependence between lines and derivatives.
 *
 * Takes a template, in which numbers and tensors may be interpolated (strings are text of the claim), or a string.
 * @throws ClaimError that points at the character where the text stops making sense.
 * @example String(claim`∂c[t]/∂c[t−1] | h = diag(f[t])`)   // ∂c[t]/∂c[t−1] | h = diag(f[t])
 */
export function claim(text: TemplateStringsArray | string, ...values: readonly (number | string | Tensor)[]): Claim {
  const inserted: Inserted[] = [];
  let whole = typeof text === 'string' ? text : (text[0] ?? '');
  if (typeof whole !== 'string') throw new ArgumentError('claim', `takes a template or a string, got ${typeof text}.`);
  values.forEach((value, i) => {
    const at = whole.length;
    whole += shown(value);
    if (typeof value !== 'string') inserted.push({ at, end: whole.length, value });
    whole += text[i + 1] ?? '';
  });
  const statement = parseStatement(whole, inserted);
  const trimmed = whole.trim();
  return Object.freeze({ kind: 'claim', text: whole, statement, toString: () => trimmed });
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (value instanceof Tensor) return `⟨${formatType(value)}⟩`;
  throw new ArgumentError('claim', `${typeof value} was interpolated; numbers, tensors and texts can be.`);
}

export const isClaim = (value: unknown): value is Claim =>
  typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'claim'; // reads one field

import { type Concrete, type DType, dtypes } from '@throughline/tensor';

/** A formula, how tightly its outermost operation binds, and whether it is a number and not an array. */
export interface Term {
  readonly tex: string;
  readonly level: number;
  readonly scalar: boolean;
}

export const SUM = 1;
export const PRODUCT = 2;
export const POWER = 3;
export const ATOM = 4;

export const atom = (tex: string, scalar = false): Term => ({ tex, level: ATOM, scalar });

/** The formula, in brackets where its operation binds less than `level`. */
export const at = ({ tex, level: own }: Term, level: number): string => (own >= level ? tex : `\\left(${tex}\\right)`);

/** What an exponent may stand at: in brackets or braces where it has one already. */
export function base(term: Term): string {
  const tex = at(term, ATOM);
  return tex.includes('^') ? `{${tex}}` : tex;
}

export const transposed = (term: Term): Term => ({ tex: `${base(term)}^{\\top}`, level: ATOM, scalar: false });

/** One result by itself, several in brackets. */
export const tuple = (terms: readonly Term[]): string =>
  terms.length === 1 ? list(terms) : `\\left(${list(terms)}\\right)`;

export const list = (terms: readonly Term[]): string => terms.map(({ tex }) => tex).join(',\\, ');

/** A name with indices: `W_{ij}`; one that has indices already, or is a formula, in square brackets. */
export function indexed({ tex }: Term, indices: readonly string[]): string {
  if (indices.length === 0) return tex;
  return `${isPlain(tex) ? tex : `\\left[${tex}\\right]`}_{${indices.join(' ')}}`;
}

/** A name that can take an index: `W`, `\alpha`, `\mathit{ab}`. */
export const isPlain = (tex: string): boolean => /^(?:[A-Za-z]|\\[A-Za-z]+(?:\{[A-Za-z]+\})?)$/.test(tex);

/** Letters for axes, in order. */
export const axisLetters = (rank: number): string[] =>
  Array.from({ length: rank }, (_, axis) => 'ijklmnpq'[axis] ?? `i_{${axis + 1}}`);

/** A name as upright text, whatever is in it. */
export const upright = (name: string): string => `\\operatorname{${escaped(name)}}`;

export const escaped = (text: string): string =>
  text.replaceAll(/[\\^~]/g, ' ').replaceAll(/[#$%&_{}]/g, (sign) => `\\${sign}`);

/** 0.1, 10^{-7}, \infty. */
export function numberTerm(x: number): Term {
  if (Number.isNaN(x)) return atom('\\mathrm{NaN}', true);
  const sign = x < 0 || Object.is(x, -0) ? '-' : '';
  const size = Math.abs(x) === Number.POSITIVE_INFINITY ? '\\infty' : digits(Math.abs(x));
  return { tex: `${sign}${size}`, level: sign === '' ? (size.includes('\\cdot') ? PRODUCT : ATOM) : SUM, scalar: true };
}

function digits(x: number): string {
  const [mantissa = '', exponent] = `${x}`.split('e');
  if (exponent === undefined) return mantissa;
  const power = `10^{${Number(exponent)}}`;
  return mantissa === '1' ? power : `${mantissa} \\cdot ${power}`;
}

/** A constant where it is used: a scalar as its number, a small vector in full, what is larger by its type. */
export function constantTerm(value: Concrete): Term {
  const shown = (x: number): string =>
    value.dtype === 'bool' ? (x === 0 ? '\\text{false}' : '\\text{true}') : numberTerm(x).tex;
  const elements = [...value.storage];
  if (value.shape.length === 0) {
    return value.dtype === 'bool' ? atom(shown(elements[0] ?? 0), true) : numberTerm(elements[0] ?? 0);
  }
  if (value.shape.length === 1 && value.size <= 4) return atom(`\\left(${elements.map(shown).join(',\\, ')}\\right)`);
  return atom(typeTex(value.dtype, value.shape));
}

/** `\mathrm{f64}^{2 \times 3}`. */
const typeTex = (dtype: DType, shape: readonly number[]): string =>
  `\\mathrm{${dtypes[dtype].short}}^{${shape.join(' \\times ')}}`;

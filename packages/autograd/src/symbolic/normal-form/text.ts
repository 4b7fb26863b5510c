import { sorted } from './algebra.ts';
import type { Factor, Form, Range, Term } from './form.ts';
import { type Index, indexText, type Place } from './places.ts';
import { absolute, ONE, ratioText, sameRatio, signOf } from './rational.ts';

type Name = (place: Place) => string;

/** A form as one writes it: inputs by their letters, places as i, j, k, …, sums with their bound places. */
export function formText(form: Form, frame: readonly Index[], letters: readonly string[]): string {
  const names = new Map<Place, string>();
  frame.forEach((index, axis) => {
    const [term] = index.terms;
    if (term !== undefined && 'place' in term.base) names.set(term.base.place, placeName(axis));
  });
  return new Writer(letters, frame.length).form(form, (place) => names.get(place) ?? `?${place}`);
}

/** i, j, k, …, z, then i1, j1, … */
const placeName = (n: number): string => 'ijklmnopqrstuvwxyz'[n % 18] + (n < 18 ? '' : `${Math.floor(n / 18)}`);

class Writer {
  readonly #letters: readonly string[];
  #next: number;
  constructor(letters: readonly string[], used: number) {
    this.#letters = letters;
    this.#next = used;
  }

  form(form: Form, name: Name): string {
    if (form.size === 0) return '0';
    return sorted(form)
      .map((term, i) => {
        const isNegative = signOf(term.coefficient) < 0;
        const sign = i === 0 ? (isNegative ? '−' : '') : isNegative ? ' − ' : ' + ';
        return sign + this.#term(term, name);
      })
      .join('');
  }

  #term({ coefficient, bound, ranges, factors }: Term, name: Name): string {
    const start = this.#next;
    this.#next += bound.length;
    const own: Name = (place) => (place < 0 ? placeName(start - 1 - place) : name(place));
    const size = absolute(coefficient);
    const parts = [
      ...(sameRatio(size, ONE) && factors.length + ranges.length > 0 ? [] : [ratioText(size)]),
      ...ranges.map((range) => rangeText(range, own)),
      ...factors.map((factor) => this.#factor(factor, own)),
    ];
    const sum = bound.length === 0 ? '' : `Σ${bound.map((_, k) => placeName(start + k)).join('')} `;
    this.#next = start;
    return sum + parts.join('·');
  }

  #factor({ atom, at, power }: Factor, name: Name): string {
    const exponent = sameRatio(power, ONE)
      ? ''
      : `^${power.under === 1n && power.over > 0n ? ratioText(power) : `(${ratioText(power)})`}`;
    const indices = at.map((index) => indexText(index, name));
    const brackets = indices.length === 0 ? '' : `[${indices.join(', ')}]`;
    const input = /^input (\d+)$/.exec(atom.op);
    if (input !== null) return `${this.#letters[Number(input[1])] ?? atom.op}${brackets}${exponent}`;
    if (atom.args.length === 0) return `${atom.op.split(' ', 1)[0]}${brackets}${exponent}`;
    const inside: Name = atom.isOpen ? (place) => indices[place - 1] ?? `?${place}` : (place) => placeName(place - 1);
    const args = atom.args.map((arg) => this.form(arg, inside));
    if (!atom.isOpen) return `${atom.op.split('[', 1)[0]}(${args.join(', ')})${brackets}${exponent}`;
    if (atom.op === 'group') return `(${args[0]})${exponent}`;
    if (atom.op === 'positive') return `[${args[0]} > 0]`;
    if (atom.op === 'zero') return `[${args[0]} = 0]`;
    return `${LETTERS[atom.op] ?? atom.op}(${args.join(', ')})${exponent}`;
  }
}

const LETTERS: Readonly<Record<string, string>> = { sigmoid: 'σ' };

const rangeText = ({ of, low, high }: Range, name: Name): string => `[${low} ≤ ${indexText(of, name)} < ${high}]`;

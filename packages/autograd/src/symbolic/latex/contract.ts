import type { Equation } from '../../program.ts';
import { at, atom, axisLetters, indexed, POWER, PRODUCT, type Term, transposed } from './terms.ts';

/** Left and right of an equation: the left has indices where the right has. */
export interface Sides {
  readonly indices: readonly string[];
  readonly right: Term;
}

type Labels = readonly number[];

const same = (a: Labels, b: Labels): boolean => a.length === b.length && a.every((label, i) => label === b[i]);
const product = (tex: string, scalar = false): Sides => ({ indices: [], right: { tex, level: PRODUCT, scalar } });

/** A product of matrices or vectors where it is one; a sum over indices in general. */
export function contractSides(params: Equation['params'], [x = atom('?'), y = atom('?')]: readonly Term[]): Sides {
  const { a, b, out } = params as { readonly [key in 'a' | 'b' | 'out']: Labels }; // what contractions carry
  const matrix = matrixProduct({ a, b, out }, x, y) ?? matrixProduct({ a: b, b: a, out }, y, x);
  if (matrix !== undefined) return matrix;
  const letters = axisLetters(Math.max(-1, ...a, ...b, ...out) + 1);
  const named = (labels: Labels): string[] => labels.map((label) => letters[label] ?? '?');
  const summed = named(a.filter((label) => b.includes(label) && !out.includes(label)));
  const sum = summed.length === 0 ? '' : `\\sum_{${summed.join(',')}} `;
  const right: Term = {
    tex: `${sum}${indexed(x, named(a))}\\, ${indexed(y, named(b))}`,
    level: PRODUCT,
    scalar: out.length === 0,
  };
  return { indices: named(out), right };
}

/** The orders of labels that have a form of their own: x y, x yᵀ, xᵀ y, xᵀ y of vectors, x ⊗ y. */
function matrixProduct({ a, b, out }: { a: Labels; b: Labels; out: Labels }, x: Term, y: Term): Sides | undefined {
  const [k, ...more] = a.filter((label) => b.includes(label) && !out.includes(label));
  if (more.length > 0) return undefined;
  if (k === undefined) {
    if (a.length === 0 || b.length === 0) return undefined;
    return same([...a, ...b], out) ? product(`${at(x, PRODUCT)} \\otimes ${at(y, POWER)}`) : undefined;
  }
  const rest = [...a.filter((label) => label !== k), ...b.filter((label) => label !== k)];
  if (!same(rest, out)) return undefined;
  if (a.length === 1 && b.length === 1) return product(`${transposed(x).tex} ${at(y, POWER)}`, true);
  if (a.at(-1) === k && b[0] === k) return product(`${at(x, PRODUCT)}\\, ${at(y, POWER)}`);
  if (a.length > 2 || b.length > 2) return undefined;
  if (a.at(-1) === k) return product(`${at(x, PRODUCT)}\\, ${transposed(y).tex}`);
  return product(
    b[0] === k ? `${transposed(x).tex}\\, ${at(y, POWER)}` : `${transposed(x).tex}\\, ${transposed(y).tex}`,
  );
}

import { formatType, ShapeError, sameType } from '@throughline/tensor';
import { type Program, typeOf } from '../../program.ts';
import { TooLarge } from './form.ts';
import { formsOf, place } from './from-program.ts';
import { Functions } from './functions.ts';
import type { Dialect } from './laws.ts';
import { formText } from './text.ts';

/** What `equivalent` found. */
export interface Equivalence {
  /** True: the Programs are one function of the reals. False: no proof was found, which is no proof of the contrary. */
  readonly proved: boolean;
  /** Per output, the two normal forms that were compared, and whether they are one. */
  readonly outputs: readonly { readonly proved: boolean; readonly left: string; readonly right: string }[];
  /** The identities that the proof needed beyond those of sums and products. */
  readonly identities: readonly string[];
}

const IDENTITIES: Readonly<Record<Dialect, readonly string[]>> = {
  own: [],
  sigmoid: ['tanh(x) = 2·σ(2x) − 1'],
  exp: ['tanh(x) = 2·σ(2x) − 1', 'σ(x) = exp(x) / (1 + exp(x))'],
};

/** Options of `equivalent` and `normalForms`. */
export interface NormalFormOptions {
  /** Letters of the inputs, in order; a, b, c, … by default. */
  readonly letters?: readonly string[];
}

/**
 * Tries to prove that two Programs are the same function, by bringing both to one normal form.
 *
 * The form is a sum of products over atoms, position by position, with exact fractions as coefficients: broadcasts,
 * transposes, slices and products of matrices become places and sums over them, so that products distribute and
 * elements may move. Sums under a line are multiplied away; tanh, σ and exp are written as each other where that helps.
 * It is sound: what is proved is equal wherever every value is finite, and no rounding is relied on. It is not complete:
 * `proved: false` says that no proof was found.
 * @throws ShapeError when the Programs' inputs or outputs differ in number or type.
 * @example equivalent(trace((x) => tanh(x), tensor(1)), trace((x) => sub(mul(2, sigmoid(mul(2, x))), 1), tensor(1))).proved   // true
 */
export function equivalent(a: Program, b: Program, options: NormalFormOptions = {}): Equivalence {
  checkAlike('input', a, a.inputs, b, b.inputs);
  checkAlike('output', a, a.outputs, b, b.outputs);
  let last: Equivalence | undefined;
  for (const dialect of ['own', 'sigmoid', 'exp'] as const) {
    const found = compare(a, b, dialect, options);
    if (found?.proved) return found;
    last ??= found; // the first is the one that reads best
  }
  const none = { proved: false, left: 'too large', right: 'too large' };
  return last ?? { proved: false, outputs: a.outputs.map(() => none), identities: [] };
}

/**
 * A Program's outputs as `equivalent` sees them: sums of products, one text per output.
 *
 * @example normalForms(trace((x, y) => mul(add(x, y), sub(x, y)), tensor(1), tensor(2))).join()   // a^2 − b^2
 */
export function normalForms(program: Program, options: NormalFormOptions = {}): string[] {
  const functions = new Functions('own');
  try {
    return formsOf(program, functions).map(({ form, frame }) => formText(form, frame, lettersFor(program, options)));
  } catch (error) {
    if (error instanceof TooLarge) return program.outputs.map(() => 'too large');
    throw error;
  }
}

function compare(a: Program, b: Program, dialect: Dialect, options: NormalFormOptions): Equivalence | undefined {
  const functions = new Functions(dialect);
  try {
    const right = formsOf(b, functions);
    const letters = lettersFor(a, options);
    const outputs = formsOf(a, functions).map((left, k) => {
      const other = right[k] ?? left; // as many outputs
      const moved = place(other, left.frame, functions);
      const text = (form: typeof moved): string => formText(form, left.frame, letters);
      return {
        proved: functions.isZero(functions.subtract(left.form, moved)),
        left: text(left.form),
        right: text(moved),
      };
    });
    return { proved: outputs.every(({ proved }) => proved), outputs, identities: IDENTITIES[dialect] };
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}

const lettersFor = ({ inputs }: Program, { letters }: NormalFormOptions): readonly string[] =>
  letters ?? inputs.map((_, i) => (i < 26 ? String.fromCharCode(97 + i) : `x${i}`));

function checkAlike(what: string, a: Program, left: readonly number[], b: Program, right: readonly number[]): void {
  if (left.length !== right.length) {
    throw new ShapeError(
      'equivalent',
      `the Programs have ${left.length} and ${right.length} ${what}s. Only Programs of one type can be equal.`,
    );
  }
  left.forEach((id, k) => {
    const [x, y] = [typeOf(a, id), typeOf(b, right[k] ?? 0)];
    if (!sameType(x, y)) {
      throw new ShapeError(
        'equivalent',
        `${what} ${k} is ${formatType(x)} in one Program and ${formatType(y)} in the other.`,
      );
    }
  });
}

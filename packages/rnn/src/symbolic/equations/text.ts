import type { Equation, Semantics } from '@throughline/autograd';
import type { Shape } from '@throughline/tensor';

/** A text, and how tightly its outermost operation binds. */
export interface Text {
  readonly text: string;
  readonly level: number;
}

const SUM = 1;
const TIMES = 2;
const MATRIX = 3;
const ATOM = 4;

type MapSemantics = Extract<Semantics, { kind: 'map' }>;
type ScalarOp = Extract<MapSemantics['expression'], { op: unknown }>['op'];

const infix: Partial<Record<ScalarOp, { sign: string; level: number }>> = {
  add: { sign: '+', level: SUM },
  sub: { sign: '−', level: SUM },
  mul: { sign: '⊙', level: TIMES },
  div: { sign: '/', level: TIMES },
};

/** Letters of the literature where they are not the op's own name. */
export const letters: Partial<Record<string, string>> = {
  sigmoid: 'σ',
  maximum: 'max',
  minimum: 'min',
  select: 'where',
};

/** Params that are told without their key, by primitive: `reshape[B, 1](x)`. */
export const onlyParam: Readonly<Record<string, string>> = {
  reshape: 'shape',
  broadcastTo: 'shape',
  transpose: 'permutation',
  flip: 'axes',
  max: 'axes',
  min: 'axes',
  concat: 'axis',
  gather: 'axis',
  cast: 'dtype',
};

export const atom = (text: string): Text => ({ text, level: ATOM });

/** A number as it was written, with a minus sign. */
export function numberText(x: number): Text {
  const text = `${Object.is(x, -0) ? '-0' : x}`.replaceAll('-', '−');
  return { text, level: text.startsWith('−') ? SUM : ATOM };
}

const at = (term: Text | undefined, level: number): string =>
  term === undefined ? '?' : term.level >= level ? term.text : `(${term.text})`;

export const call = (name: string, args: readonly Text[]): Text =>
  atom(`${name}(${args.map(({ text }) => text).join(', ')})`);

export const transposed = (term: Text | undefined): Text => atom(`${at(term, ATOM)}ᵀ`);
export const squared = (term: Text | undefined): Text => atom(`${at(term, ATOM)}²`);

/** A map's name in an equation: the operation that it is, else its own. */
export function mapText({ expression }: MapSemantics, name: string, args: readonly Text[]): Text {
  if (isSquare(expression)) return squared(args[0]);
  const simple = 'op' in expression && expression.args.every((arg, i) => 'input' in arg && arg.input === i);
  if (!simple || expression.args.length !== args.length) return call(name, args);
  const sign = infix[expression.op];
  if (sign !== undefined) {
    const [left, right] = args;
    if (expression.op === 'mul' && left?.text === right?.text) return squared(left);
    // a − (b + c) and a / (b ⊙ c) need their brackets; a + (b + c) does not.
    const tight = expression.op === 'sub' || expression.op === 'div' || right?.text.startsWith('−') === true;
    return {
      text: `${at(left, sign.level)} ${sign.sign} ${at(right, tight ? sign.level + 1 : sign.level)}`,
      level: sign.level,
    };
  }
  if (expression.op === 'neg') return { text: `−${at(args[0], TIMES)}`, level: SUM };
  return call(letters[expression.op] ?? name, args);
}

const isSquare = (expression: MapSemantics['expression']): boolean =>
  'op' in expression && expression.op === 'mul' && expression.args.every((arg) => 'input' in arg && arg.input === 0);

/** x W where it is a product of matrices, in general by its labels. */
export function contractText(params: Equation['params'], args: readonly Text[]): Text {
  const { a, b, out } = params as { readonly [key in 'a' | 'b' | 'out']: readonly number[] }; // what contract carries
  const [summed, ...more] = a.filter((label) => b.includes(label) && !out.includes(label));
  const plain = summed !== undefined && more.length === 0 && Math.max(a.length, b.length) === 2;
  const rest = (list: readonly number[]): number[] => list.filter((label) => label !== summed);
  const [x, y] = args;
  if (plain && String([...rest(a), ...rest(b)]) === String(out)) {
    // x W, and the products that pullbacks make: ȳ Wᵀ and xᵀ ȳ.
    const left = a.at(-1) === summed ? at(x, MATRIX) : transposed(x).text;
    return { text: `${left} ${b[0] === summed ? at(y, ATOM) : transposed(y).text}`, level: MATRIX };
  }
  if (plain && a.length === 2 && b.length === 2 && String([...rest(b), ...rest(a)]) === String(out)) {
    const left = b[1] === summed ? at(y, MATRIX) : transposed(y).text;
    return { text: `${left} ${a[0] === summed ? at(x, ATOM) : transposed(x).text}`, level: MATRIX };
  }
  const letter = (label: number): string => 'ijklmnopqrstuvw'[label] ?? '?';
  const spec = `${a.map(letter).join('')},${b.map(letter).join('')}→${out.map(letter).join('')}`;
  return call(`contract[${spec}]`, args);
}

/** Extents by their letters: [B, H]. */
export const shapeText = (shape: Shape, names: ReadonlyMap<number, string>): string =>
  shape.map((extent) => names.get(extent) ?? `${extent}`).join(', ');

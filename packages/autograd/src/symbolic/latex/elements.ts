import { type Shape, stridesOf, type TensorType } from '@throughline/tensor';
import type { Piece, Semantics } from '../../semantics.ts';
import type { Sides } from './contract.ts';
import { atom, axisLetters, indexed, PRODUCT, type Term, transposed } from './terms.ts';

type Reduce = Extract<Semantics, { kind: 'reduce' }>;

const signs: Readonly<Record<Reduce['combine'], string>> = {
  sum: '\\sum',
  maximum: '\\max',
  minimum: '\\min',
  argMaximum: '\\operatorname*{arg\\,max}',
};

/** y_i = Σ_j x_{ij}. */
export function reduceSides({ combine }: Reduce, axes: readonly number[], rank: number, x: Term): Sides {
  const letters = axisLetters(rank);
  const over = axes.map((axis) => letters[axis]).join(',');
  const indices = letters.filter((_, axis) => !axes.includes(axis));
  const tex = axes.length === 0 ? indexed(x, letters) : `${signs[combine]}_{${over}} ${indexed(x, letters)}`;
  return { indices, right: { tex, level: PRODUCT, scalar: indices.length === 0 } };
}

/** y_{ijk} = x_{i c_j k}: the indices stand in the place of the axis. */
export function gatherSides(axis: number, [x, at]: readonly { term: Term; rank: number }[]): Sides {
  const inner = at?.rank ?? 0;
  const rank = (x?.rank ?? 1) - 1 + inner;
  const letters = axisLetters(rank);
  const own = letters.slice(axis, axis + inner);
  const index = at === undefined ? '?' : indexed(at.term, own);
  const right = indexed(x?.term ?? atom('?'), [...letters.slice(0, axis), index, ...letters.slice(axis + inner)]);
  return { indices: letters, right: atom(right, rank === 0) };
}

/** y_{ikm} = Σ_{j : c_j = k} x_{ijm}. */
export function scatterSides(axis: number, [x, at]: readonly { term: Term; rank: number }[]): Sides {
  const inner = at?.rank ?? 0;
  const rank = x?.rank ?? 0;
  const letters = axisLetters(rank + 1);
  const target = letters[rank] ?? '?';
  const own = letters.slice(axis, axis + inner);
  const index = at === undefined ? '?' : indexed(at.term, own);
  const indices = [...letters.slice(0, axis), target, ...letters.slice(axis + inner, rank)];
  const sum = `\\sum_{${own.length === 0 ? '' : `${own.join(',')}:\\,`}${index} = ${target}}`;
  return {
    indices,
    right: { tex: `${sum} ${indexed(x?.term ?? atom('?'), letters.slice(0, rank))}`, level: PRODUCT, scalar: false },
  };
}

/** What a view of one piece is: the same elements (a broadcast or a reshape), a transpose, an index map; or none of them. */
export function viewSides(pieces: readonly Piece[], input: TensorType, output: TensorType, x: Term): Sides | undefined {
  const [piece, ...more] = pieces;
  if (piece === undefined || more.length > 0) return undefined;
  if (isSame(piece, input)) return { indices: [], right: { ...x, scalar: x.scalar || output.shape.length === 0 } };
  const [rows, columns] = input.shape;
  if (
    input.shape.length === 2 &&
    String([piece.shape, piece.from.strides, piece.from.offset]) === String([columns, rows, 1, columns, 0])
  ) {
    return { indices: [], right: transposed(x) };
  }
  if (!covers(piece, output)) return undefined;
  const letters = axisLetters(piece.shape.length);
  const places = indexMap(piece, input.shape, letters);
  return places && { indices: letters, right: atom(indexed(x, places), letters.length === 0) };
}

/** In the same order, perhaps repeated. */
function isSame({ shape, from, to }: Piece, input: TensorType): boolean {
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const own = from.strides[axis];
    const extent = shape[axis] as number; // axis < length
    if (own === 0 || extent === 1) continue;
    if (own !== stride) return false;
    stride *= extent;
  }
  return from.offset === 0 && to.offset === 0 && stride === input.shape.reduce((a, b) => a * b, 1);
}

/** It writes every element of the output, in order. */
const covers = ({ shape, to }: Piece, output: TensorType): boolean =>
  String([shape, to.strides, to.offset]) === String([output.shape, stridesOf(output.shape), 0]);

/** One index into every axis of the input, as an affine expression of the output's; undefined where there is none. */
function indexMap({ shape, from }: Piece, input: Shape, letters: readonly string[]): string[] | undefined {
  const strides = stridesOf(input);
  let rest = from.offset;
  const starts = strides.map((stride) => {
    const start = stride === 0 ? 0 : Math.floor(rest / stride);
    rest -= start * stride;
    return start;
  });
  const terms: string[][] = input.map(() => []);
  for (const [d, stride] of from.strides.entries()) {
    if (stride === 0 || shape[d] === 1) continue;
    const axis = strides.findIndex((own, k) => own > 0 && stride % own === 0 && input[k] !== 1);
    const steps = stride / (strides[axis] ?? 1);
    const last = (starts[axis] ?? 0) + steps * ((shape[d] ?? 1) - 1);
    if (axis < 0 || (terms[axis]?.length ?? 0) > 0 || last < 0 || last >= (input[axis] ?? 0)) return undefined;
    terms[axis]?.push(`${steps === 1 ? '' : steps === -1 ? '-' : steps}${letters[d]}`);
  }
  return starts.map((start, axis) => affine(terms[axis]?.[0], start));
}

/** `2i + 1`, `4 - i`, `i`, `3`; in braces where there is more than a letter. */
function affine(term: string | undefined, start: number): string {
  if (term === undefined) return `${start}`;
  if (start === 0) return term;
  return term.startsWith('-') ? `{${start}${term}}` : `{${term}+${start}}`;
}

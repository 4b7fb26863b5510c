import { at, gather, grad, mul, ones, sum, type Tensor, tensor } from 'throughline';
import { compile } from '../compiled.ts';
import { countIn, type Fields, InputError, vectorIn } from './inputs.ts';
import { type Module, timedOn } from './protocol.ts';

/** For every set of `rows` columns out of n: its columns, what is left of it without each of them, and the signs. */
interface Expansion {
  readonly columns: Tensor;
  readonly rest: Tensor;
  readonly signs: Tensor;
}

/** The subsets of 0 … n−1 of one size, as bits, in ascending order. */
const subsets = (n: number, size: number): number[] =>
  Array.from({ length: 2 ** n }, (_, set) => set).filter((set) => elements(set).length === size);

const elements = (set: number): number[] =>
  Array.from({ length: 32 - Math.clz32(set) }, (_, i) => i).filter((i) => (set >> i) & 1);

function expansion(n: number, rows: number): Expansion {
  const sets = subsets(n, rows).map((set) => ({ set, columns: elements(set) }));
  const smaller = new Map(subsets(n, rows - 1).map((set, place) => [set, place]));
  const rest = sets.map(({ set, columns }) => columns.map((column) => smaller.get(set & ~(1 << column)) ?? 0));
  return {
    columns: tensor(
      sets.map(({ columns }) => columns),
      { dtype: 'int32' },
    ),
    rest: tensor(rest, { dtype: 'int32' }),
    signs: tensor(Array.from({ length: rows }, (_, i) => (i % 2 === 0 ? 1 : -1))),
  };
}

/**
 * The determinant of a [n, n] by expansion along the first row, from the smallest minors to the largest.
 *
 * The last r rows have one minor for each set of r columns. Each is computed once, n·2ⁿ⁻¹ products in all, where a
 * recursion that computes every minor as often as it is met takes about e·n! of them.
 */
export function determinant(a: Tensor): Tensor {
  const [n = 0] = a.shape;
  let minors = ones([1]);
  for (let rows = 1; rows <= n; rows++) {
    const { columns, rest, signs } = expansion(n, rows);
    const row = gather(at(a, n - rows), columns);
    minors = sum(mul(mul(row, gather(minors, rest)), signs), 1);
  }
  return at(minors, 0);
}

const value = compile(determinant);
const gradient = compile(grad(determinant));

/** More columns than that have more sets than fit in memory. */
const LARGEST = 16;

function read(input: Fields): Tensor {
  const n = countIn(input, 'ell', 1);
  if (n > LARGEST) throw new InputError(`ell is ${n}; expansion by minors is for matrices of at most ${LARGEST} rows.`);
  return vectorIn(input, 'A', n * n).reshape([n, n]);
}

/** GradBench's `det`: a determinant by expansion by minors, and its gradient. */
export const det: Module = {
  primal: timedOn(read, value, (y) => y.item()),
  gradient: timedOn(read, gradient, (g) => [...g.data]),
};

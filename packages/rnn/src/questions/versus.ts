import { type Concrete, formatType, type Shape, ShapeError, sameShape, Tensor } from '@throughline/tensor';
import type { LazyJacobian } from './jacobian.ts';
import { place } from './nodes.ts';

/** What a Jacobian may be held against. */
export type Reference = LazyJacobian | Tensor | { readonly diagonal: Tensor };

/** How far two families of matrices are apart. */
export interface Deviation {
  /** The largest difference of two entries. NaN when there is one. */
  readonly max: number;
  /** ‖left − right‖ / ‖right‖, Frobenius. */
  readonly relative: number;
  /** Where the largest difference is. */
  readonly worst: {
    readonly row: number;
    readonly i: number;
    readonly j: number;
    readonly left: number;
    readonly right: number;
  };
}

/** Reads one entry of a family of matrices. */
type Entries = (row: number, i: number, j: number) => number;

/** The reference as entries. @throws ShapeError when it does not fit. */
export function referenceOf(op: string, other: Reference, left: Tensor): Entries {
  const [rows, m, n] = left.shape as [number, number, number]; // matrices of a LazyJacobian
  if (!(other instanceof Tensor) && 'matrices' in other) return entriesOf(op, other.matrices(), [rows, m, n], left);
  const diagonal = other instanceof Tensor ? (place(other) === undefined ? undefined : other) : other.diagonal;
  if (diagonal !== undefined) {
    if (m !== n || diagonal.shape[0] !== rows || diagonal.size !== rows * n) {
      throw new ShapeError(
        op,
        `cannot compare ${formatType(left)} with diag(${formatType(diagonal)}): it takes [${rows},${n}] and square matrices.`,
      );
    }
    const { storage } = diagonal.concrete('versus');
    return (row, i, j) => (i === j ? (storage[row * n + i] as number) : 0); // within the shape
  }
  const matrix = other as Tensor; // neither a Jacobian nor a diagonal
  if (matrix.rank === 2) {
    const entries = entriesOf(op, matrix, [m, n], left);
    return (_, i, j) => entries(0, i, j);
  }
  return entriesOf(op, matrix, [rows, m, n], left);
}

function entriesOf(op: string, x: Tensor, shape: Shape, left: Tensor): Entries {
  if (!sameShape(x.shape, shape)) throw new ShapeError(op, `cannot compare ${formatType(left)} with ${formatType(x)}.`);
  const { storage } = x.concrete('versus');
  const [m, n] = shape.slice(-2) as [number, number]; // at least two axes
  return (row, i, j) => storage[(row * m + i) * n + j] as number; // within the shape
}

/** Entry by entry; equal infinities do not deviate. */
export function deviation(op: string, matrices: Tensor, right: Entries, onlyRow?: number): Deviation {
  const left: Concrete = matrices.concrete('versus');
  const [rows, m, n] = left.shape as [number, number, number]; // matrices of a LazyJacobian
  if (onlyRow !== undefined && !(onlyRow >= 0 && onlyRow < rows)) {
    throw new ShapeError(op, `there is no row ${onlyRow}: the batch has rows 0…${rows - 1}.`);
  }
  let worst = { row: 0, i: 0, j: 0, left: 0, right: 0 };
  let max = 0;
  const differences = new Norm();
  const size = new Norm();
  for (let row = onlyRow ?? 0; row < (onlyRow === undefined ? rows : onlyRow + 1); row++) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        const a = left.storage[(row * m + i) * n + j] as number; // within the shape
        const b = right(row, i, j);
        const difference = a === b ? 0 : Math.abs(a - b);
        differences.add(difference);
        size.add(b);
        if (difference > max || (Number.isNaN(difference) && !Number.isNaN(max))) {
          max = difference;
          worst = { row, i, j, left: a, right: b };
        }
      }
    }
  }
  const relative = differences.value === 0 ? 0 : differences.value / size.value;
  return { max, relative, worst };
}

/** √Σx², with a running scale so that squares neither overflow nor underflow. */
class Norm {
  #scale = 0;
  #sum = 1;
  add(x: number): void {
    const size = Math.abs(x);
    if (size === 0) return;
    if (size > this.#scale) {
      const ratio = this.#scale / size;
      this.#sum = 1 + this.#sum * ratio * ratio;
      this.#scale = size;
    } else if (Number.isNaN(size) || this.#scale === Number.POSITIVE_INFINITY) {
      if (Number.isNaN(size)) this.#sum = Number.NaN;
    } else {
      const ratio = size / this.#scale;
      this.#sum += ratio * ratio;
    }
  }
  get value(): number {
    return Number.isNaN(this.#sum) ? this.#sum : this.#scale === 0 ? 0 : this.#scale * Math.sqrt(this.#sum);
  }
}

import { contract, reshape, type Sweep, slice, stack, vjp } from '@throughline/autograd';
import { singularValues, spectralRadius } from '@throughline/autograd/linalg';
import {
  ArgumentError,
  Concrete,
  dtypes,
  formatType,
  full,
  ShapeError,
  sameType,
  sizeOf,
  type Tensor,
  type TensorType,
} from '@throughline/tensor';
import { norm2 } from './norms.ts';
import { type Deviation, deviation, type Reference, referenceOf } from './versus.ts';

/**
 * ∂y/∂x for each row of the batch, computed when asked: y's elements down, x's across. It takes one sweep per element of a
 * row of y, over the part of the tape between the two; rows are independent, so that one sweep serves them all.
 */
export class LazyJacobian {
  /** `∂c[30]/∂c[29] | h`, for messages and reports. */
  readonly name: string;
  /** The types of the ends, the batch first. */
  readonly y: TensorType;
  readonly x: TensorType;
  readonly #sweep: Sweep;
  #matrices: Tensor | undefined;
  #push: ((tangent: Tensor) => Tensor) | undefined;

  constructor(name: string, sweep: Sweep, y: TensorType, x: TensorType) {
    this.name = name;
    this.#sweep = sweep;
    this.y = { dtype: y.dtype, shape: y.shape };
    this.x = { dtype: x.dtype, shape: x.shape };
  }

  /** The number of batch rows. */
  get rows(): number {
    return this.y.shape[0] as number; // checked: y has a batch axis
  }

  /** All rows' matrices: [B, elements of y, elements of x]. */
  matrices(): Tensor {
    this.#matrices ??= this.#compute();
    return this.#matrices;
  }

  /** One row's matrix. @throws ArgumentError when there is no such row. */
  matrix(row = 0): Tensor {
    const all = this.matrices();
    const [rows, m, n] = all.shape as [number, number, number]; // three axes
    if (!Number.isInteger(row) || row < 0 || row >= rows) {
      throw new ArgumentError(this.name, `there is no row ${row}: the batch has rows 0…${rows - 1}.`);
    }
    return reshape(slice(all, [row, 0, 0], [row + 1, m, n]), [m, n]);
  }

  /** The diagonal of one row's matrix. @throws ShapeError unless it is square. */
  diagonal(row = 0): Tensor {
    const matrix = this.matrix(row);
    const [m, n] = matrix.shape as [number, number]; // a matrix
    if (m !== n) throw new ShapeError(this.name, `${formatType(matrix)} is not square, so it has no diagonal.`);
    return reshape(slice(reshape(matrix, [m * n]), [0], [m * n], [n + 1]), [m]);
  }

  /** The Frobenius norm of one row's matrix, or with 2 its largest singular value. */
  norm(kind: 'fro' | 2 = 'fro', row = 0): number {
    if (kind === 2) return this.singularValues(row).data[0] ?? 0;
    if (kind !== 'fro') throw new ArgumentError(this.name, `norm ${String(kind)} is neither 'fro' nor 2.`);
    return norm2(this.matrix(row));
  }

  /** The singular values of one row's matrix, largest first. */
  singularValues(row = 0): Tensor {
    return singularValues(this.matrix(row));
  }

  /** The largest absolute value of an eigenvalue of one row's matrix. @throws ShapeError unless it is square. */
  spectralRadius(row = 0): number {
    return spectralRadius(this.matrix(row)).item();
  }

  /** A cotangent of y, all rows at once, pulled back to x. One sweep. */
  vjp(ct: Tensor): Tensor {
    if (!sameType(ct, this.y))
      throw new ShapeError(this.name, `the cotangent is ${formatType(ct)}, y is ${formatType(this.y)}.`);
    return this.#pull(ct);
  }

  /**
   * A tangent of x, all rows at once, pushed to y: the matrices times the tangent. They are not formed for it: the sweep is
   * linear in its cotangent, and its own reverse is the way forward.
   */
  jvp(tangent: Tensor): Tensor {
    if (!sameType(tangent, this.x)) {
      throw new ShapeError(this.name, `the tangent is ${formatType(tangent)}, x is ${formatType(this.x)}.`);
    }
    if (this.#matrices === undefined) {
      // The sweep is linear, so that it may be recorded at any cotangent.
      this.#push ??= vjp((ct: Tensor) => this.#pull(ct), full(this.y.shape, 1, this.y.dtype)).pullback;
      return this.#push(tangent);
    }
    const flat = reshape(tangent, [this.rows, rowSize(this.x)]);
    return reshape(contract('bij,bj->bi', this.#matrices, flat), this.y.shape);
  }

  /**
   * How far this is from another Jacobian, a matrix ([m, n] for every row, or [B, m, n]), or a vector line such as
   * `f.at(30)`, read as a diagonal. The relative deviation is ‖this − other‖ / ‖other‖ in the Frobenius norm, over all
   * rows or over one.
   */
  versus(other: Reference, options: { readonly row?: number } = {}): Deviation {
    const right = referenceOf(this.name, other, this.matrices());
    return deviation(this.name, this.matrices(), right, options.row);
  }

  toString(): string {
    return `${this.name}: ${this.rows} × [${rowSize(this.y)},${rowSize(this.x)}]`;
  }

  #pull(ct: Tensor): Tensor {
    const [pulled] = this.#sweep([ct]);
    return pulled ?? full(this.x.shape, 0, this.x.dtype);
  }

  #compute(): Tensor {
    const m = rowSize(this.y);
    const n = rowSize(this.x);
    if (m === 0 || n === 0 || this.rows === 0) return full([this.rows, m, n], 0, this.x.dtype);
    const pulled = Array.from({ length: m }, (_, i) => reshape(this.#pull(unitVectors(this.y, i)), [this.rows, n]));
    return stack(pulled, 1);
  }
}

/** Elements of one row. */
const rowSize = ({ shape }: TensorType): number => sizeOf(shape.slice(1));

/** In each row of a type, 1 at the row's element i, and 0 elsewhere. */
function unitVectors(type: TensorType, i: number): Concrete {
  const storage = dtypes[type.dtype].allocate(sizeOf(type.shape));
  for (let at = i; at < storage.length; at += rowSize(type)) storage[at] = 1;
  return new Concrete(storage, type.dtype, type.shape);
}

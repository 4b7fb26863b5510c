import { div, key, mul, normal, sub } from '@throughline/autograd';
import { ArgumentError, Concrete, dtypes, type Tensor, type TensorType } from '@throughline/tensor';
import type { LazyJacobian } from '../../questions/jacobian.ts';
import { norm2 } from '../../questions/norms.ts';

/** How long to iterate. */
export interface PowerIterationOptions {
  /** The residual at which to stop; 1e-10 by default, 1e-5 in float32. */
  readonly tolerance?: number;
  /** 1,000 by default. */
  readonly maxIterations?: number;
  /** The row of the batch. */
  readonly row?: number;
}

/** The largest singular value of a Jacobian, and how it was come by. */
export interface PowerIteration {
  /** ‖J v‖ for the last v: never more than the largest singular value, but for rounding. */
  readonly value: number;
  /** ‖JᵀJ v − value² v‖ / value²: there is a singular value whose square is within this part of value². */
  readonly residual: number;
  readonly iterations: number;
  /** Whether the residual came below the tolerance. */
  readonly converged: boolean;
  /** v of length 1, of x's type, and J v / value, of y's type; other rows are 0. */
  readonly right: Tensor;
  readonly left: Tensor;
}

/**
 * The largest singular value of one row's Jacobian, without the matrix: J v by `jvp`, Jᵀ u by `vjp`, in turns.
 *
 * For large states: an iteration is one push and one sweep, where the matrix takes a sweep for each element of y. The
 * error shrinks by (σ₂/σ₁)² per iteration in v, and by its square in the value. It starts from a fixed random v.
 * Source: Golub, Van Loan, "Matrix computations", chapter 8.
 * @throws ArgumentError when there is no such row, or an option is out of range.
 * @example const { h } = unroll(rnn, { h: { W: zeros([1, 1]), U: tensor([[0.5]]), b: zeros([1]) } }, zeros([2, 1, 1])).lines; powerIteration(total(h.at(2), h.at(0))).value   // 0.25
 */
export function powerIteration(jacobian: LazyJacobian, options: PowerIterationOptions = {}): PowerIteration {
  const { x, y, rows } = jacobian;
  const { tolerance = x.dtype === 'float32' ? 1e-5 : 1e-10, maxIterations = 1000, row = 0 } = options;
  if (!Number.isInteger(row) || row < 0 || row >= rows) {
    const has = rows === 0 ? 'is empty' : `has rows 0…${rows - 1}`;
    throw new ArgumentError('powerIteration', `there is no row ${row} in ${jacobian.name}: the batch ${has}.`);
  }
  if (!(tolerance >= 0))
    throw new ArgumentError('powerIteration', `tolerance is ${String(tolerance)}, not a number ≥ 0.`);
  if (!Number.isInteger(maxIterations) || maxIterations < 1)
    throw new ArgumentError('powerIteration', `maxIterations is ${String(maxIterations)}, not an integer ≥ 1.`);
  let right: Tensor = unit(onlyRow(normal(key(0), x.shape), x, row)).direction;
  for (let iterations = 1; ; iterations++) {
    const { length: value, direction: left } = unit(onlyRow(jacobian.jvp(right), y, row));
    // 0: nothing is left of v nor, its draw being random, of anything. NaN: there is nothing to find.
    if (!(value > 0)) return { value, residual: value, iterations, converged: value === 0, right, left };
    const back = onlyRow(jacobian.vjp(left), x, row);
    const residual = norm2(sub(back, mul(right, value))) / value;
    const converged = residual <= tolerance;
    if (converged || iterations === maxIterations || Number.isNaN(residual))
      return { value, residual, iterations, converged, right, left };
    right = unit(back).direction;
  }
}

/** One row of a value, the others 0, as numbers of a type. */
function onlyRow(value: Tensor, type: TensorType, row: number): Concrete {
  const { storage } = value.concrete('powerIteration');
  const width = storage.length / (type.shape[0] as number); // the batch comes first
  const own = dtypes[type.dtype].allocate(storage.length);
  for (let i = row * width; i < (row + 1) * width; i++) own[i] = storage[i] as number; // within the row
  return new Concrete(own, type.dtype, type.shape);
}

/** A vector by length and direction; the zero vector is its own direction. */
function unit(x: Tensor): { readonly length: number; readonly direction: Tensor } {
  const length = norm2(x);
  return { length, direction: length > 0 ? div(x, length) : x };
}

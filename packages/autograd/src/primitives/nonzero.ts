import {
  ArgumentError,
  type Concrete,
  checkTensor,
  formatType,
  ShapeError,
  type Tensor,
  TraceError,
} from '@throughline/tensor';
import { countNonzero, nonzero as kernel } from '@throughline/tensor/arrays';
import { bind } from '../bind.ts';
import { known } from '../known.ts';
import { definePrimitive } from '../primitive.ts';

const primitive = definePrimitive<{ size: number; fill: number }, 1, number>({
  name: 'nonzero',
  semantics: { kind: 'host' },
  infer([x], { size, fill }) {
    if (x.shape.length === 0) throw new ShapeError('nonzero', `${formatType(x)} has no axes. Use reshape(x, [1]).`);
    if (!Number.isInteger(size) || size < 0) throw new ArgumentError('nonzero', `size is ${size}, not a count ≥ 0.`);
    if ((fill | 0) !== fill) throw new ArgumentError('nonzero', `fill is ${fill}, not an int32.`);
    return x.shape.map(() => ({ dtype: 'int32', shape: [size] }));
  },
  eval: ([x], { size, fill }) => kernel(x, size, fill),
  pullbacks: [null],
});

export interface SizeOptions {
  /** How many results; those that are missing are filled up. Without it as many as there are, which only numbers tell. */
  readonly size?: number;
  /** What stands where there are fewer; 0 by default. */
  readonly fill?: number;
}

/**
 * Where elements are not 0, in row-major order: a vector of indices for each axis. `size` fixes how many, so that it may be traced
 * and compiled: the rest is left out, or filled with `fill`.
 *
 * Shapes: [d₀, …, dₙ] → n + 1 times [size]. Dtypes: any → int32. Gradient: none, the results are integers. NaN is not 0.
 * @throws ShapeError for a scalar; ArgumentError unless size is a count and fill an int32; TraceError when size is missing where
 * there are no numbers.
 * @example nonzero(tensor([3, 0, 5]))[0]                         // i32[2] [0, 2]
 * @example nonzero(tensor([3, 0, 5]), { size: 3, fill: -1 })[0]   // i32[3] [0, 2, -1]
 */
export function nonzero(x: Tensor, options: SizeOptions = {}): Tensor[] {
  checkTensor('nonzero', x);
  const { size = countOf('nonzero', x), fill = 0 } = options;
  return [...bind(primitive, [x], { size, fill })];
}

/** How many elements are not 0, where there are numbers. */
export function countOf(op: string, x: Tensor): number {
  const numbers: Concrete | null = known(x);
  if (numbers !== null) return countNonzero(numbers);
  throw new TraceError(
    op,
    `how many elements of ${formatType(x)} are not 0 is unknown while a Program is being recorded or mapped. Give { size }.`,
  );
}

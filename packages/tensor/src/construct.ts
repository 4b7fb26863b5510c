import { type DType, dtypes, isDType, isFloat, type Storage } from './dtype.ts';
import { ArgumentError, DTypeError, ShapeError } from './errors.ts';
import { checkShape, formatShape, type Shape, sizeOf } from './shape.ts';
import { Concrete, Tensor } from './tensor.ts';
import { readValues, type TensorValues } from './values.ts';

/** What `tensor` may be told besides the values. */
export interface TensorOptions {
  /** Element type; without it what the values suggest. */
  readonly dtype?: DType;
  /** The extents; without them those of the nesting. */
  readonly shape?: Shape;
}

/**
 * Copies numbers into a tensor. A copy of a recorded value is a constant.
 *
 * Shapes: that of the nesting, a plain number being a scalar; or `shape`, filled row-major.
 * dtypes: float64; bool from booleans; float32, int32 from their typed arrays; that of a tensor; or `dtype`. Numbers become
 * int32 or bool only where nothing is lost: use `cast` to truncate.
 * @throws ShapeError when rows differ in length or the values do not fill `shape`.
 * @throws ArgumentError for anything that is not a number or a boolean, named by its path.
 * @throws DTypeError when a value does not fit `dtype`.
 * @example tensor([[1, 2], [3, 4]])   // f64[2,2] [[1, 2], [3, 4]]
 * @example tensor([true, false])   // bool[2] [true, false]
 * @example tensor([1, 2, 3], { dtype: 'int32' })   // i32[3] [1, 2, 3]
 * @example tensor(new Float32Array(4), { shape: [2, 2] })   // f32[2,2] [[0, 0], [0, 0]]
 */
export function tensor(values: TensorValues, options: TensorOptions = {}): Tensor {
  const source = values instanceof Tensor ? values.concrete('tensor') : readValues(values);
  const dtype = checkDType('tensor', options.dtype ?? source.dtype);
  const shape = options.shape === undefined ? source.shape : ownShape('tensor', options.shape);
  const { storage: flat } = source;
  if (sizeOf(shape) !== flat.length) {
    throw new ShapeError(
      'tensor',
      `${flat.length} values do not fill ${formatShape(shape)}, which has ${sizeOf(shape)}.`,
    );
  }
  const storage = dtypes[dtype].allocate(flat.length);
  storage.set(flat);
  if (!isFloat(dtype)) checkExact(flat, dtype);
  return new Concrete(storage, dtype, shape);
}

/**
 * All 0.
 *
 * @example zeros([2, 3])   // f64[2,3] [[0, 0, 0], [0, 0, 0]]
 */
export const zeros = (shape: Shape, dtype: DType = 'float64'): Tensor => filled('zeros', shape, 0, dtype);

/**
 * All 1.
 *
 * @example ones([3], 'int32')   // i32[3] [1, 1, 1]
 */
export const ones = (shape: Shape, dtype: DType = 'float64'): Tensor => filled('ones', shape, 1, dtype);

/**
 * Every element `value`.
 *
 * @throws DTypeError when `value` does not fit `dtype`.
 * @example full([2], 0.5)   // f64[2] [0.5, 0.5]
 */
export function full(shape: Shape, value: number, dtype: DType = 'float64'): Tensor {
  if (typeof value !== 'number') throw new ArgumentError('full', `the value is a ${typeof value}, not a number.`);
  return filled('full', shape, value, dtype);
}

/**
 * The identity matrix [n, n].
 *
 * @example eye(2)   // f64[2,2] [[1, 0], [0, 1]]
 */
export function eye(n: number, dtype: DType = 'float64'): Tensor {
  const { storage, shape } = filled('eye', [n, n], 0, dtype);
  for (let i = 0; i < n; i++) storage[i * n + i] = 1;
  return new Concrete(storage, dtype, shape);
}

/**
 * 0, 1, … below `stop`; or start, start + step, … before `stop`. Element i is start + i·step, so errors do not add up.
 *
 * @throws ArgumentError when `step` is 0 or any of the three is not finite.
 * @example arange(4)   // f64[4] [0, 1, 2, 3]
 * @example arange(1, 2, 0.25)   // f64[4] [1, 1.25, 1.5, 1.75]
 * @example arange(3, 0, -1)   // f64[3] [3, 2, 1]
 */
export function arange(stop: number, dtype?: DType): Tensor;
export function arange(start: number, stop: number, step?: number, dtype?: DType): Tensor;
export function arange(a: number, b?: number | DType, step = 1, dtype: DType = 'float64'): Tensor {
  const [start, stop] = typeof b === 'number' ? [a, b] : [0, a];
  const type = typeof b === 'string' ? b : dtype;
  if (![start, stop, step].every(Number.isFinite) || step === 0) {
    throw new ArgumentError(
      'arange',
      `start ${start}, stop ${stop}, step ${step}: all must be finite, and step not 0.`,
    );
  }
  const size = Math.max(0, Math.ceil((stop - start) / step));
  return tensor(
    Float64Array.from({ length: size }, (_, i) => start + i * step),
    { dtype: type },
  );
}

/**
 * `count` values at equal distances from `start` to `stop`, both included.
 *
 * @throws ArgumentError when `count` is not an integer ≥ 0, or an end is not finite.
 * @example linspace(0, 1, 5)   // f64[5] [0, 0.25, 0.5, 0.75, 1]
 */
export function linspace(start: number, stop: number, count: number, dtype: DType = 'float64'): Tensor {
  if (!Number.isFinite(start) || !Number.isFinite(stop)) {
    throw new ArgumentError('linspace', `start ${start} and stop ${stop} must be finite.`);
  }
  if (!Number.isInteger(count) || count < 0) {
    throw new ArgumentError('linspace', `the count ${count} is not an integer ≥ 0.`);
  }
  const gaps = count - 1;
  // the last is `stop` itself: start + gaps·((stop − start) / gaps) may miss it by an ulp
  const at = (i: number): number => (i === gaps && i > 0 ? stop : start + (i * (stop - start)) / Math.max(gaps, 1));
  return tensor(
    Float64Array.from({ length: count }, (_, i) => at(i)),
    { dtype },
  );
}

/** Takes `storage` over without copying. Internal: the caller gives the array up, since tensors never change. */
export function fromStorage(storage: Storage, dtype: DType, shape: Shape): Concrete {
  if (storage.length !== sizeOf(shape)) {
    throw new ShapeError('fromStorage', `${storage.length} values do not fill ${formatShape(shape)}.`);
  }
  return new Concrete(storage, dtype, shape);
}

function filled(op: string, shape: Shape, value: number, dtype: DType): Concrete {
  const own = ownShape(op, shape);
  const storage = dtypes[checkDType(op, dtype)].allocate(sizeOf(own)).fill(value);
  if (!isFloat(dtype)) checkExact([value], dtype, op);
  return new Concrete(storage, dtype, own);
}

/** A checked copy: the caller's array may change later. */
function ownShape(op: string, shape: Shape): Shape {
  if (!Array.isArray(shape))
    throw new ArgumentError(op, `the shape is a ${typeof shape}, not a list of extents like [2, 3].`);
  checkShape(op, shape);
  return Object.freeze([...shape]);
}

function checkDType(op: string, dtype: DType): DType {
  if (isDType(dtype)) return dtype;
  throw new DTypeError(op, `${JSON.stringify(dtype)} is not a dtype. There are ${Object.keys(dtypes).join(', ')}.`);
}

/** Refuses what int32 and bool cannot hold. */
function checkExact(values: ArrayLike<number>, dtype: DType, op = 'tensor'): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number; // i < length
    const fits = dtype === 'int32' ? (value | 0) === value : value === 0 || value === 1;
    if (!fits) {
      throw new DTypeError(
        op,
        `${value} does not fit ${dtype}. Make a float64 tensor and cast it, which says how it rounds.`,
      );
    }
  }
}

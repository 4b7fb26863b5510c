import { type DType, isFloat, type Storage } from './dtype.ts';
import { ArgumentError } from './errors.ts';
import { format } from './format.ts';
import { formatType, type Shape, sizeOf, type TensorType } from './shape.ts';

/** Nested arrays of numbers, as deep as the rank; a scalar is a number. */
export type NestedArray = number | NestedArray[];

/** A window on a tensor's elements, row-major, that cannot write. */
export interface ReadonlyView extends Iterable<number> {
  readonly length: number;
  readonly [index: number]: number;
}

/**
 * An n-d array, as concrete as what it was computed from: concrete (numbers), recorded (numbers with a place on a
 * tape) or abstract (a type only). Immutable.
 */
export abstract class Tensor<S extends Shape = Shape, D extends DType = DType> implements TensorType {
  abstract readonly dtype: D;
  abstract readonly shape: S;

  /** The numbers behind this value. Throws a `TraceError` when there are none: `reader` names what asked. */
  abstract concrete(reader: string): Concrete<S, D>;

  get rank(): number {
    return this.shape.length;
  }

  get size(): number {
    return sizeOf(this.shape);
  }

  /** The one element as a JavaScript number (bool: 0 or 1). @throws ArgumentError unless the size is 1. */
  item(): number {
    const { storage } = this.concrete('item');
    if (storage.length !== 1) {
      throw new ArgumentError('item', `${formatType(this)} has ${storage.length} elements, not one. Use toArray().`);
    }
    return storage[0] as number; // length is 1
  }

  /** A fresh nested array, as deep as the rank. */
  toArray(): NestedArray {
    const { storage } = this.concrete('toArray');
    let next = 0;
    const read = (axis: number): NestedArray =>
      axis === this.rank
        ? (storage[next++] as number)
        : Array.from({ length: this.shape[axis] ?? 0 }, () => read(axis + 1));
    return read(0);
  }

  /** A fresh typed array of the elements, row-major. */
  toTypedArray(): Storage {
    return this.concrete('toTypedArray').storage.slice();
  }

  /** The elements, row-major, read-only. */
  get data(): ReadonlyView {
    return readonlyView(this.concrete('data').storage);
  }

  /** As a REPL prints it: type, then values, shortened in the middle. */
  toString(): string {
    return format(this.concrete('toString'));
  }

  /** Numbers are refused, since `x + 1` would silently lose the gradient; strings print. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    throw new ArgumentError(
      'tensor',
      `${formatType(this)} was used as a JavaScript number, which would lose its gradient. ` +
        'Use add(x, 1) or x.add(1) for arithmetic, and x.item() to read a number.',
    );
  }

  /** How Node's console and REPL show it. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** A tensor of numbers: contiguous, row-major, never changed after creation. */
export class Concrete<S extends Shape = Shape, D extends DType = DType> extends Tensor<S, D> {
  readonly storage: Storage;
  readonly dtype: D;
  readonly shape: S;

  /** Takes `storage` over without copying: for kernels. Users call `tensor`, which copies. */
  constructor(storage: Storage, dtype: D, shape: S) {
    super();
    this.storage = storage;
    this.dtype = dtype;
    this.shape = shape;
  }

  override concrete(): this {
    return this;
  }
}

/** True when the value carries cotangents: its dtype is a float. */
export const isDifferentiable = (type: TensorType): boolean => isFloat(type.dtype);

function readonlyView(storage: Storage): ReadonlyView {
  return new Proxy(storage, {
    get(target, key) {
      if (key === 'length') return target.length;
      if (key === Symbol.iterator) return () => target[Symbol.iterator]();
      return typeof key === 'string' ? target[Number(key)] : undefined; // `buffer` and `set` would let writes through
    },
    set: refuseWrite,
    defineProperty: refuseWrite,
    deleteProperty: refuseWrite,
    setPrototypeOf: refuseWrite,
  }) as unknown as ReadonlyView; // the proxy shows just the members of ReadonlyView
}

function refuseWrite(): never {
  throw new ArgumentError(
    'data',
    'tensors are immutable. Copy with toTypedArray(), change that, and make a new tensor.',
  );
}

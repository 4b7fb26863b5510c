import { type DType, dtypes, type Storage } from './dtype.ts';
import { ShapeError } from './errors.ts';
import { formatShape, type Shape, sizeOf } from './shape.ts';
import { Concrete, type NestedArray } from './tensor.ts';

/** Copies numbers into a tensor. */
export function tensor(
  values: NestedArray | boolean | Storage,
  options: { dtype?: DType; shape?: Shape } = {},
): Concrete {
  const flat: number[] = [];
  const shape: number[] = [];
  const walk = (v: unknown, axis: number): void => {
    if (typeof v === 'number' || typeof v === 'boolean') {
      flat.push(Number(v));
      return;
    }
    const list = v as ArrayLike<unknown>;
    if (shape[axis] === undefined) shape[axis] = list.length;
    else if (shape[axis] !== list.length) throw new ShapeError('tensor', `ragged at axis ${axis}.`);
    for (let i = 0; i < list.length; i++) walk(list[i], axis + 1);
  };
  walk(values, 0);
  const target = options.shape ?? shape;
  if (sizeOf(target) !== flat.length)
    throw new ShapeError('tensor', `${flat.length} values do not fill ${formatShape(target)}.`);
  const dtype = options.dtype ?? 'float64';
  const storage = dtypes[dtype].allocate(flat.length);
  storage.set(flat);
  return new Concrete(storage, dtype, target);
}

/** A tensor with every element `value`. */
export function full(shape: Shape, value: number, dtype: DType = 'float64'): Concrete {
  return new Concrete(dtypes[dtype].allocate(sizeOf(shape)).fill(value), dtype, shape);
}

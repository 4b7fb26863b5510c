/**
 * @file Slices of sequences, and sequences of slices, without a tensor per step where nothing is recorded. While a
 * debugger watches, ops move the numbers, so that it can follow them.
 */
import { Concrete, dtypes, type Shape, type Storage, sizeOf, type Tensor, type TensorType } from '@throughline/tensor';
import { watch } from '../scope.ts';
import { concat, split, unstack } from './concat-split.ts';
import { reshape } from './reshape.ts';
import { filled } from './sum-broadcast.ts';

/** A window on consecutive elements; it shares their memory, which never changes. */
const window = (x: Concrete, start: number, shape: Shape): Concrete =>
  new Concrete(x.storage.subarray(start, start + sizeOf(shape)), x.dtype, shape);

/** The slices of x along its leading axis; numbers are looked at where they lie, recorded values are taken apart at once. */
export function rowsOf(x: Tensor): (t: number) => Tensor {
  if (x instanceof Concrete && watch === null) {
    const shape = x.shape.slice(1);
    const size = sizeOf(shape);
    return (t) => window(x, t * size, shape);
  }
  const rows = unstack(x);
  return (t) => rows[t] as Tensor; // t < length
}

/** The stretches of x along its leading axis, `sizes` long one after the other. */
export function stretchesOf(x: Tensor, sizes: readonly number[]): (i: number) => Tensor {
  if (x instanceof Concrete && watch === null) {
    const size = sizeOf(x.shape.slice(1));
    const starts = [0];
    for (const count of sizes) starts.push((starts.at(-1) as number) + count); // it has a first
    return (i) => window(x, (starts[i] as number) * size, [sizes[i] as number, ...x.shape.slice(1)]); // i < sizes.length
  }
  const parts = split(x, sizes);
  return (i) => parts[i] as Tensor; // as above
}

/** Puts slices or stretches together along a leading axis: numbers go straight into one piece of memory. */
export class Gather {
  readonly #type: TensorType;
  readonly #sizes: readonly number[] | null;
  #storage: Storage | null = null;
  #pieces: (Tensor | undefined)[] | null = null;

  /** `type` is the whole's; the parts are single slices, or stretches of these sizes. */
  constructor(type: TensorType, sizes: readonly number[] | null = null) {
    this.#type = type;
    this.#sizes = sizes;
  }

  /** Part i, which begins at slice `at`. */
  put(i: number, at: number, part: Tensor): void {
    if (this.#pieces === null && part instanceof Concrete && watch === null) {
      this.#storage ??= dtypes[this.#type.dtype].allocate(sizeOf(this.#type.shape));
      this.#storage.set(part.storage, at * sizeOf(this.#type.shape.slice(1)));
      return;
    }
    this.#pieces ??= this.#known();
    this.#pieces[i] = part;
  }

  /** The whole, zero where nothing was put; null when nothing was. */
  whole(): Tensor | null {
    const pieces = this.#pieces;
    if (pieces === null) return this.#storage && new Concrete(this.#storage, this.#type.dtype, this.#type.shape);
    const rest = this.#type.shape.slice(1);
    const shaped = Array.from(pieces, (part, i) => {
      const shape = [this.#sizes?.[i] ?? 1, ...rest];
      return part === undefined ? filled({ dtype: this.#type.dtype, shape }, 0) : reshape(part, shape);
    });
    return concat(shaped, 0);
  }

  /** What lies in memory already, as parts. */
  #known(): (Tensor | undefined)[] {
    const count = this.#sizes?.length ?? (this.#type.shape[0] as number); // it has a leading axis
    if (this.#storage === null) return new Array<Tensor | undefined>(count).fill(undefined);
    const known = new Concrete(this.#storage, this.#type.dtype, this.#type.shape);
    const part = this.#sizes === null ? rowsOf(known) : stretchesOf(known, this.#sizes);
    return Array.from({ length: count }, (_, i) => part(i));
  }
}

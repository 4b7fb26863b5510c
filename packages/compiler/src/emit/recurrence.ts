import type { Access, RecurrenceKernel } from '../plan/ir.ts';
import type { Code, Local } from '../wasm/code.ts';
import { type EmitKernel, type Emitter, kernelFunction, onFirstThread } from './emitter.ts';
import { collapse, nest, rangeOf, takeInner } from './nest.ts';
import { type Place, type Placed, Places } from './places.ts';
import { VectorLoop } from './vectors.ts';

/** Vectors of chains side by side, each from its first step to its last. */
export const emitRecurrence: EmitKernel<RecurrenceKernel> = (emitter, kernel, loops) =>
  kernelFunction(emitter, loops, (code, steps) => {
    if (kernel.shape.includes(0)) return;
    const write = (): void => writeRecurrence(code, emitter, kernel, new Places(code, emitter, steps));
    if (kernel.split === undefined) onFirstThread(code, emitter, write);
    else write();
  });

/** The access from the last step back to the first. */
function backwards(access: Access, length: number): Access {
  const [stride = 0, ...rest] = access.strides;
  return { ...access, offset: access.offset + stride * (length - 1), strides: [stride === 0 ? 0 : -stride, ...rest] };
}

function writeRecurrence(code: Code, emitter: Emitter, kernel: RecurrenceKernel, places: Places): void {
  const { dtype, shape, reverse, split } = kernel;
  const [length = 0, ...width] = shape;
  const given =
    kernel.from === undefined ? [kernel.a, kernel.b, kernel.out] : [kernel.a, kernel.b, kernel.out, kernel.from];
  const accesses = reverse ? given.map((access) => backwards(access, length)) : given;
  if (split?.axis === 0) throw new RangeError('recurrence: threads cannot share the steps of a chain');
  const own = split === undefined ? undefined : { ...split, axis: split.axis - 1 };
  const axes = collapse(
    width,
    accesses.map(({ strides }) => strides.slice(1)),
    own,
  );
  const lanes = dtype === 'float64' ? 2 : 4;
  const inner = takeInner(axes, lanes);
  const all = accesses.map(
    (access, k): Placed => ({
      access,
      dtype,
      outer: axes.map(({ strides }) => strides[k] ?? 0),
      along: inner.strides[k] ?? 0,
      moves: [access.strides[0] ?? 0],
    }),
  );
  const vectors = new VectorLoop(code, lanes);
  const range = rangeOf(code, emitter, inner);
  const ranges = axes.map((axis) => rangeOf(code, emitter, axis));
  nest(code, axes, ranges, (counters) => {
    const found = places.at(all, counters);
    vectors.start(range, found);
    const chain = new Chain(code, emitter, vectors, kernel, all, found);
    vectors.run(() => chain.write(length));
    vectors.finish();
  });
}

/** The steps of one vector of chains. */
class Chain {
  readonly #code: Code;
  readonly #fast: boolean;
  readonly #vectors: VectorLoop;
  readonly #shape: 'f32x4' | 'f64x2';
  readonly #places: readonly Place[];
  readonly #moves: ReadonlyMap<Local, number>;
  readonly #y: Local;

  constructor(
    code: Code,
    { fast }: Emitter,
    vectors: VectorLoop,
    { dtype }: RecurrenceKernel,
    all: readonly Placed[],
    places: readonly Place[],
  ) {
    this.#code = code;
    this.#fast = fast;
    this.#vectors = vectors;
    this.#shape = dtype === 'float64' ? 'f64x2' : 'f32x4';
    this.#places = places;
    this.#y = code.local('v128');
    const moves = new Map<Local, number>();
    places.forEach((place, k) => {
      const mover = vectors.mover(place);
      const by = (all[k]?.moves?.[0] ?? 0) * place.size;
      if (mover !== undefined && by !== 0) moves.set(mover, by);
    });
    this.#moves = moves;
  }

  write(length: number): void {
    const code = this.#code;
    const [a, b, out, from] = this.#places as [Place, Place, Place, Place?]; // see writeRecurrence
    const y = this.#y;
    const first = from === undefined ? 1 : 0;
    const keep = (): void => {
      this.#vectors.store([{ place: out, value: y }]);
      this.#move(1);
    };
    this.#vectors.push(from ?? b);
    code.set(y);
    if (first === 1) keep();
    const t = code.local('i32');
    code.count(t, first, length, 1, () => {
      this.#vectors.push(a);
      code.get(y);
      if (!this.#fast) code.op(`${this.#shape}Mul`);
      this.#vectors.push(b);
      code.op(this.#fast ? `${this.#shape}RelaxedMadd` : `${this.#shape}Add`).set(y);
      keep();
    });
    code.release(t);
    this.#move(-length);
  }

  #move(steps: number): void {
    for (const [local, by] of this.#moves)
      this.#code
        .get(local)
        .i32(by * steps)
        .op('i32Add')
        .set(local);
  }
}

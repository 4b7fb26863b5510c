import type { Access, RecurrenceKernel } from '../plan/ir.ts';
import type { Code, Local } from '../wasm/code.ts';
import { type EmitKernel, type Emitter, kernelFunction, lanesFor } from './emitter.ts';
import { collapse } from './nest.ts';
import type { Place, Placed } from './places.ts';
import { Strided } from './strided.ts';
import type { VectorLoop } from './vectors.ts';

/** Vectors of chains side by side, each from its first step to its last. */
export const emitRecurrence: EmitKernel<RecurrenceKernel> = (emitter, kernel, loops) =>
  kernelFunction(emitter, kernel, loops, (code, steps) => {
    const { dtype, shape, reverse, split, a, b, out, from } = kernel;
    if (shape.includes(0)) return;
    if (split?.axis === 0) throw new RangeError('recurrence: threads cannot share the steps of a chain');
    const [length = 0, ...width] = shape;
    const given = from === undefined ? [a, b, out] : [a, b, out, from];
    const accesses = given
      .map((access) => (reverse ? backwards(access, length) : access))
      .map((access) => ({ access, dtype, moves: [access.strides[0] ?? 0] }));
    const axes = collapse(
      width,
      accesses.map(({ access }) => access.strides.slice(1)),
      split && { ...split, axis: split.axis - 1 },
    );
    const loop = new Strided(code, emitter, steps, accesses, axes, lanesFor(dtype));
    loop.rows((places) => {
      loop.vectors.start(loop.range, places);
      const chain = new Chain(code, emitter, loop.vectors, kernel, loop.placed, places);
      loop.vectors.run(() => chain.write(length));
      loop.vectors.finish();
    });
  });

/** The access from the last step back to the first. */
function backwards(access: Access, length: number): Access {
  const [stride = 0, ...rest] = access.strides;
  return { ...access, offset: access.offset + stride * (length - 1), strides: [stride === 0 ? 0 : -stride, ...rest] };
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

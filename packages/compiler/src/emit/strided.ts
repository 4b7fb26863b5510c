import type { LoopId } from '../plan/ir.ts';
import type { Code, Local } from '../wasm/code.ts';
import type { Emitter } from './emitter.ts';
import { type Axis, nest, type Range, rangeOf, takeInner } from './nest.ts';
import { type Accessed, type Place, type Placed, Places, placedIn } from './places.ts';
import { VectorLoop } from './vectors.ts';

/** Loops over all of a kernel's elements, with vectors along the axis that suits most accesses. */
export class Strided {
  readonly #code: Code;
  readonly #places: Places;
  readonly #axes: readonly Axis[];
  readonly #ranges: readonly Range[];
  /** The axis along vectors, and what this thread has of it. */
  readonly inner: Axis;
  readonly range: Range;
  readonly vectors: VectorLoop;
  readonly placed: readonly Placed[];

  constructor(
    code: Code,
    emitter: Emitter,
    steps: ReadonlyMap<LoopId, Local>,
    accesses: readonly Accessed[],
    axes: Axis[],
    lanes: 2 | 4,
    take: (axes: Axis[], lanes: number) => Axis = takeInner,
  ) {
    this.#code = code;
    this.#places = new Places(code, emitter, steps);
    this.inner = take(axes, lanes);
    this.#axes = axes;
    this.placed = placedIn(accesses, axes, this.inner);
    this.vectors = new VectorLoop(code, lanes);
    this.range = rangeOf(code, emitter, this.inner);
    this.#ranges = axes.map((axis) => rangeOf(code, emitter, axis));
  }

  /** `body` for each row of vectors, with the places of its accesses. */
  rows(body: (places: readonly Place[]) => void): void {
    nest(this.#code, this.#axes, this.#ranges, (counters) => body(this.#places.at(this.placed, counters)));
  }

  /** `body` for each vector of a row. */
  vectorsOf(places: readonly Place[], body: () => void): void {
    this.vectors.start(this.range, places);
    this.vectors.run(body);
    this.vectors.finish();
  }
}

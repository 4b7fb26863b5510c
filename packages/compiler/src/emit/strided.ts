import type { LoopId, Node } from '../plan/ir.ts';
import type { Code, Local } from '../wasm/code.ts';
import type { Emitter } from './emitter.ts';
import type { Expression } from './expression.ts';
import type { Value } from './graph.ts';
import { type Axis, nest, type Range, rangeOf, takeInner } from './nest.ts';
import { type Accessed, type Place, type Placed, placedIn, placesOf } from './places.ts';
import { VectorLoop } from './vectors.ts';

/** The loads of an expression, in order. */
export const loadsOf = (nodes: readonly Node[]): readonly Accessed[] =>
  nodes.flatMap((node) => (node.kind === 'load' ? [node] : []));

/** Loops over all of a kernel's elements, with vectors along the axis that suits most accesses. */
export class Strided {
  readonly #code: Code;
  readonly #emitter: Emitter;
  readonly #steps: ReadonlyMap<LoopId, Local>;
  readonly #ranges: readonly Range[];
  /** The axis along vectors, and what this thread has of it. */
  readonly inner: Axis;
  readonly range: Range;
  readonly vectors: VectorLoop;
  readonly #placed: readonly Placed[];
  /** Where the accesses lie in the row that is being written. */
  #places: readonly Place[] = [];

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
    this.#emitter = emitter;
    this.#steps = steps;
    this.inner = take(axes, lanes);
    this.#placed = placedIn(accesses, axes, this.inner);
    this.range = rangeOf(code, emitter, this.inner);
    this.vectors = new VectorLoop(code, lanes, this.range);
    this.#ranges = axes.map((axis) => rangeOf(code, emitter, axis));
  }

  /** `body` for each row of vectors, with the places of its accesses. */
  rows(body: (places: readonly Place[]) => void): void {
    nest(this.#code, this.#ranges, (counters) => {
      this.#places = placesOf(this.#code, this.#emitter, this.#steps, this.#placed, counters);
      body(this.#places);
    });
  }

  /** The values of nodes whose loads are the first accesses. What stays along a row, where nothing `moves` it, is loaded once. */
  values(expression: Expression, nodes: readonly Node[], moves = false): readonly Value[] {
    let loads = 0;
    return expression.nodes(nodes, () => {
      const k = loads++;
      const { along, moves: own = [] } = this.#placed[k] as Placed; // one per load
      const level = along === 0 && !(moves && own.some((stride) => stride !== 0)) ? 1 : 2;
      return expression.graph.add(`load ${k}`, [], () => this.vectors.push(this.#places[k] as Place), { level }); // as above
    });
  }

  /** Moves the accesses by as many elements as `by` makes of their own moves. */
  move(by: (moves: readonly number[]) => number): void {
    const movers = new Map<Local, number>();
    this.#places.forEach((place, k) => {
      const bytes = by(this.#placed[k]?.moves ?? []) * place.size;
      const mover = this.vectors.mover(place);
      if (mover !== undefined && bytes !== 0) movers.set(mover, bytes);
    });
    for (const [local, bytes] of movers) this.#code.increase(local, bytes);
  }

  /** `body` for every index of further axes, along which accesses move; in the end they are where they were. */
  moving(axes: readonly Axis[], body: () => void): void {
    const way = (moves: readonly number[], at: number): number => (moves[at] ?? 0) * (axes[at]?.extent ?? 0);
    const from = (at: number): void => {
      const axis = axes[at];
      if (axis === undefined) {
        body();
        return;
      }
      const counter = this.#code.local();
      this.#code.count(counter, 0, axis.extent, 1, () => {
        from(at + 1);
        this.move((moves) => (moves[at] ?? 0) - way(moves, at + 1));
      });
      this.#code.release(counter);
    };
    from(0);
    this.move((moves) => -way(moves, 0));
  }
}

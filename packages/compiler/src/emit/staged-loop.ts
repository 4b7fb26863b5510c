import type { Code, Local } from '../wasm/code.ts';
import type { Emitter } from './emitter.ts';
import { type Graph, GraphWriter, type Value } from './graph.ts';
import type { Range } from './nest.ts';
import type { Place } from './places.ts';
import { type Stages, stagesOf } from './stages.ts';
import type { Strided } from './strided.ts';
import type { VectorLoop } from './vectors.ts';

/** How many vectors one stage computes before the next one does: what lies in between stays in the nearest cache. */
const CHUNK = 64;
const VECTOR = 16;

/** Computes a graph along a row, in one loop over vectors or in several. */
export class StagedLoop {
  readonly #code: Code;
  readonly #emitter: Emitter;
  readonly #vectors: VectorLoop;
  readonly #range: Range;
  readonly #roots: readonly Value[];
  readonly #stages: Stages;
  readonly #writers: readonly GraphWriter[];
  /** Where the first vector of this chunk lies in scratch, minus its index. */
  readonly #scratch: Local;

  constructor(code: Code, emitter: Emitter, { vectors, range, inner }: Strided, graph: Graph, roots: readonly Value[]) {
    this.#code = code;
    this.#emitter = emitter;
    this.#vectors = vectors;
    this.#range = range;
    this.#roots = roots;
    this.#stages = stagesOf(graph, roots, Math.min(CHUNK, Math.ceil(inner.extent / vectors.lanes)));
    this.#scratch = code.local();
    const writers: GraphWriter[] = [];
    for (const [stage, { given }] of this.#stages.list.entries()) {
      const reads = new Map(given.map((value) => [value, () => this.#read(value)]));
      writers.push(new GraphWriter(code, graph, this.#rootsOf(stage), reads, writers[0]));
    }
    this.#writers = writers;
    for (const writer of writers) writer.hoist(0);
  }

  /** All vectors of a row; `store` gets the roots. */
  run(places: readonly Place[], store: (results: readonly Local[]) => void): void {
    const code = this.#code;
    for (const writer of this.#writers) writer.hoist(1);
    const range = this.#range;
    const { length } = this.#writers;
    if (length === 1) {
      this.#stage(0, range, places, store);
      return;
    }
    const scratch = this.#emitter.scratch(this.#stages.slotCount * CHUNK * VECTOR);
    const [from, to] = code.locals(2);
    code.count(from, range.from, range.to, CHUNK * this.#vectors.lanes, () => {
      code
        .get(from)
        .i32(CHUNK * this.#vectors.lanes)
        .op('i32Add')
        .set(to)
        .least(to, range.to)
        .set(to)
        .globalGet(scratch)
        .plus(from, -VECTOR / this.#vectors.lanes)
        .set(this.#scratch);
      for (let stage = 0; stage < length; stage++) this.#stage(stage, { from, to }, places, store);
    });
    code.release(from, to);
  }

  #stage(stage: number, range: Range, places: readonly Place[], store: (results: readonly Local[]) => void): void {
    const writer = this.#writers[stage] as GraphWriter; // one per stage
    const roots = this.#rootsOf(stage);
    this.#vectors.run(
      places,
      () =>
        writer.run(roots, (results) => {
          if (stage === this.#writers.length - 1) store(results);
          else for (const [k, local] of results.entries()) this.#keep(roots[k] as Value, local); // one for one
        }),
      range,
    );
  }

  #rootsOf(stage: number): readonly Value[] {
    const { list } = this.#stages;
    return stage === list.length - 1 ? this.#roots : (list[stage]?.keeps ?? []);
  }

  #read(value: Value): void {
    this.#code.get(this.#vectors.index).get(this.#scratch).op('i32Add').memory('v128Load', this.#offset(value));
  }

  #keep(value: Value, local: Local): void {
    this.#code.get(this.#vectors.index).get(this.#scratch).op('i32Add').get(local);
    this.#code.memory('v128Store', this.#offset(value));
  }

  #offset(value: Value): number {
    return (this.#stages.slots.get(value) ?? 0) * CHUNK * VECTOR;
  }
}

import type { Code, Local } from '../wasm/code.ts';
import type { Emitter } from './emitter.ts';
import { type Graph, GraphWriter, type Value } from './graph.ts';
import type { Range } from './nest.ts';
import type { Place } from './places.ts';
import { stagesOf } from './stages.ts';
import type { Strided } from './strided.ts';

/** How many vectors one stage computes before the next one does: what lies in between stays in the nearest cache. */
const CHUNK = 64;
const VECTOR = 16;

/** Writes the computation of a graph along a row; `store` gets the roots of each vector. */
export type WriteRow = (places: readonly Place[], store: (results: readonly Local[]) => void) => void;

/** Prepares to compute a graph along rows, in one loop over vectors or in several. */
export function stagedLoop(
  code: Code,
  emitter: Emitter,
  { vectors, range, inner }: Strided,
  graph: Graph,
  roots: readonly Value[],
): WriteRow {
  const { list, slots, slotCount } = stagesOf(graph, roots, Math.min(CHUNK, Math.ceil(inner.extent / vectors.lanes)));
  const last = list.length - 1;
  /** Where the first vector of this chunk lies in scratch, minus its index. */
  const chunk = code.local();
  const pushSlot = (): Code => code.get(vectors.index).get(chunk).op('i32Add');
  const offsetOf = (value: Value): number => (slots.get(value) ?? 0) * CHUNK * VECTOR;
  const writers: GraphWriter[] = [];
  const rootsOf = (stage: number): readonly Value[] => (stage === last ? roots : (list[stage]?.keeps ?? []));
  for (const [stage, { given }] of list.entries()) {
    const reads = new Map(given.map((value) => [value, () => void pushSlot().memory('v128Load', offsetOf(value))]));
    writers.push(new GraphWriter(code, graph, rootsOf(stage), reads, writers[0]));
  }
  for (const writer of writers) writer.hoist(0);
  return (places, store) => {
    for (const writer of writers) writer.hoist(1);
    const eachStage = (part: Range): void => {
      for (const [stage, writer] of writers.entries()) {
        const kept = rootsOf(stage);
        const keep = (results: readonly Local[]): void => {
          for (const [k, local] of results.entries())
            pushSlot()
              .get(local)
              .memory('v128Store', offsetOf(kept[k] as Value)); // one for one
        };
        vectors.run(places, () => writer.run(kept, stage === last ? store : keep), part);
      }
    };
    if (last === 0) {
      eachStage(range);
      return;
    }
    const scratch = emitter.scratch(slotCount * CHUNK * VECTOR);
    const [from, to] = code.locals(2);
    const step = CHUNK * vectors.lanes;
    code.count(from, range.from, range.to, step, () => {
      code.get(from).i32(step).op('i32Add').set(to).least(to, range.to).set(to);
      code
        .globalGet(scratch)
        .plus(from, -VECTOR / vectors.lanes)
        .set(chunk);
      eachStage({ from, to });
    });
    code.release(from, to);
  };
}

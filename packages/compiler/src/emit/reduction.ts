import type { DType } from '@throughline/tensor';
import type { LoopId, ReduceKernel } from '../plan/ir.ts';
import type { Code, Local } from '../wasm/code.ts';
import type { Emitter } from './emitter.ts';
import { Expression } from './expression.ts';
import { Graph, GraphWriter, type Value } from './graph.ts';
import type { Axis } from './nest.ts';
import { loadsOf, Strided } from './strided.ts';

/** A reduction with its axes collapsed; strides are one per load, then that of the result. */
export interface Reduction {
  readonly code: Code;
  readonly emitter: Emitter;
  readonly kernel: ReduceKernel;
  readonly steps: ReadonlyMap<LoopId, Local>;
  readonly kept: readonly Axis[];
  readonly reduced: readonly Axis[];
  readonly count: number;
  readonly lanes: 2 | 4;
  /** Of what is combined; bools are counted as int32. */
  readonly dtype: Exclude<DType, 'bool'>;
}

/**
 * The loops of a reduction, and what is combined in them: accesses are those of the loads, then that of the result. `take`
 * chooses the axis along vectors, if not among those that are kept; otherwise the reduced axes move the accesses, `inVector`
 * if that is done for each vector.
 */
export function combined(
  { code, emitter, kernel, steps, kept, reduced, lanes, dtype }: Reduction,
  inVector: boolean,
  take?: (axes: Axis[], lanes: number) => Axis,
): { readonly loop: Strided; readonly writer: GraphWriter; readonly each: (use: (value: Local) => void) => void } {
  const { nodes, node, out } = kernel;
  const outDtype = kernel.combine === 'argMaximum' ? 'int32' : dtype;
  const moving = take === undefined ? reduced : [];
  const accesses = [...loadsOf(nodes), { access: out, dtype: outDtype }].map(({ access, dtype }, k) => ({
    access,
    dtype,
    moves: moving.map(({ strides }) => strides[k] ?? 0),
  }));
  const loop = new Strided(code, emitter, steps, accesses, [...kept], lanes, take);
  const expression = new Expression(new Graph(), emitter, lanes);
  const value = loop.values(expression, nodes, inVector)[node] as Value; // a node
  const root = nodes[node]?.dtype === 'bool' ? expression.cast(value, 'bool', dtype) : value;
  const writer = new GraphWriter(code, expression.graph, [root]);
  writer.hoist(0);
  return { loop, writer, each: (use) => writer.run([root], ([value]) => use(value as Local)) }; // one for one
}

import type { DType } from '@throughline/tensor';
import type { ReduceKernel } from '../plan/ir.ts';
import type { Code } from '../wasm/code.ts';
import type { Emitter } from './emitter.ts';
import { Expression } from './expression.ts';
import { Graph, type Value } from './graph.ts';
import type { Axis } from './nest.ts';
import type { Place, Placed, Places } from './places.ts';
import type { VectorLoop } from './vectors.ts';

/** A reduction with its axes collapsed; strides are one per load, then that of the result. */
export interface Reduction {
  readonly code: Code;
  readonly emitter: Emitter;
  readonly kernel: ReduceKernel;
  readonly places: Places;
  readonly kept: Axis[];
  readonly reduced: readonly Axis[];
  readonly count: number;
  readonly lanes: 2 | 4;
  /** Of what is combined; bools are counted as int32. */
  readonly dtype: Exclude<DType, 'bool'>;
}

/** The expression that is combined, over loads that are placed later. */
export function combinedOf(
  { kernel, emitter, lanes, dtype }: Reduction,
  vectors: VectorLoop,
  all: readonly Placed[],
  found: () => readonly Place[],
): { readonly graph: Graph; readonly root: Value } {
  const graph = new Graph();
  const { nodes } = kernel;
  const loads = nodes.filter(({ kind }) => kind === 'load');
  const expression = new Expression(graph, emitter, lanes);
  const values = expression.nodes(nodes, (at) => {
    const k = loads.indexOf(nodes[at] as (typeof loads)[number]); // asked for loads only
    return vectors.load(graph, all[k] as Placed, `load ${k}`, () => found()[k] as Place); // one place per access
  });
  const value = values[kernel.node] as Value; // a node
  return { graph, root: nodes[kernel.node]?.dtype === 'bool' ? expression.cast(value, 'bool', dtype) : value };
}

/** All accesses with their strides over the kept axes that are loops, and along the one in vectors. */
export function placedOf(
  { kernel, dtype, reduced }: Reduction,
  axes: readonly Axis[],
  along: (k: number) => number,
  moves: boolean,
): Placed[] {
  const loads = kernel.nodes.flatMap((node) => (node.kind === 'load' ? [node] : []));
  const outDtype = kernel.combine === 'argMaximum' ? 'int32' : dtype;
  return [...loads, { access: kernel.out, dtype: outDtype }].map(({ access, dtype: own }, k) => ({
    access,
    dtype: own,
    outer: axes.map(({ strides }) => strides[k] ?? 0),
    along: along(k),
    ...(moves ? { moves: reduced.map(({ strides }) => strides[k] ?? 0) } : {}),
  }));
}

import type { MapKernel } from '../plan/ir.ts';
import type { Code } from '../wasm/code.ts';
import { type EmitKernel, type Emitter, kernelFunction, onFirstThread } from './emitter.ts';
import { Expression, lanesOf } from './expression.ts';
import { Graph, type Value } from './graph.ts';
import { collapse, nest, rangeOf, takeInner } from './nest.ts';
import { type Place, type Placed, Places, placed } from './places.ts';
import { StagedLoop } from './staged-loop.ts';
import { VectorLoop } from './vectors.ts';

/** Element by element: loops over the outer axes, vectors along the axis that suits most accesses. */
export const emitMap: EmitKernel<MapKernel> = (emitter, kernel, loops) =>
  kernelFunction(emitter, loops, (code, steps) => {
    if (kernel.shape.includes(0)) return;
    const write = (): void => writeMap(code, emitter, kernel, new Places(code, emitter, steps));
    if (kernel.split === undefined) onFirstThread(code, emitter, write);
    else write();
  });

function writeMap(code: Code, emitter: Emitter, { shape, nodes, stores, split }: MapKernel, places: Places): void {
  const loads = nodes.flatMap((node) => (node.kind === 'load' ? [node] : []));
  const dtypes = stores.map(({ node }) => nodes[node]?.dtype ?? 'float64');
  const accesses = [...loads.map(({ access }) => access), ...stores.map(({ access }) => access)];
  const axes = collapse(
    shape,
    accesses.map(({ strides }) => strides),
    split,
  );
  const lanes = lanesOf(nodes);
  const inner = takeInner(axes, lanes);
  const range = rangeOf(code, emitter, inner);
  const all = accesses.map((access, k) =>
    placed(
      access,
      loads[k]?.dtype ?? dtypes[k - loads.length] ?? 'float64',
      axes.map(({ strides }) => strides[k] ?? 0),
      inner.strides[k] ?? 0,
    ),
  );
  const vectors = new VectorLoop(code, lanes);
  let found: readonly Place[] = [];
  const graph = new Graph();
  const expression = new Expression(graph, emitter, lanes);
  const values = expression.nodes(nodes, (at) => {
    const k = loads.indexOf(nodes[at] as (typeof loads)[number]); // asked for loads only
    return vectors.load(graph, all[k] as Placed, `load ${k}`, () => found[k] as Place); // one place per access
  });
  const roots = stores.map(({ node }, k) => {
    const dtype = dtypes[k] ?? 'float64';
    const value = values[node] as Value; // stores name nodes
    return expression.toMemory(nodes[node]?.kind === 'op' ? expression.computed(value, dtype) : value, dtype);
  });
  const loop = new StagedLoop(code, emitter, vectors, graph, roots, inner.extent);
  const ranges = axes.map((axis) => rangeOf(code, emitter, axis));
  nest(code, axes, ranges, (counters) => {
    found = places.at(all, counters);
    loop.run(
      range,
      found,
      (results) => vectors.store(results.map((value, k) => ({ place: found[loads.length + k] as Place, value }))), // stores come last
    );
  });
}

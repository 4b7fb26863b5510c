import type { MapKernel } from '../plan/ir.ts';
import { type EmitKernel, kernelFunction } from './emitter.ts';
import { Expression, lanesOf } from './expression.ts';
import { Graph, type Value } from './graph.ts';
import { collapse } from './nest.ts';
import type { Accessed, Place, Placed } from './places.ts';
import { StagedLoop } from './staged-loop.ts';
import { Strided } from './strided.ts';

/** Element by element: loops over the outer axes, vectors along the axis that suits most accesses. */
export const emitMap: EmitKernel<MapKernel> = (emitter, kernel, loops) =>
  kernelFunction(emitter, kernel, loops, (code, steps) => {
    const { shape, nodes, stores, split } = kernel;
    if (shape.includes(0)) return;
    const loads = nodes.flatMap((node) => (node.kind === 'load' ? [node] : []));
    const stored = stores.map(({ node, access }) => ({ access, dtype: nodes[node]?.dtype ?? 'float64' }));
    const accesses: readonly Accessed[] = [...loads, ...stored];
    const axes = collapse(
      shape,
      accesses.map(({ access }) => access.strides),
      split,
    );
    const lanes = lanesOf(nodes);
    const strided = new Strided(code, emitter, steps, accesses, axes, lanes);
    const { vectors, inner, range, placed } = strided;
    let found: readonly Place[] = [];
    const graph = new Graph();
    const expression = new Expression(graph, emitter, lanes);
    const values = expression.nodes(nodes, (at) => {
      const k = loads.indexOf(nodes[at] as (typeof loads)[number]); // asked for loads only
      return vectors.load(graph, placed[k] as Placed, `load ${k}`, () => found[k] as Place); // one place per access
    });
    const roots = stores.map(({ node }, k) => {
      const dtype = stored[k]?.dtype ?? 'float64';
      const value = values[node] as Value; // stores name nodes
      return expression.toMemory(nodes[node]?.kind === 'op' ? expression.computed(value, dtype) : value, dtype);
    });
    const loop = new StagedLoop(code, emitter, vectors, graph, roots, inner.extent);
    strided.rows((places) => {
      found = places;
      loop.run(
        range,
        places,
        (results) => vectors.store(results.map((value, k) => ({ place: places[loads.length + k] as Place, value }))), // stores come last
      );
    });
  });

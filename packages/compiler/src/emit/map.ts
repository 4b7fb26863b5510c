import type { MapKernel } from '../plan/ir.ts';
import { type EmitKernel, kernelFunction } from './emitter.ts';
import { Expression, lanesOf } from './expression.ts';
import { Graph, type Value } from './graph.ts';
import { collapse } from './nest.ts';
import type { Place } from './places.ts';
import { stagedLoop } from './staged-loop.ts';
import { loadsOf, Strided } from './strided.ts';

/** Element by element: loops over the outer axes, vectors along the axis that suits most accesses. */
export const emitMap: EmitKernel<MapKernel> = (emitter, kernel, loops) =>
  kernelFunction(emitter, kernel, loops, (code, steps) => {
    const { shape, nodes, stores, split } = kernel;
    if (shape.includes(0)) return;
    const loads = loadsOf(nodes);
    const stored = stores.map(({ node, access }) => ({ access, dtype: nodes[node]?.dtype ?? 'float64' }));
    const accesses = [...loads, ...stored];
    const axes = collapse(
      shape,
      accesses.map(({ access }) => access.strides),
      split,
    );
    const lanes = lanesOf(nodes);
    const rows = new Strided(code, emitter, steps, accesses, axes, lanes);
    const expression = new Expression(new Graph(), emitter, lanes);
    const values = rows.values(expression, nodes);
    const roots = stores.map(({ node }, k) => {
      const dtype = stored[k]?.dtype ?? 'float64';
      const value = values[node] as Value; // stores name nodes
      return expression.toMemory(nodes[node]?.kind === 'op' ? expression.computed(value, dtype) : value, dtype);
    });
    const write = stagedLoop(code, emitter, rows, expression.graph, roots);
    rows.rows((places) => {
      write(
        places,
        (results) =>
          rows.vectors.store(results.map((value, k) => ({ place: places[loads.length + k] as Place, value }))), // stores come last
      );
    });
  });

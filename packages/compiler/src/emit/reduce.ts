import type { LoopId, ReduceKernel } from '../plan/ir.ts';
import type { Code, Local } from '../wasm/code.ts';
import { accumulatorsOf, type Combine } from './accumulators.ts';
import { writeArgument } from './argument.ts';
import { columns } from './columns.ts';
import { type EmitKernel, type Emitter, kernelFunction } from './emitter.ts';
import { lanesOf } from './expression.ts';
import { collapse, costAlong, takeInner } from './nest.ts';
import type { Reduction } from './reduction.ts';
import { writeRows } from './rows.ts';
import { writeStacked } from './stacked-rows.ts';
import { loadsOf } from './strided.ts';

/** Over kept × reduced: vectors along the reduced axis, or along a kept one, whichever costs less. */
export const emitReduce: EmitKernel<ReduceKernel> = (emitter, kernel, loops) =>
  kernelFunction(emitter, kernel, loops, (code, steps) => {
    if (!kernel.kept.includes(0)) writeReduce(code, emitter, kernel, steps);
  });

function writeReduce(code: Code, emitter: Emitter, kernel: ReduceKernel, steps: ReadonlyMap<LoopId, Local>): void {
  const { nodes } = kernel;
  const own = nodes[kernel.node]?.dtype ?? 'float64';
  const rank = kernel.kept.length;
  const accesses = loadsOf(nodes).map(({ access }) => access.strides);
  const out = kernel.out.strides;
  const reduction: Reduction = {
    code,
    emitter,
    kernel,
    steps,
    kept: collapse(kernel.kept, [...accesses.map((strides) => strides.slice(0, rank)), out], kernel.split),
    reduced: collapse(
      kernel.reduced,
      accesses.map((strides) => strides.slice(rank)),
    ),
    count: kernel.reduced.reduce((size, extent) => size * extent, 1),
    lanes: lanesOf(nodes),
    dtype: own === 'bool' ? 'int32' : own,
  };
  if (kernel.combine === 'argMaximum') writeArgument(reduction);
  else if (alongReduced(reduction)) writeRows(reduction, kernel.combine);
  else if (reduction.count >= 8) writeStacked(reduction, kernel.combine);
  else writeColumns(reduction, kernel.combine);
}

/** Whether vectors along the reduced axis cost less, the halving of their lanes included. */
function alongReduced({ kept, reduced, count, lanes }: Reduction): boolean {
  const [axis, ...others] = reduced;
  if (axis === undefined || others.length > 0 || count === 0) return false;
  const inner = takeInner([...kept], lanes);
  return costAlong(axis, lanes, 24) <= costAlong(inner, lanes, (8 * inner.extent) / count);
}

/** As many results at once as a vector has lanes, with few values for each. */
function writeColumns(reduction: Reduction, combine: Combine): void {
  const { code, count, dtype } = reduction;
  const accumulators = accumulatorsOf(code, combine, dtype, Math.max(1, count));
  columns(reduction, {
    before: () => accumulators.clear(),
    each: (value) => accumulators.add(value),
    after: () => {
      accumulators.flush(count, 1);
      return accumulators.total;
    },
  });
}

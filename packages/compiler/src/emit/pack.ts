import type { PackKernel } from '../plan/ir.ts';
import type { Code, Local } from '../wasm/code.ts';
import { type EmitKernel, kernelFunction, pushAddress, splitRange } from './emitter.ts';
import { flavorOf } from './products/flavor.ts';
import { pushPlace } from './products/loops.ts';
import { packPanels } from './products/pack-panels.ts';
import { packedStrides, type Schedule, scheduleOf } from './products/schedule.ts';

/** Writes all panels of b. With a split, whatever its axis and grain, the threads divide the panels. */
export const emitPack: EmitKernel<PackKernel> = (emitter, kernel, loops) =>
  kernelFunction(emitter, kernel, loops, (code, places) => {
    const { contract, into, split } = kernel;
    const flavor = flavorOf(contract.dtype, emitter.fast);
    const schedule = scheduleOf(contract);
    const { columns, depth, width } = schedule;
    if (packedStrides(schedule).length === 0) return;
    const [b, to] = [code.local('i32'), code.local('i32')];
    pushAddress(code, emitter, contract.b, contract.dtype, places).set(b);
    pushAddress(code, emitter, into, contract.dtype, places).set(to);
    const panels = Math.ceil(columns.extent / width);
    const range =
      split === undefined ? { from: 0, to: panels } : splitRange(code, emitter, panels, { axis: 0, grain: 1 });
    nest(code, schedule, flavor.bytes, 0, b, to, (b, to) => {
      const distance = width * depth.extent * flavor.bytes;
      packPanels(code, emitter.module, {
        schedule,
        flavor,
        panels: range,
        distance,
        depth: depth.extent,
        from: (panel) => pushPlace(code, b, [panel, width * columns.b * flavor.bytes]),
        to: (panel) => pushPlace(code, to, [panel, distance]),
      });
    });
  });

/** The loops in which b moves. */
function nest(
  code: Code,
  schedule: Schedule,
  bytes: number,
  level: number,
  b: Local,
  to: Local,
  body: (b: Local, to: Local) => void,
): void {
  const loop = schedule.around[level];
  const stride = packedStrides(schedule).strides[level];
  if (loop === undefined || stride === undefined) {
    body(b, to);
    return;
  }
  if (loop.b === 0) {
    nest(code, schedule, bytes, level + 1, b, to, body);
    return;
  }
  const [at, bHere, toHere] = [code.local('i32'), code.local('i32'), code.local('i32')];
  code.count(at, 0, loop.extent, 1, () => {
    pushPlace(code, b, [at, loop.b * bytes]).set(bHere);
    pushPlace(code, to, [at, stride * bytes]).set(toHere);
    nest(code, schedule, bytes, level + 1, bHere, toHere, body);
  });
}

import type { Access, PackKernel } from '../plan/ir.ts';
import type { Code, Local } from '../wasm/code.ts';
import { type EmitKernel, kernelFunction, pushAddress } from './emitter.ts';
import { nest, rangeOf } from './nest.ts';
import { flavorOf } from './products/flavor.ts';
import { pushPlace } from './products/loops.ts';
import { packPanels } from './products/pack-panels.ts';
import { packedStrides, scheduleOf } from './products/schedule.ts';

/** Writes all panels of b. With a split, whatever its axis and grain, the threads divide the panels. */
export const emitPack: EmitKernel<PackKernel> = (emitter, kernel, loops) =>
  kernelFunction(emitter, kernel, loops, (code, places) => {
    const { contract, into, split } = kernel;
    const flavor = flavorOf(contract.dtype, emitter.fast);
    const schedule = scheduleOf(contract);
    const { columns, depth, width } = schedule;
    if (packedStrides(schedule).length === 0) return;
    const panels = Math.ceil(columns.extent / width);
    const share = rangeOf(code, emitter, { extent: panels, ...(split && { split: { axis: 0, grain: 1, inner: 1 } }) });
    const { strides } = packedStrides(schedule);
    const around = schedule.around
      .map((loop, level) => ({ ...loop, to: strides[level] ?? 0 }))
      .filter(({ b }) => b !== 0);
    const [b, to] = code.locals(2);
    nest(
      code,
      around.map(({ extent }) => ({ from: 0, to: extent })),
      (counters) => {
        const at = (access: Access, strides: readonly number[], into: Local): Code =>
          pushAddress(code, emitter, { ...access, strides }, contract.dtype, places, counters).set(into);
        at(
          contract.b,
          around.map((loop) => loop.b),
          b,
        );
        at(
          into,
          around.map((loop) => loop.to),
          to,
        );
        const distance = width * depth.extent * flavor.bytes;
        packPanels(code, emitter.module, {
          schedule,
          flavor,
          panels: share,
          distance,
          depth: depth.extent,
          from: (panel) => pushPlace(code, b, [panel, width * columns.b * flavor.bytes]),
          to: (panel) => pushPlace(code, to, [panel, distance]),
        });
      },
    );
  });

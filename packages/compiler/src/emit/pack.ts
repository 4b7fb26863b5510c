import type { Access, PackKernel } from '../plan/ir.ts';
import type { Code } from '../wasm/code.ts';
import { type EmitKernel, kernelFunction, pushAddress } from './emitter.ts';
import { nest, rangeOf } from './nest.ts';
import { flavorOf } from './products/flavor.ts';
import { pushPlace } from './products/loops.ts';
import { packPanels } from './products/pack-panels.ts';
import { scheduleOf } from './products/schedule.ts';

/** Writes all panels of b. With a split, whatever its axis and grain, the threads divide the panels. */
export const emitPack: EmitKernel<PackKernel> = (emitter, kernel, loops) =>
  kernelFunction(emitter, kernel, loops, (code, places) => {
    const { contract, into, split } = kernel;
    const flavor = flavorOf(contract.dtype, emitter.fast);
    const schedule = scheduleOf(contract);
    const { columns, depth, width } = schedule;
    const panels = Math.ceil(columns.extent / width);
    const share = rangeOf(code, emitter, { extent: panels, ...(split && { split: { axis: 0, grain: 1, inner: 1 } }) });
    const around = schedule.around.filter(({ b }) => b !== 0);
    const [b, to] = code.locals(2);
    nest(
      code,
      around.map(({ extent }) => ({ from: 0, to: extent })),
      (counters) => {
        const at = (access: Access, strides: readonly number[]): Code =>
          pushAddress(code, emitter, { ...access, strides }, contract.dtype, places, counters);
        const [inB, packed] = [around.map((loop) => loop.b), around.map((loop) => loop.packed)];
        at(contract.b, inB).set(b);
        at(into, packed).set(to);
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

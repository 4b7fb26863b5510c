import type { GatherKernel } from '../plan/ir.ts';
import type { Code, Local } from '../wasm/code.ts';
import { type EmitKernel, kernelFunction, lanesFor } from './emitter.ts';
import { accessesOf, takeSlice, withIndex } from './indexed.ts';
import { collapse } from './nest.ts';
import { type Place, pushBase } from './places.ts';
import { Strided } from './strided.ts';

/** One index after another; the elements that it chooses are copied in vectors. */
export const emitGather: EmitKernel<GatherKernel> = (emitter, kernel, loops) =>
  kernelFunction(emitter, kernel, loops, (code, steps) => {
    const { dtype, shape, split, x, indices, out } = kernel;
    if (shape.includes(0)) return;
    const axes = collapse(shape, [x.strides, indices.strides, out.strides], split);
    const loop = new Strided(code, emitter, steps, accessesOf(kernel), axes, lanesFor(dtype), takeSlice);
    const value = code.local('v128');
    loop.rows((places) => {
      const [from, at, to] = places as [Place, Place, Place]; // one for one
      withIndex(code, emitter, kernel, [from, at], () => {
        if (loop.inner.extent === 1 && loop.inner.split === undefined) copyOne(code, from, to);
        else {
          loop.vectors.run([from, to], () => {
            loop.vectors.push(from);
            code.set(value);
            loop.vectors.store([{ place: to, value }]);
          });
        }
      });
    });
  });

function copyOne(code: Code, from: Place, to: Place): void {
  const kind = from.size === 4 ? 'i32' : 'i64';
  pushBase(code, to)
    .get(from.base as Local) // the index moves it
    .memory(`${kind}Load`, from.offset)
    .memory(`${kind}Store`, to.offset);
}

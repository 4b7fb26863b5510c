import type { GatherKernel } from '../plan/ir.ts';
import type { Code, Local } from '../wasm/code.ts';
import { type EmitKernel, type Emitter, kernelFunction, onFirstThread } from './emitter.ts';
import { lanesFor, placedFor, takeSlice, withIndex } from './indexed.ts';
import { collapse, nest, rangeOf } from './nest.ts';
import { type Place, Places } from './places.ts';
import { VectorLoop } from './vectors.ts';

/** One index after another; the elements that it chooses are copied in vectors. */
export const emitGather: EmitKernel<GatherKernel> = (emitter, kernel, loops) =>
  kernelFunction(emitter, loops, (code, steps) => {
    if (kernel.shape.includes(0)) return;
    const write = (): void => writeGather(code, emitter, kernel, new Places(code, emitter, steps));
    if (kernel.split === undefined) onFirstThread(code, emitter, write);
    else write();
  });

function writeGather(code: Code, emitter: Emitter, kernel: GatherKernel, places: Places): void {
  const { dtype, shape, split, x, indices, out } = kernel;
  const lanes = lanesFor(dtype);
  const axes = collapse(shape, [x.strides, indices.strides, out.strides], split);
  const inner = takeSlice(axes, lanes);
  const all = placedFor(kernel, axes, inner);
  const vectors = new VectorLoop(code, lanes);
  const value = code.local('v128');
  const range = rangeOf(code, emitter, inner);
  const ranges = axes.map((axis) => rangeOf(code, emitter, axis));
  nest(code, axes, ranges, (counters) => {
    const [from, at, to] = places.at(all, counters) as [Place, Place, Place]; // one for one
    withIndex(code, emitter, kernel, [from, at], () => {
      if (inner.extent === 1 && inner.split === undefined) copyOne(code, from, to);
      else {
        vectors.start(range, [from, to]);
        vectors.run(() => {
          vectors.push(from);
          code.set(value);
          vectors.store([{ place: to, value }]);
        });
        vectors.finish();
      }
    });
  });
}

function copyOne(code: Code, from: Place, to: Place): void {
  const kind = from.size === 4 ? 'i32' : 'i64';
  if (to.base === undefined) code.i32(0);
  else code.get(to.base);
  code
    .get(from.base as Local)
    .memory(`${kind}Load`, from.offset)
    .memory(`${kind}Store`, to.offset); // the index moves it
}

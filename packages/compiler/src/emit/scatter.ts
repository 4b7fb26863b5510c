import type { LoopId, ScatterKernel } from '../plan/ir.ts';
import type { Code, Local } from '../wasm/code.ts';
import { bytesOf, type EmitKernel, type Emitter, kernelFunction, lanesFor, pushAddress, shapeOf } from './emitter.ts';
import { accessesOf, INDICES, withIndex } from './indexed.ts';
import { type Axis, collapse, takeInner } from './nest.ts';
import type { Place } from './places.ts';
import { Strided } from './strided.ts';

/** Zeros, then one index after another in order; what belongs to it is added in vectors. */
export const emitScatter: EmitKernel<ScatterKernel> = (emitter, kernel, loops) =>
  kernelFunction(emitter, kernel, loops, (code, steps) => {
    const { dtype, shape, split, updates, indices, out, target } = kernel;
    const axes = collapse(shape, [out.strides, indices.strides, updates.strides], split);
    if (split === undefined) {
      pushAddress(code, emitter, out, dtype, steps)
        .i32(0)
        .i32(target * bytesOf(dtype))
        .memoryFill();
    } else clearPart(code, emitter, kernel, axes, steps);
    if (shape.includes(0)) return;
    const loop = new Strided(code, emitter, steps, accessesOf(kernel), axes, lanesFor(dtype), takeMoving);
    const value = code.local('v128');
    loop.rows((places) => {
      const [into, at, from] = places as [Place, Place, Place]; // one for one
      withIndex(code, emitter, kernel, [into, at], () =>
        loop.vectors.run([into, from], () => {
          loop.vectors.push(into);
          loop.vectors.push(from);
          code.op(`${shapeOf(dtype)}Add`).set(value);
          loop.vectors.store([{ place: into, value }]);
        }),
      );
    });
  });

/** As `takeSlice`, but no axis of the indices that repeats them: along it many updates go to one element, in order. */
const takeMoving = (axes: Axis[], lanes: number): Axis =>
  takeInner(
    axes,
    lanes,
    axes.filter(({ strides }) => strides[INDICES] === 0 && strides[0] !== 0),
  );

/** Zeros wherever this thread will add: every index, and its part of the slices. */
function clearPart(
  code: Code,
  emitter: Emitter,
  { dtype, extent, stride, out }: ScatterKernel,
  all: readonly Axis[],
  steps: ReadonlyMap<LoopId, Local>,
): void {
  const slices = all.filter(({ strides }) => strides[INDICES] === 0);
  const ofResult = slices.map((axis) => ({ ...axis, strides: axis.strides.slice(0, 1) }));
  const axes: Axis[] = [{ extent, strides: [stride] }, ...ofResult];
  if (axes.some((axis) => axis.extent === 0)) return;
  const loop = new Strided(code, emitter, steps, [{ access: out, dtype }], axes, lanesFor(dtype));
  const zero = code.local('v128');
  code.i32x4(0).set(zero);
  loop.rows((places) => {
    const [place] = places as readonly [Place]; // one for one
    loop.vectors.run(places, () => loop.vectors.store([{ place, value: zero }]));
  });
}

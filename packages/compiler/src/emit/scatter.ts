import type { LoopId, ScatterKernel } from '../plan/ir.ts';
import type { Code, Local } from '../wasm/code.ts';
import { bytesOf, type EmitKernel, type Emitter, kernelFunction, onFirstThread, pushAddress } from './emitter.ts';
import { lanesFor, placedFor, takeSlice, withIndex } from './indexed.ts';
import { type Axis, collapse, nest, rangeOf } from './nest.ts';
import { type Place, type Placed, Places } from './places.ts';
import { VectorLoop } from './vectors.ts';

const adds = { float64: 'f64x2Add', float32: 'f32x4Add', int32: 'i32x4Add', bool: 'i32x4Add' } as const;

/** Zeros, then one index after another in order; what belongs to it is added in vectors. */
export const emitScatter: EmitKernel<ScatterKernel> = (emitter, kernel, loops) =>
  kernelFunction(emitter, loops, (code, steps) => {
    const write = (): void => writeScatter(code, emitter, kernel, steps);
    if (kernel.split === undefined) onFirstThread(code, emitter, write);
    else write();
  });

function writeScatter(code: Code, emitter: Emitter, kernel: ScatterKernel, steps: ReadonlyMap<LoopId, Local>): void {
  const { dtype, shape, split, updates, indices, out, target } = kernel;
  const lanes = lanesFor(dtype);
  const places = new Places(code, emitter, steps);
  const axes = collapse(shape, [out.strides, indices.strides, updates.strides], split);
  const isShared = axes.some((axis) => axis.split !== undefined && axis.strides[1] !== 0);
  if (isShared) throw new RangeError('scatter: threads cannot share the axes of its indices');
  if (split === undefined) {
    pushAddress(code, emitter, out, dtype, steps)
      .i32(0)
      .i32(target * bytesOf(dtype))
      .memoryFill();
  } else clearPart(code, emitter, kernel, axes, places);
  if (shape.includes(0)) return;
  const inner = takeSlice(axes, lanes);
  const all = placedFor(kernel, axes, inner);
  const vectors = new VectorLoop(code, lanes);
  const value = code.local('v128');
  const range = rangeOf(code, emitter, inner);
  const ranges = axes.map((axis) => rangeOf(code, emitter, axis));
  nest(code, axes, ranges, (counters) => {
    const [into, at, from] = places.at(all, counters) as [Place, Place, Place]; // one for one
    withIndex(code, emitter, kernel, [into, at], () => {
      vectors.start(range, [into, from]);
      vectors.run(() => {
        vectors.push(into);
        vectors.push(from);
        code.op(adds[dtype]).set(value);
        vectors.store([{ place: into, value }]);
      });
      vectors.finish();
    });
  });
}

/** Zeros wherever this thread will add: every index, and its part of the slices. */
function clearPart(code: Code, emitter: Emitter, kernel: ScatterKernel, all: readonly Axis[], places: Places): void {
  const { dtype, extent, stride, out } = kernel;
  const lanes = lanesFor(dtype);
  const slices = all.filter(({ strides }) => strides[1] === 0);
  const axes: Axis[] = [{ extent, strides: [stride] }, ...slices];
  if (axes.some((axis) => axis.extent === 0)) return;
  const inner = axes.splice(axes.length > 1 ? axes.length - 1 : 0, 1)[0] as Axis; // not empty
  const placed: Placed = {
    access: out,
    dtype,
    outer: axes.map(({ strides }) => strides[0] ?? 0),
    along: inner.strides[0] ?? 0,
  };
  const vectors = new VectorLoop(code, lanes);
  const zero = code.local('v128');
  code.i32x4(0).set(zero);
  const range = rangeOf(code, emitter, inner);
  const ranges = axes.map((axis) => rangeOf(code, emitter, axis));
  nest(code, axes, ranges, (counters) => {
    const [place] = places.at([placed], counters) as readonly [Place]; // one for one
    vectors.start(range, [place]);
    vectors.run(() => vectors.store([{ place, value: zero }]));
    vectors.finish();
  });
}

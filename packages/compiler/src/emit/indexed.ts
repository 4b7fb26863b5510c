import type { DType } from '@throughline/tensor';
import type { GatherKernel, ScatterKernel } from '../plan/ir.ts';
import type { Code, Local } from '../wasm/code.ts';
import type { Emitter } from './emitter.ts';
import { type Axis, takeInner } from './nest.ts';
import type { Place, Placed } from './places.ts';

/** The accesses of a kernel with an index: the operand or target that the index moves, the indices, the other side. */
export const MOVED = 0;
export const INDICES = 1;
export const OTHER = 2;

export const lanesFor = (dtype: DType): 2 | 4 => (dtype === 'float64' ? 2 : 4);

/** Takes out the axis whose elements have one index and lie best; one of extent 1 if all axes have indices. */
export function takeSlice(axes: Axis[], lanes: number): Axis {
  const slices = axes.filter(({ strides }) => strides[INDICES] === 0);
  const inner = takeInner([...slices], lanes);
  const at = axes.indexOf(inner);
  if (at >= 0) axes.splice(at, 1);
  return inner;
}

/** What is loaded and stored in these loops; the index moves the first access, which therefore has a base of its own. */
export function placedFor(
  kernel: GatherKernel | ScatterKernel,
  axes: readonly Axis[],
  inner: Axis,
): readonly [Placed, Placed, Placed] {
  const { dtype, indices } = kernel;
  const [moved, other] = kernel.kind === 'gather' ? [kernel.x, kernel.out] : [kernel.out, kernel.updates];
  const one = (k: number): Pick<Placed, 'outer' | 'along'> => ({
    outer: axes.map(({ strides }) => strides[k] ?? 0),
    along: inner.strides[k] ?? 0,
  });
  return [
    { access: moved, dtype, ...one(MOVED), moves: [kernel.stride, 1] },
    { access: indices, dtype: 'int32', ...one(INDICES) },
    { access: other, dtype, ...one(OTHER) },
  ];
}

/** Moves the base of the first place by the index at the second; runs `body` if there is such an element. */
export function withIndex(
  code: Code,
  emitter: Emitter,
  { extent, stride, trap }: GatherKernel | ScatterKernel,
  [moved, indices]: readonly [Place, Place],
  body: () => void,
): void {
  const index = code.local('i32');
  const base = moved.base as Local; // it moves, so it has one
  if (indices.base === undefined) code.i32(0);
  else code.get(indices.base);
  code.memory('i32Load', indices.offset).tee(index);
  code.get(index).i32(0).op('i32LtS').i32(extent).op('i32Mul').op('i32Add');
  code
    .tee(index)
    .i32(extent)
    .op('i32LtU')
    .if(
      () => {
        code
          .get(index)
          .i32(stride * moved.size)
          .op('i32Mul')
          .get(base)
          .op('i32Add')
          .set(base);
        body();
      },
      () => {
        // the index as it was given
        spring(code, emitter, trap, () => {
          if (indices.base === undefined) code.i32(0);
          else code.get(indices.base);
          code.memory('i32Load', indices.offset);
        });
      },
    );
  code.release(index);
}

/** Says that a run went wrong, unless another kernel has. */
function spring(code: Code, { status }: Emitter, trap: number, pushNumber: () => void): void {
  code
    .i32(status)
    .memory('i32Load')
    .op('i32Eqz')
    .if(() => {
      code
        .i32(status)
        .i32(trap + 1)
        .memory('i32Store')
        .i32(status);
      pushNumber();
      code.memory('i32Store', 4);
    });
}

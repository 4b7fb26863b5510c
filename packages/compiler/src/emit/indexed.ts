import type { GatherKernel, ScatterKernel } from '../plan/ir.ts';
import type { Code, Local } from '../wasm/code.ts';
import { type Emitter, spring } from './emitter.ts';
import { type Axis, takeInner } from './nest.ts';
import { type Accessed, type Place, pushBase } from './places.ts';

/** Which of the accesses of a kernel with an index has the indices. */
export const INDICES = 1;

/** Takes out the axis whose elements have one index and lie best; one of extent 1 if all axes have indices. */
export const takeSlice = (axes: Axis[], lanes: number): Axis =>
  takeInner(
    axes,
    lanes,
    axes.filter(({ strides }) => strides[INDICES] === 0),
  );

/** What is loaded and stored in these loops; the index moves the first access, which therefore has a base of its own. */
export function accessesOf(kernel: GatherKernel | ScatterKernel): readonly [Accessed, Accessed, Accessed] {
  const { dtype, indices, stride } = kernel;
  const [moved, other] = kernel.kind === 'gather' ? [kernel.x, kernel.out] : [kernel.out, kernel.updates];
  return [
    { access: moved, dtype, moves: [stride, 1] },
    { access: indices, dtype: 'int32' },
    { access: other, dtype },
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
  const index = code.local();
  const base = moved.base as Local; // it moves, so it has one
  pushBase(code, indices).memory('i32Load', indices.offset).tee(index);
  code.get(index).i32(0).op('i32LtS').i32(extent).op('i32Mul').op('i32Add');
  code
    .tee(index)
    .i32(extent)
    .op('i32LtU')
    .if(
      () => {
        code
          .get(base)
          .plus(index, stride * moved.size)
          .set(base);
        body();
      },
      () => {
        // the index as it was given
        spring(code, emitter, trap, () => pushBase(code, indices).memory('i32Load', indices.offset));
      },
    );
  code.release(index);
}

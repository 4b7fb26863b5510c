import type { DType } from '@throughline/tensor';
import type { Access, BufferId, LoopId, Split } from '../plan/ir.ts';
import type { Code, FunctionIndex, GlobalIndex, Local } from '../wasm/code.ts';
import type { Module } from '../wasm/module.ts';

/** What emission of any kernel may ask. */
export interface Emitter {
  readonly module: Module;
  /** Whether multiplications and additions may be fused, and bits differ. */
  readonly fast: boolean;
  /** Which thread runs, and of how many: 0 and 1 without threads. */
  readonly thread: GlobalIndex;
  readonly threads: GlobalIndex;
  /** The byte at which a buffer begins: a multiple of 16. */
  address(buffer: BufferId): number;
  /** The byte of two int32: which trap was sprung, plus 1, and the number it tells. The first one stays. */
  readonly status: number;
  /**
   * Where constant bytes will lie: a multiple of 16, the same for the same key. The driver writes them there before the first
   * run; the end of memory must have 64 bytes to spare, because kernels read whole vectors.
   */
  data(key: string, bytes: Uint8Array): number;
  /**
   * A global with the byte, a multiple of 64, where this thread's own scratch begins: at least `bytes` long. A kernel finds
   * anything there, and leaves anything there: its use ends with the kernel.
   */
  scratch(bytes: number): GlobalIndex;
}

/**
 * Writes the function of one kernel. Its parameters are the places t of the enclosing loops, outermost first, as listed in
 * `loops`; it gives nothing.
 */
export type EmitKernel<K> = (emitter: Emitter, kernel: K, loops: readonly LoopId[]) => FunctionIndex;

/** Bytes of an element in linear memory. */
export const bytesOf = (dtype: DType): number => (dtype === 'float64' ? 8 : 4);

/** The function of a kernel, with the parameters that all of them have. */
export function kernelFunction(
  { module }: Emitter,
  loops: readonly LoopId[],
  build: (code: Code, steps: ReadonlyMap<LoopId, Local>) => void,
): FunctionIndex {
  return module.function({ parameters: loops.map(() => 'i32'), results: [] }, (code, parameters) => {
    build(code, new Map(loops.map((loop, i) => [loop, parameters[i] as Local]))); // one parameter per loop
  });
}

/** Puts the byte address of index 0 of an access on the stack. */
export function pushAddress(
  code: Code,
  emitter: Emitter,
  { buffer, offset, steps }: Access,
  dtype: DType,
  places: ReadonlyMap<LoopId, Local>,
): Code {
  const bytes = bytesOf(dtype);
  code.i32(emitter.address(buffer) + offset * bytes);
  for (const { loop, stride } of steps) {
    const place = places.get(loop);
    if (place === undefined) throw new RangeError(`loop ${loop} does not enclose the kernel`);
    if (stride !== 0)
      code
        .get(place)
        .i32(stride * bytes)
        .op('i32Mul')
        .op('i32Add');
  }
  return code;
}

/** The part of `extent` indices that this thread has: locals with its first index and the one after its last. */
export function splitRange(
  code: Code,
  emitter: Emitter,
  extent: number,
  { grain }: Split,
): { readonly from: Local; readonly to: Local } {
  const [from, to] = [code.local('i32'), code.local('i32')];
  const grains = Math.ceil(extent / grain);
  const bound = (next: number, into: Local): void => {
    code.globalGet(emitter.thread).i32(next).op('i32Add').i32(grains).op('i32Mul');
    code.globalGet(emitter.threads).op('i32DivU').i32(grain).op('i32Mul').set(into);
  };
  bound(0, from);
  bound(1, to);
  if (grain > 1) code.i32(extent).get(to).get(to).i32(extent).op('i32GtS').op('select').set(to);
  return { from, to };
}

/** Runs `body` on thread 0 alone. */
export function onFirstThread(code: Code, emitter: Emitter, body: () => void): void {
  code.globalGet(emitter.thread).op('i32Eqz').if(body);
}

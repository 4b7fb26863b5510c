import type { DType } from '@throughline/tensor';
import type { Access, BufferId, Common, LoopId, Split } from '../plan/ir.ts';
import type { Code, FunctionIndex, GlobalIndex, Local } from '../wasm/code.ts';
import type { Module, Signature } from '../wasm/module.ts';

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
export const bytesOf = (dtype: DType): 4 | 8 => (dtype === 'float64' ? 8 : 4);

/** As names of instructions say how large an element is. */
export const bitsIn = (bytes: 4 | 8): 32 | 64 => (bytes === 4 ? 32 : 64);

/** How instructions call vectors of a dtype; a bool lies in memory as an int32. */
export const shapeOf = (dtype: DType): 'f64x2' | 'f32x4' | 'i32x4' =>
  dtype === 'float64' ? 'f64x2' : dtype === 'float32' ? 'f32x4' : 'i32x4';

export const lanesFor = (dtype: DType): 2 | 4 => (dtype === 'float64' ? 2 : 4);

/** The function of a kernel, with the parameters that all of them have. One without a split is the first thread's. */
export const kernelFunction = (
  emitter: Emitter,
  { split }: Common,
  loops: readonly LoopId[],
  build: (code: Code, steps: ReadonlyMap<LoopId, Local>) => void,
): FunctionIndex =>
  emitter.module.function(
    procedure(loops.length),
    (code, parameters) =>
      onFirstThread(
        code,
        emitter,
        () => build(code, new Map(loops.map((loop, i) => [loop, parameters[i] as Local]))),
        split,
      ), // one per loop
  );

/** Takes so many i32, and gives nothing. */
export const procedure = (count: number): Signature => ({ parameters: new Array(count).fill('i32'), results: [] });

/** The place of a loop that an access moves with. */
export const placeOf = (places: ReadonlyMap<LoopId, Local>, loop: LoopId): Local => places.get(loop) as Local; // it encloses the kernel

/** Puts the byte address of an index of an access on the stack: of index 0 where no counters are given. */
export function pushAddress(
  code: Code,
  emitter: Emitter,
  { buffer, offset, strides, steps }: Access,
  dtype: DType,
  places: ReadonlyMap<LoopId, Local>,
  counters: readonly Local[] = [],
): Code {
  const bytes = bytesOf(dtype);
  code.i32(emitter.address(buffer) + offset * bytes);
  for (const { loop, stride } of steps) code.plus(placeOf(places, loop), stride * bytes);
  for (const [axis, counter] of counters.entries()) code.plus(counter, (strides[axis] ?? 0) * bytes);
  return code;
}

/** Runs `body` on thread 0 alone, unless a split says what others do. */
export function onFirstThread(code: Code, emitter: Emitter, body: () => void, split?: Split): void {
  if (split === undefined) code.globalGet(emitter.thread).op('i32Eqz').if(body);
  else body();
}

/** Leaves word that a run went wrong, unless another kernel has. */
export function spring(code: Code, { status }: Emitter, trap: number, value: () => void): void {
  code.i32(status).memory('i32Load').op('i32Eqz');
  code.if(() => {
    code
      .i32(status)
      .i32(trap + 1)
      .memory('i32Store');
    code.i32(status);
    value();
    code.memory('i32Store', 4);
  });
}

import type { DType, Storage } from '@throughline/tensor';
import { bytesOf, type EmitKernel, type Emitter } from '../emit/emitter.ts';
import type { LoopId } from '../plan/ir.ts';
import type { Code } from '../wasm/code.ts';
import { Module } from '../wasm/module.ts';

export interface KernelOptions {
  /** The loops around, outermost first, with their places in this run. */
  readonly loops?: readonly (readonly [LoopId, number])[];
  /** Virtual threads, which run one after another. */
  readonly threads?: number;
  readonly fast?: boolean;
}

/** What a buffer holds, by its id. */
export type Contents = readonly { readonly dtype: DType; readonly storage: Storage }[];

export interface Built {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Runs the function for each thread, or for the first `some`, on memory that `write` filled. */
  run(some?: number): void;
  write(contents: Contents): void;
  /** What the buffers hold now, and the two numbers of the status. */
  read(contents: Contents): { readonly buffers: readonly Storage[]; readonly status: readonly [number, number] };
}

export function emptyStorage(dtype: DType, length: number): Storage {
  if (dtype === 'float64') return new Float64Array(length);
  if (dtype === 'float32') return new Float32Array(length);
  return dtype === 'int32' ? new Int32Array(length) : new Uint8Array(length);
}

/** A module with one kernel. */
export function buildKernel<K>(
  emit: EmitKernel<K>,
  kernel: K,
  contents: Contents,
  { loops = [], threads = 1, fast = false }: KernelOptions = {},
): Built {
  const module = new Module();
  const globals = [module.global(), module.global(), module.global()] as const;
  let top = 64;
  const addresses = contents.map(({ dtype, storage }) => {
    const at = top;
    top = Math.ceil((top + storage.length * bytesOf(dtype)) / 64) * 64 + 64;
    return at;
  });
  let scratch = 0;
  const emitter: Emitter = {
    module,
    fast,
    thread: globals[0],
    threads: globals[1],
    status: 0,
    address: (buffer) => addresses[buffer] ?? 0,
    data: () => 0, // products have no tables
    scratch: (bytes) => {
      scratch = Math.max(scratch, Math.ceil(bytes / 64) * 64);
      return globals[2];
    },
  };
  const index = emit(
    emitter,
    kernel,
    loops.map(([id]) => id),
  );
  const start = module.function({ parameters: ['i32', 'i32', 'i32'], results: [] }, (code: Code, parameters) => {
    globals.forEach((global, i) => {
      const parameter = parameters[i];
      if (parameter !== undefined) code.get(parameter).globalSet(global);
    });
    for (const [, place] of loops) code.i32(place);
    code.call(index);
  });
  module.exportFunction('start', start);
  const pages = Math.ceil((top + threads * scratch + 64) / 65536);
  module.memory({ pages, shared: false });
  const bytes = module.bytes();
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const call = instance.exports.start as (thread: number, threads: number, scratch: number) => void; // just defined so
  const view = (dtype: DType, buffer: number, length: number): Float32Array | Float64Array | Int32Array => {
    const at = addresses[buffer] ?? 0;
    if (dtype === 'float64') return new Float64Array(memory.buffer, at, length);
    return dtype === 'float32'
      ? new Float32Array(memory.buffer, at, length)
      : new Int32Array(memory.buffer, at, length);
  };
  return {
    bytes,
    run(some = threads) {
      for (let thread = 0; thread < some; thread++) call(thread, threads, top + thread * scratch);
    },
    write(values) {
      values.forEach(({ dtype, storage }, i) => {
        view(dtype, i, storage.length).set(storage);
      });
    },
    read(values) {
      const buffers = values.map(({ dtype, storage }, i) => {
        const result = emptyStorage(dtype, storage.length);
        result.set(view(dtype, i, storage.length));
        return result;
      });
      const status = new Int32Array(memory.buffer, 0, 2);
      return { buffers, status: [status[0] ?? 0, status[1] ?? 0] };
    },
  };
}

/** Runs one kernel on copies of the contents. */
export function runKernel<K>(
  emit: EmitKernel<K>,
  kernel: K,
  contents: Contents,
  options?: KernelOptions,
): ReturnType<Built['read']> {
  const built = buildKernel(emit, kernel, contents, options);
  built.write(contents);
  built.run();
  return built.read(contents);
}

import { Concrete, type DType } from '@throughline/tensor';
import { bytesOf, type Emitter } from '../emit/emitter.ts';
import type { Buffer, LoopId } from '../plan/ir.ts';
import type { FunctionIndex } from '../wasm/code.ts';
import { Module } from '../wasm/module.ts';

export interface KernelRun {
  readonly fast?: boolean;
  /** One instance per thread runs after the other, on the same memory. */
  readonly threads?: number;
  readonly loops?: readonly LoopId[];
  readonly steps?: readonly number[];
}

const views = {
  float64: Float64Array,
  float32: Float32Array,
  int32: Int32Array,
  bool: Int32Array,
} as const satisfies Record<DType, unknown>;

/** A kernel in a module of its own, with its buffers side by side in memory. */
export class KernelBench {
  readonly memory: WebAssembly.Memory;
  readonly byteLength: number;
  readonly status: number;
  readonly #addresses: number[] = [];
  readonly #buffers: readonly Buffer[];
  readonly #run: (...steps: number[]) => void;
  readonly #thread: (thread: number, threads: number) => void;

  constructor(
    buffers: readonly Buffer[],
    emit: (emitter: Emitter, loops: readonly LoopId[]) => FunctionIndex,
    { fast = false, loops = [] }: KernelRun = {},
  ) {
    this.#buffers = buffers;
    let end = 64;
    const place = (bytes: number): number => {
      const at = end;
      end = Math.ceil((end + bytes) / 16) * 16;
      return at;
    };
    this.status = place(16);
    for (const { dtype, length } of buffers) this.#addresses.push(place(length * bytesOf(dtype)));
    const module = new Module();
    const scratch = module.global();
    let scratchBytes = 0;
    const data = new Map<string, { at: number; bytes: Uint8Array }>();
    const emitter: Emitter = {
      module,
      fast,
      thread: module.global(),
      threads: module.global(),
      address: (buffer) => this.#addresses[buffer] as number, // buffers of this kernel
      status: this.status,
      data: (key, bytes) => {
        const known = data.get(key) ?? { at: place(bytes.length), bytes };
        data.set(key, known);
        return known.at;
      },
      scratch: (bytes) => {
        scratchBytes = Math.max(scratchBytes, bytes);
        return scratch;
      },
    };
    const kernel = emit(emitter, loops);
    const scratchStart = place(scratchBytes + 64);
    const thread = module.function({ parameters: ['i32', 'i32'], results: [] }, (code, [k, n]) => {
      if (k !== undefined && n !== undefined) code.get(k).globalSet(emitter.thread).get(n).globalSet(emitter.threads);
      code.i32(Math.ceil(scratchStart / 64) * 64).globalSet(scratch);
    });
    module.exportFunction('run', kernel);
    module.exportFunction('thread', thread);
    const pages = Math.ceil((end + 64) / 65536);
    module.memory({ pages, shared: false });
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    for (const { at, bytes } of data.values()) new Uint8Array(this.memory.buffer).set(bytes, at);
    const bytes = module.bytes();
    this.byteLength = bytes.length;
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: this.memory } });
    this.#run = exports.run as (...steps: number[]) => void; // exported above
    this.#thread = exports.thread as (thread: number, threads: number) => void; // exported above
  }

  /** The elements of a buffer, as they lie in memory. */
  view(buffer: number): Float64Array | Float32Array | Int32Array {
    const { dtype, length } = this.#buffers[buffer] as Buffer; // a buffer of this kernel
    return new views[dtype](this.memory.buffer, this.#addresses[buffer], length);
  }

  write(buffer: number, values: ArrayLike<number>): void {
    this.view(buffer).set(values);
  }

  /** A buffer as a tensor of one axis. */
  read(buffer: number): Concrete {
    const { dtype, length } = this.#buffers[buffer] as Buffer; // a buffer of this kernel
    const view = this.view(buffer);
    return new Concrete(dtype === 'bool' ? Uint8Array.from(view) : view.slice(), dtype, [length]);
  }

  run({ threads = 1, steps = [] }: KernelRun = {}): void {
    for (let thread = 0; thread < threads; thread++) {
      this.#thread(thread, threads);
      this.#run(...steps);
    }
  }
}

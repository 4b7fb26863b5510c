import { ensure } from '../collections.ts';
import type { HostKernel, Kernel, LoopId, Plan } from '../plan/ir.ts';
import type { Layout } from '../plan/memory.ts';
import { bodiesIn } from '../plan/visit.ts';
import { reportEntry } from '../report/entry.ts';
import { barrierBytes, type defineBarrier, stalledImport, stalledSignature } from '../threads/barrier.ts';
import type { Code, FunctionIndex, Local } from '../wasm/code.ts';
import { Module } from '../wasm/module.ts';
import { emitContract } from './contract.ts';
import { type EmitKernel, type Emitter, onFirstThread, placeOf, procedure, pushAddress, spring } from './emitter.ts';
import { emitGather } from './gather.ts';
import { emitMap } from './map.ts';
import { emitPack } from './pack.ts';
import { emitRecurrence } from './recurrence.ts';
import { emitReduce } from './reduce.ts';
import { emitScatter } from './scatter.ts';

/** Two int32: which trap was sprung, plus 1, and the number it tells. Before it lies what threads wait on. */
export const statusAddress = barrierBytes;
/** Where buffers may begin. */
export const firstAddress = 2 * barrierBytes;

const PAGE = 65536;

/** How a module is to be written. */
export interface EmitOptions {
  readonly fast: boolean;
  /** How threads wait for each other; null when there is one, which keeps its memory to itself. */
  readonly defineBarrier: typeof defineBarrier | null;
  /** How many there may be. */
  readonly threads: number;
  /** Whether the first thread tells `env.mark` which kernel begins: its place in `Emitted.timed`. */
  readonly timed?: boolean;
}

/** A module's bytes, and what it finds in memory. */
export interface Emitted {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly pages: number;
  /** Tables that kernels read, by address: to be written before the first run. */
  readonly data: ReadonlyMap<number, Uint8Array>;
  /** In the order of the imports `host0`, `host1`, …, with the loops whose places they are given. */
  readonly hosts: readonly { readonly kernel: HostKernel; readonly loops: readonly LoopId[] }[];
  /** What `env.mark` is told of; after the last kernel, one more than there are. */
  readonly timed: readonly Kernel[];
}

/** Writes a plan as a module whose `run(thread, threads)` does one thread's part of it. */
export function emit(plan: Plan, layout: Layout, options: EmitOptions): Emitted {
  const module = new Module();
  const hosts = hostsOf(plan.kernels, []);
  const { defineBarrier } = options;
  const stalled = defineBarrier === null ? 0 : module.importFunction(stalledImport, stalledSignature);
  const hostFunctions = new Map<HostKernel, FunctionIndex>(
    hosts.map(({ kernel, loops }, k) => [kernel, module.importFunction(`host${k}`, procedure(loops.length))]),
  );
  const mark = options.timed === true ? module.importFunction('mark', procedure(1)) : null;
  const [thread, threads, scratch] = [module.global(), module.global(), module.global()];
  const barrier = defineBarrier?.(module, stalled, threads);
  const data = new Map<number, Uint8Array>();
  const tables = new Map<string, number>();
  let end = layout.bytes;
  let scratchBytes = 0;
  const emitter: Emitter = {
    module,
    fast: options.fast,
    thread,
    threads,
    status: statusAddress,
    address: (buffer) => layout.addresses[buffer] as number, // one per buffer
    data: (key, bytes) =>
      ensure(tables, key, () => {
        const at = end;
        end += Math.ceil(bytes.length / 16) * 16;
        data.set(at, bytes);
        return at;
      }),
    scratch(bytes) {
      scratchBytes = Math.max(scratchBytes, Math.ceil(bytes / 64) * 64);
      return scratch;
    },
  };
  const driver = new Driver(emitter, barrier?.wait ?? null, hostFunctions, mark);
  const main = driver.list(plan.kernels, []);
  const base = (): number => Math.ceil(end / 64) * 64;
  const run = module.function(procedure(2), (code, [own, all]) => {
    code.get(own as Local).globalSet(thread); // two parameters
    code.get(all as Local).globalSet(threads); // as above
    barrier?.reset(code);
    code.i32(base()).globalGet(thread).i32(scratchBytes).op('i32Mul').op('i32Add').globalSet(scratch);
    main(code, new Map());
    driver.mark(code, driver.timed.length);
  });
  module.exportFunction('run', run);
  const pages = Math.ceil((base() + scratchBytes * options.threads + 64) / PAGE);
  module.memory({ pages, shared: defineBarrier !== null });
  const bytes = module.bytes(reportEntry.brought?.names(driver.named, module.shared));
  return { bytes, pages, data, hosts, timed: driver.timed };
}

function hostsOf(
  kernels: readonly Kernel[],
  loops: readonly LoopId[],
): { kernel: HostKernel; loops: readonly LoopId[] }[] {
  return kernels.flatMap((kernel) => {
    if (kernel.kind === 'host') return [{ kernel, loops }];
    const inner = kernel.kind === 'loop' || kernel.kind === 'while' ? [...loops, kernel.id] : loops;
    return bodiesIn(kernel).flatMap((body) => hostsOf(body, inner));
  });
}

/** The kernels that become functions. */
const leaves = {
  map: emitMap,
  reduce: emitReduce,
  contract: emitContract,
  pack: emitPack,
  gather: emitGather,
  scatter: emitScatter,
  recurrence: emitRecurrence,
};

type Places = ReadonlyMap<LoopId, Local>;
/** Writes instructions into a function that knows the places of the loops around. */
type Write = (code: Code, places: Places) => void;

/** Turns kernels into calls: leaves become functions, loops and choices are written where they stand. */
class Driver {
  readonly #emitter: Emitter;
  readonly #wait: FunctionIndex | null;
  readonly #hosts: ReadonlyMap<HostKernel, FunctionIndex>;
  readonly #mark: FunctionIndex | null;
  readonly timed: Kernel[] = [];
  /** What each function is. */
  readonly named = new Map<FunctionIndex, Kernel>();

  constructor(
    emitter: Emitter,
    wait: FunctionIndex | null,
    hosts: ReadonlyMap<HostKernel, FunctionIndex>,
    mark: FunctionIndex | null,
  ) {
    this.#emitter = emitter;
    this.#wait = wait;
    this.#hosts = hosts;
    this.#mark = mark;
  }

  /** Tells which kernel begins, if anyone asked for it. */
  mark(code: Code, place: number): void {
    const mark = this.#mark;
    if (mark !== null) onFirstThread(code, this.#emitter, () => void code.i32(place).call(mark));
  }

  list(kernels: readonly Kernel[], loops: readonly LoopId[]): Write {
    const writes = kernels.map((kernel) => this.#kernel(kernel, loops));
    return (code, places) => {
      for (const write of writes) write(code, places);
    };
  }

  #kernel(kernel: Kernel, loops: readonly LoopId[]): Write {
    const emitter = this.#emitter;
    switch (kernel.kind) {
      case 'host':
        return this.#call(this.#hosts.get(kernel) as FunctionIndex, loops, kernel); // all were imported
      case 'barrier':
        return this.#timed(kernel, (code) => void (this.#wait !== null && code.call(this.#wait)));
      case 'branch':
        return this.#branch(this.list(kernel.onTrue, loops), this.list(kernel.onFalse, loops), kernel);
      case 'loop':
        return loopOf(this.list(kernel.body, [...loops, kernel.id]), kernel);
      case 'while': {
        const inner = [...loops, kernel.id];
        return this.#while(this.list(kernel.test, inner), this.list(kernel.body, inner), kernel);
      }
      default: {
        const write: EmitKernel<never> = leaves[kernel.kind];
        return this.#call(write(emitter, kernel as never, loops), loops, kernel); // of its kind
      }
    }
  }

  /** A kernel without a split is the first thread's. */
  #call(index: FunctionIndex, loops: readonly LoopId[], kernel: Kernel): Write {
    const { split } = kernel;
    this.named.set(index, kernel);
    return this.#timed(kernel, (code, places) => {
      const call = (): void => {
        for (const loop of loops) code.get(placeOf(places, loop));
        code.call(index);
      };
      if (split === undefined) onFirstThread(code, this.#emitter, call);
      else call();
    });
  }

  #timed(kernel: Kernel, write: Write): Write {
    const place = this.timed.push(kernel) - 1;
    return (code, places) => {
      this.mark(code, place);
      write(code, places);
    };
  }

  #branch(whenTrue: Write, whenFalse: Write, { predicate }: Extract<Kernel, { kind: 'branch' }>): Write {
    return (code, places) => {
      pushAddress(code, this.#emitter, predicate, 'bool', places).memory('i32Load');
      code.if(
        () => whenTrue(code, places),
        () => whenFalse(code, places),
      );
    };
  }

  #while(test: Write, body: Write, { id, predicate, maxSteps, trap }: Extract<Kernel, { kind: 'while' }>): Write {
    return (code, places) => {
      const t = code.local();
      const inner = new Map([...places, [id, t]]);
      code.i32(0).set(t);
      code.block((end) => {
        code.loop((again) => {
          test(code, inner);
          pushAddress(code, this.#emitter, predicate, 'bool', inner).memory('i32Load').op('i32Eqz').jumpIf(end);
          if (maxSteps !== null) {
            code.get(t).i32(maxSteps).op('i32GeS');
            code.if(() => {
              spring(code, this.#emitter, trap, () => code.get(t));
              code.jump(end);
            });
          }
          body(code, inner);
          code.increase(t, 1).jump(again);
        });
      });
      code.release(t);
    };
  }
}

function loopOf(body: Write, { id, length, reverse }: Extract<Kernel, { kind: 'loop' }>): Write {
  return (code, places) => {
    const n = code.local();
    const t = reverse ? code.local() : n;
    const inner = new Map([...places, [id, t]]);
    code.count(n, 0, length, 1, () => {
      if (reverse)
        code
          .i32(length - 1)
          .get(n)
          .op('i32Sub')
          .set(t);
      body(code, inner);
    });
    code.release(n);
    if (reverse) code.release(t);
  };
}

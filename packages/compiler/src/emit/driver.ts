import { ensure } from '../collections.ts';
import type { HostKernel, Kernel, LoopId, LoopKernel, Plan, WhileKernel } from '../plan/ir.ts';
import type { Layout } from '../plan/memory.ts';
import { bodiesIn } from '../plan/visit.ts';
import { reportEntry } from '../report/entry.ts';
import { barrierBytes, type defineBarrier, stalledImport, stalledSignature } from '../threads/barrier.ts';
import type { Code, FunctionIndex, Local } from '../wasm/code.ts';
import { Module } from '../wasm/module.ts';
import { emitContract } from './contract.ts';
import { type EmitKernel, type Emitter, onFirstThread, procedure, pushAddress, spring } from './emitter.ts';
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
  const drive: Drive = {
    emitter,
    wait: barrier?.wait ?? null,
    hosts: hostFunctions,
    mark,
    timed: [],
    named: new Map(),
  };
  const main = module.function(procedure(0), (code) => {
    list(drive, plan.kernels, code, new Map());
    tell(drive, code, drive.timed.length);
  });
  const base = (): number => Math.ceil(end / 64) * 64;
  const run = module.function(procedure(2), (code, [own, all]) => {
    code.get(own as Local).globalSet(thread); // two parameters
    code.get(all as Local).globalSet(threads); // as above
    barrier?.reset(code);
    code.i32(base()).globalGet(thread).i32(scratchBytes).op('i32Mul').op('i32Add').globalSet(scratch).call(main);
  });
  module.exportFunction('run', run);
  const pages = Math.ceil((base() + scratchBytes * options.threads + 64) / PAGE);
  module.memory({ pages, shared: defineBarrier !== null });
  const bytes = module.bytes(reportEntry.brought?.names(drive.named, module.shared));
  return { bytes, pages, data, hosts, timed: drive.timed };
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

/** The places of the loops around, outermost first. */
type Places = ReadonlyMap<LoopId, Local>;

/** What the functions below share. */
interface Drive {
  readonly emitter: Emitter;
  readonly wait: FunctionIndex | null;
  readonly hosts: ReadonlyMap<HostKernel, FunctionIndex>;
  readonly mark: FunctionIndex | null;
  readonly timed: Kernel[];
  /** What each function is. */
  readonly named: Map<FunctionIndex, Kernel>;
}

/** Tells which kernel begins, if anyone asked for it. */
function tell({ mark, emitter }: Drive, code: Code, place: number): void {
  if (mark !== null) onFirstThread(code, emitter, () => void code.i32(place).call(mark));
}

function list(drive: Drive, kernels: readonly Kernel[], code: Code, places: Places): void {
  for (const kernel of kernels) write(drive, kernel, code, places);
}

/** Writes a kernel into the function of all: leaves become calls, loops and choices stand where they are. */
function write(drive: Drive, kernel: Kernel, code: Code, places: Places): void {
  switch (kernel.kind) {
    case 'branch':
      pushAddress(code, drive.emitter, kernel.predicate, 'bool', places).memory('i32Load');
      code.if(
        () => list(drive, kernel.onTrue, code, places),
        () => list(drive, kernel.onFalse, code, places),
      );
      break;
    case 'loop':
      writeLoop(drive, kernel, code, places);
      break;
    case 'while':
      writeWhile(drive, kernel, code, places);
      break;
    default:
      tell(drive, code, drive.timed.push(kernel) - 1);
      if (kernel.kind !== 'barrier') writeCall(drive, kernel, code, places);
      else if (drive.wait !== null) code.call(drive.wait);
  }
}

/** A kernel without a split is the first thread's. */
function writeCall(
  { emitter, hosts, named }: Drive,
  kernel: HostKernel | Extract<Kernel, { kind: keyof typeof leaves }>,
  code: Code,
  places: Places,
): void {
  const emitted = (emitLeaf: EmitKernel<never>): FunctionIndex =>
    emitLeaf(emitter, kernel as never, [...places.keys()]); // of its kind
  const index = kernel.kind === 'host' ? (hosts.get(kernel) as FunctionIndex) : emitted(leaves[kernel.kind]); // all were imported
  named.set(index, kernel);
  const call = (): void => {
    for (const place of places.values()) code.get(place);
    code.call(index);
  };
  onFirstThread(code, emitter, call, kernel.split);
}

function writeLoop(drive: Drive, { id, length, reverse, body }: LoopKernel, code: Code, places: Places): void {
  const n = code.local();
  const t = reverse ? code.local() : n;
  code.count(n, 0, length, 1, () => {
    if (reverse)
      code
        .i32(length - 1)
        .get(n)
        .op('i32Sub')
        .set(t);
    list(drive, body, code, new Map([...places, [id, t]]));
  });
  code.release(n);
  if (reverse) code.release(t);
}

function writeWhile(drive: Drive, kernel: WhileKernel, code: Code, places: Places): void {
  const { id, test, body, predicate, maxSteps, trap } = kernel;
  const { emitter } = drive;
  const t = code.local();
  const inner = new Map([...places, [id, t]]);
  code.i32(0).set(t);
  code.block((end) => {
    code.loop((again) => {
      list(drive, test, code, inner);
      pushAddress(code, emitter, predicate, 'bool', inner).memory('i32Load').op('i32Eqz').jumpIf(end);
      if (maxSteps !== null) {
        code.get(t).i32(maxSteps).op('i32GeS');
        code.if(() => {
          spring(code, emitter, trap, () => code.get(t));
          code.jump(end);
        });
      }
      list(drive, body, code, inner);
      code.increase(t, 1).jump(again);
    });
  });
  code.release(t);
}

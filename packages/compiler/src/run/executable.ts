import { evaluate, type Program, typeOf } from '@throughline/autograd/back-end';
import { type Concrete, InternalError, sizeOf, type TensorType } from '@throughline/tensor';
import { type Emitted, emit, firstAddress, statusAddress } from '../emit/driver.ts';
import { bytesOf } from '../emit/emitter.ts';
import { fastEntry } from '../emit/fast-entry.ts';
import { lower } from '../lower/lower.ts';
import type { Access, HostKernel, LoopId, Plan } from '../plan/ir.ts';
import { type Layout, layOut } from '../plan/memory.ts';
import type { Team } from '../threads/team.ts';
import { threading } from './team-hook.ts';
import { type Lying, read, windowOn } from './transfer.ts';

/** How a Program is to be run. */
export interface ExecutableOptions {
  readonly fast: boolean;
  /** How many of the first inputs stay in memory between runs: the first outputs, as many, become their next values. */
  readonly resident: number;
  /** At most so many threads will run it; 1 keeps its memory to this one. */
  readonly threads: number;
  /** Told which kernel begins, as its place in `emitted.timed`. */
  readonly mark?: (place: number) => void;
}

/** The module may not be larger: a page's main thread compiles synchronously up to 8 MB. */
const MOST_BYTES = 4_000_000;
/** What 32 bits can address. */
const MOST_PAGES = 65536;

/** Why a Program cannot be compiled on this machine: it is interpreted instead, with a notice. */
export class Unfit extends Error {}

/** A Program as a module with its memory. */
export class Executable {
  readonly program: Program;
  readonly plan: Plan;
  readonly layout: Layout;
  readonly emitted: Emitted;
  /** As many threads as there is memory for. */
  readonly threads: number;
  readonly #memory: WebAssembly.Memory;
  readonly #run: (thread: number, threads: number) => void;
  readonly #team: Team | null;
  readonly #resident: number;
  readonly #inputs: readonly Lying[];
  readonly #outputs: readonly Lying[];
  /** The arguments of the last run, which still lie in memory. */
  #given: readonly Concrete[] = [];

  /** @throws Unfit when the module or its memory is too large. */
  constructor(program: Program, { fast, resident, threads, mark }: ExecutableOptions) {
    if (typeof WebAssembly === 'undefined') throw new Unfit('this engine has no WebAssembly');
    this.program = program;
    this.threads = threads;
    const whole = lower(program);
    this.layout = layOut(whole, firstAddress);
    const team = threads > 1 && threading?.canShare() === true ? threading : null;
    this.plan = team?.split(whole, this.layout.addresses) ?? whole;
    const defineBarrier = team?.defineBarrier ?? null;
    const timed = mark !== undefined;
    this.emitted = emit(this.plan, this.layout, {
      fast: fast && fastEntry.for('compile').canFuse(),
      defineBarrier,
      threads,
      timed,
    });
    this.#resident = resident;
    const { inputs, outputs, constants } = this.plan;
    this.#memory = memoryOf(this.emitted, team !== null);
    this.#inputs = program.inputs.map(
      (id, k) => this.#lying({ buffer: inputs[k] as number, offset: 0, steps: [] }, typeOf(program, id)), // one per input
    );
    this.#outputs = program.outputs.map((id, k) => this.#lying(outputs[k] as Access, typeOf(program, id))); // one per output
    for (const [buffer, value] of constants)
      this.#lying({ buffer, offset: 0, steps: [] }, value).window.set(value.storage);
    for (const [address, bytes] of this.emitted.data) new Uint8Array(this.#memory.buffer, address).set(bytes);
    const module = moduleOf(this.emitted);
    this.#team = team?.attach(module, this.#memory) ?? null;
    this.#run = this.#instantiate(module, mark);
  }

  /** Runs the Program. Arguments are those that do not stay in memory; so are results. */
  run(args: readonly Concrete[]): Concrete[] {
    // tensors never change, and no kernel writes where an argument lies
    args.forEach((value, i) => {
      if (value !== this.#given[i]) this.#write(this.#resident + i, value);
    });
    this.#given = args;
    const status = windowOn(this.#memory, 'int32', statusAddress, 1);
    status[0] = 0;
    if (this.#team === null) this.#run(0, 1);
    else this.#team.run((threads) => this.#run(0, threads));
    if (status[0] !== 0) this.#explain(args);
    const results = this.#outputs.slice(this.#resident).map(read);
    // what was computed becomes what the next run finds
    this.#outputs.slice(0, this.#resident).forEach(({ window }, i) => {
      (this.#inputs[i] as Lying).window.set(window); // one per resident
    });
    return results;
  }

  /** What the last run was given, and all that stays in memory. */
  readInputs(): Concrete[] {
    return this.#inputs.map(read);
  }

  /** The values that stay in memory. */
  readState(): Concrete[] {
    return this.#inputs.slice(0, this.#resident).map(read);
  }

  writeState(values: readonly Concrete[]): void {
    values.forEach((value, i) => {
      this.#write(i, value);
    });
  }

  #write(input: number, { storage }: Concrete): void {
    (this.#inputs[input] as Lying).window.set(storage); // one per input
  }

  /** Where an access lies while the loops around are at these places. */
  #lying(
    { buffer, offset, steps }: Omit<Access, 'strides'>,
    type: TensorType,
    loops: readonly LoopId[] = [],
    places: readonly number[] = [],
  ): Lying {
    const moved = steps.reduce((sum, { loop, stride }) => sum + stride * (places[loops.indexOf(loop)] ?? 0), offset);
    const address = (this.layout.addresses[buffer] as number) + moved * bytesOf(type.dtype); // one per buffer
    return { window: windowOn(this.#memory, type.dtype, address, sizeOf(type.shape)), type };
  }

  /** A run that was stopped: the interpreter says why, as the op would. */
  #explain(args: readonly Concrete[]): never {
    evaluate(this.program, [...this.readState(), ...args]);
    throw new InternalError('a compiled run stopped where the interpreter does not.');
  }

  #instantiate(module: WebAssembly.Module, mark: ExecutableOptions['mark']): (thread: number, threads: number) => void {
    const env: Record<string, WebAssembly.ImportValue> = {
      memory: this.#memory,
      ...(threading && { stalled: threading.stalled }),
      ...(mark && { mark }),
    };
    this.emitted.hosts.forEach(({ kernel, loops }, k) => {
      env[`host${k}`] = (...places: number[]) => this.#host(kernel, loops, places);
    });
    const instance = new WebAssembly.Instance(module, { env });
    return instance.exports.run as (thread: number, threads: number) => void; // as emit exports it
  }

  #host({ primitive, params, inputs, outputs }: HostKernel, loops: readonly LoopId[], places: readonly number[]): void {
    type Place = HostKernel['inputs'][number];
    const lying = ({ access, type }: Place): Lying => this.#lying(access, type, loops, places);
    const results = primitive.eval(inputs.map(lying).map(read), params);
    outputs.forEach((y, k) => {
      lying(y).window.set((results[k] as Concrete).storage); // one per result
    });
  }
}

function memoryOf({ bytes, pages }: Emitted, shared: boolean): WebAssembly.Memory {
  if (bytes.length > MOST_BYTES) throw new Unfit(`its module takes ${bytes.length} bytes, more than ${MOST_BYTES}`);
  if (pages > MOST_PAGES) throw new Unfit(`it needs ${pages * 65536} bytes of memory, more than 4 GiB`);
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  } catch {
    throw new Unfit(`${pages * 65536} bytes of memory are not to be had`);
  }
}

function moduleOf({ bytes }: Emitted): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Unfit(`this engine does not take its module (${reason})`);
  }
}

import { evaluate, type Program } from '@throughline/autograd/back-end';
import type { Concrete } from '@throughline/tensor';
import { notify } from '../notify.ts';
import { type Note, optimise } from '../passes/index.ts';
import { Executable, Unfit } from './executable.ts';
import { threading } from './team-hook.ts';

/** How a traced function is to be run. */
export interface RunnerOptions {
  readonly reassociate: boolean;
  readonly fast: boolean;
  /** Whether other threads may take part. */
  readonly alone: boolean;
  /** How many of the first inputs stay in memory, and are replaced by as many of the first outputs. */
  readonly resident: number;
}

/** Memory is made for so many threads before anyone knows how many there will be. */
const FEW_THREADS = 4;

/** A Program and the best way to run it here: compiled, or else interpreted. */
export class Runner {
  readonly traced: Program;
  /** What is run: what the passes made of the traced Program. */
  readonly program: Program;
  readonly notes: readonly Note[];
  readonly options: RunnerOptions;
  readonly name: string;
  /** Null while it is interpreted. */
  executable: Executable | null;
  /** Whether it keeps to one thread: because it shall, or because there is no memory to share. */
  #alone: boolean;
  /** Why it is interpreted, if it is. */
  unfit: string | undefined;
  /** What stays in memory, where there is no module whose memory it could stay in. */
  #state: readonly Concrete[] = [];
  /** A call from within a run, by a host primitive, finds that run's memory in use. */
  isRunning = false;

  constructor(traced: Program, name: string, options: RunnerOptions) {
    this.traced = traced;
    this.name = name;
    this.options = options;
    this.#alone = options.alone;
    const { program, notes } = optimise(traced, options);
    this.program = program;
    this.notes = notes;
    this.executable = this.#make();
  }

  run(args: readonly Concrete[]): Concrete[] {
    if (this.isRunning) return evaluate(this.program, args) as Concrete[]; // concrete operands give concrete results
    this.isRunning = true;
    try {
      return this.#run(args);
    } finally {
      this.isRunning = false;
    }
  }

  #run(args: readonly Concrete[]): Concrete[] {
    const executable = this.#ready();
    if (executable === null) return this.#interpret(args);
    try {
      return executable.run(args);
    } catch (error) {
      // a thread that may still write keeps that memory: what comes next gets another
      if (threading?.isLoss(error)) this.#replace(executable);
      throw error;
    }
  }

  readState(): readonly Concrete[] {
    return this.executable?.readState() ?? this.#state;
  }

  writeState(values: readonly Concrete[]): void {
    if (this.executable === null) this.#state = values;
    else this.executable.writeState(values);
  }

  #interpret(args: readonly Concrete[]): Concrete[] {
    const results = evaluate(this.program, [...this.#state, ...args]) as Concrete[]; // concrete operands give concrete results
    this.#state = results.slice(0, this.options.resident);
    return results.slice(this.options.resident);
  }

  /** The module, made anew when more threads have been started than its memory has room for. */
  #ready(): Executable | null {
    const executable = this.executable;
    if (executable !== null && this.#wanted() > executable.threads) this.#replace(executable);
    return this.executable;
  }

  #wanted(): number {
    return this.#alone ? 1 : (threading?.count() ?? 1);
  }

  #replace(old: Executable): void {
    const state = old.readState();
    this.executable = this.#make();
    this.writeState(state);
  }

  /** Memory that threads share can run out where other memory has not. */
  #make(): Executable | null {
    const wanted = this.#wanted();
    for (const threads of wanted > 1 ? [Math.max(FEW_THREADS, wanted), 1] : [1]) {
      try {
        const executable = new Executable(this.program, { ...this.options, threads });
        this.unfit = undefined;
        return executable;
      } catch (error) {
        if (!(error instanceof Unfit)) throw error;
        this.unfit = error.message;
        this.#alone = true;
      }
    }
    notify(`compile: ${this.name || 'the function'} is interpreted, since ${this.unfit}.`);
    return null;
  }
}

import { evaluate, type Program } from '@throughline/autograd/back-end';
import type { Concrete } from '@throughline/tensor';
import { notify } from '../notify.ts';
import { optimise } from '../passes/index.ts';
import { Executable, Unfit } from './executable.ts';

/** How a traced function is to be run. */
export interface RunnerOptions {
  readonly reassociate: boolean;
  readonly fast: boolean;
  readonly threads: number;
  /** How many of the first inputs stay in memory, and are replaced by as many of the first outputs. */
  readonly resident: number;
}

/** A Program and the best way to run it here: compiled, or else interpreted. */
export class Runner {
  readonly traced: Program;
  /** What is run: what the passes made of the traced Program. */
  readonly program: Program;
  readonly executable: Executable | null;

  constructor(traced: Program, name: string, { reassociate, fast, resident }: RunnerOptions) {
    this.traced = traced;
    this.program = optimise(traced, { reassociate }).program;
    this.executable = this.#fit(name, { fast, resident });
  }

  run(args: readonly Concrete[]): Concrete[] {
    return this.executable?.run(args) ?? (evaluate(this.program, args) as Concrete[]); // concrete operands give concrete results
  }

  #fit(name: string, options: { fast: boolean; resident: number }): Executable | null {
    try {
      return new Executable(this.program, options);
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      notify(`compile: ${name || 'the function'} is interpreted, since ${error.message}.`);
      return null;
    }
  }
}

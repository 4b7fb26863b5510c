import { originText } from '@throughline/autograd/back-end';
import { ArgumentError } from '@throughline/tensor';
import { optimise } from '../passes/index.ts';
import type { Kernel } from '../plan/ir.ts';
import { Executable } from '../run/executable.ts';
import type { TracedForm } from '../trace-form.ts';
import { describe, isLeaf, workOf } from './kernels.ts';

/** How a profile is taken. */
export interface ProfileOptions {
  /** How many runs are timed (10 by default), after half as many that are not, in which the engine warms up. */
  readonly runs?: number;
  /** Whether the function is traced again to learn the user's lines (true by default); without, scopes alone are known. */
  readonly lines?: boolean;
}

/** Time of one kernel, in one call. */
export interface ProfileRow {
  /** Its place in the program, from 0. */
  readonly kernel: number;
  readonly kind: Kernel['kind'];
  readonly what: string;
  readonly ms: number;
  /** Of the whole call, 0 to 1. */
  readonly share: number;
  /** How often one call runs it. */
  readonly calls: number;
  /** In one call: two per multiply-add of a product, 0 elsewhere. */
  readonly flops: number;
  /** In one call; 0 for products. */
  readonly elements: number;
  /** 10⁹ flops per second, for products. */
  readonly gflops: number | null;
  readonly nsPerElement: number | null;
  /** Scopes and lines of the ops it came from. */
  readonly origins: readonly string[];
}

/** Time of one scope or line, in one call: a kernel's is divided evenly among those that it came from. */
export interface ProfileLine {
  readonly origin: string;
  readonly ms: number;
  readonly share: number;
}

/** Where the time of a compiled function goes. */
export interface Profile {
  readonly runs: number;
  /** Of one call, without copying arguments and results. */
  readonly ms: number;
  /** Longest first. */
  readonly rows: readonly ProfileRow[];
  /** Longest first. */
  readonly lines: readonly ProfileLine[];
  toString(): string;
}

/** Runs a form again, timed, on the arguments of its last call, and with a copy of its state: in a module of its own. */
export function profileOf(form: TracedForm, { runs = 10, lines = true }: ProfileOptions): Profile {
  const { name, options, executable, unfit } = form.runner;
  if (!(Number.isInteger(runs) && runs >= 1))
    throw new ArgumentError('profile', `runs is ${String(runs)}, not a count of at least 1.`);
  if (executable === null)
    throw new ArgumentError('profile', `${name || 'the function'} is interpreted, since ${unfit}.`);
  const { program } = lines ? optimise(form.traceAgain(), options) : form.runner;
  const stopwatch = new Stopwatch();
  const { fast, resident } = options;
  const timed = new Executable(program, { fast, resident, threads: executable.threads, mark: stopwatch.mark });
  const inputs = executable.readInputs();
  timed.writeState(inputs.slice(0, resident));
  const args = inputs.slice(resident);
  for (let run = 0; run < runs / 2; run++) timed.run(args);
  stopwatch.clear();
  for (let run = 0; run < runs; run++) timed.run(args);
  return profileFrom(stopwatch, timed.emitted.timed, runs);
}

/** Sums the time from each mark to the next. */
class Stopwatch {
  readonly ms: number[] = [];
  readonly calls: number[] = [];
  #running = -1;
  #since = 0;

  readonly mark = (place: number): void => {
    const now = performance.now();
    if (this.#running >= 0) this.ms[this.#running] = (this.ms[this.#running] ?? 0) + now - this.#since;
    this.calls[place] = (this.calls[place] ?? 0) + 1;
    this.#running = place;
    this.#since = performance.now();
  };

  /** Forgets everything. */
  clear(): void {
    this.ms.length = 0;
    this.calls.length = 0;
    this.#running = -1;
  }
}

function profileFrom({ ms, calls }: Stopwatch, kernels: readonly Kernel[], runs: number): Profile {
  const total = kernels.reduce((sum, _, k) => sum + (ms[k] ?? 0), 0) / runs;
  const share = (time: number): number => (total > 0 ? time / total : 0);
  const byOrigin = new Map<string, number>();
  const rows = kernels.map((kernel, k): ProfileRow => {
    const [time, count] = [(ms[k] ?? 0) / runs, (calls[k] ?? 0) / runs];
    const { multiplyAdds, elements } = isLeaf(kernel) ? workOf(kernel) : { multiplyAdds: 0, elements: 0 };
    const flops = 2 * multiplyAdds * count;
    const all = elements * count;
    const origins = [...new Set((kernel.origins ?? []).map(originText))].filter((text) => text !== '');
    const places = origins.length > 0 ? origins : ['elsewhere'];
    for (const place of places) byOrigin.set(place, (byOrigin.get(place) ?? 0) + time / places.length);
    return {
      ...{ kernel: k, kind: kernel.kind, what: describe(kernel), ms: time, share: share(time), calls: count, flops },
      ...{ elements: all, gflops: flops > 0 && time > 0 ? flops / time / 1e6 : null },
      ...{ nsPerElement: all > 0 ? (time * 1e6) / all : null, origins },
    };
  });
  rows.sort((a, b) => b.ms - a.ms);
  const lines = [...byOrigin]
    .map(([origin, time]) => ({ origin, ms: time, share: share(time) }))
    .sort((a, b) => b.ms - a.ms);
  const profile = { runs, ms: total, rows, lines };
  return { ...profile, toString: () => printProfile(profile) };
}

function printProfile({ runs, ms, rows, lines }: Omit<Profile, 'toString'>): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`.padStart(7);
  const time = (one: number): string => `${one.toFixed(4).padStart(10)} ms`;
  return [
    `${ms.toFixed(3)} ms per call, the mean of ${runs}`,
    ...rows.map((row) => {
      const rate = row.gflops === null ? perElement(row.nsPerElement) : `${row.gflops.toFixed(2)} GFLOP/s`;
      return `${time(row.ms)} ${percent(row.share)}  ${`${row.calls}×`.padStart(6)} ${row.kind.padEnd(10)} ${row.what}${rate && `   ${rate}`}`;
    }),
    'by scope and line',
    ...lines.map((line) => `${time(line.ms)} ${percent(line.share)}  ${line.origin}`),
  ].join('\n');
}

const perElement = (ns: number | null): string => (ns === null ? '' : `${ns.toFixed(2)} ns per element`);

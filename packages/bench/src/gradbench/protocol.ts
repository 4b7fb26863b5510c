import { seconds } from '../clock.ts';
import { describe, type Fields, fieldsOf, InputError, isFields } from './inputs.ts';

/** One timed run of a function, or of a part of it. */
export interface Timed {
  readonly name: 'prepare' | 'evaluate';
  readonly nanoseconds: number;
}

/** A function's answer: what it returned, and every run that was timed. */
export interface Evaluation {
  readonly output: unknown;
  readonly timings: readonly Timed[];
}

/** What an eval may ask of one module: functions by name, each checks its own input. */
export type Module = Readonly<Record<string, (input: unknown) => Evaluation>>;

/** How often a function is run: at least so many times, and for so long. */
interface Runs {
  readonly min_runs: number;
  readonly min_seconds: number;
}

/** Nanoseconds, on the clock that a benchmark may have asked for. */
const now = (): number => Math.round(1e9 * seconds());

/**
 * Times a function for as long as is asked, and keeps what it returned last. One run before that is the preparation: it
 * records and compiles.
 */
function timed<R>(work: () => R, { min_runs, min_seconds }: Runs): { result: R; timings: Timed[] } {
  const timings: Timed[] = [];
  const run = (name: Timed['name']): R => {
    const start = now();
    const result = work();
    timings.push({ name, nanoseconds: now() - start });
    return result;
  };
  run('prepare');
  let result: R;
  let elapsed = 0;
  do {
    result = run('evaluate');
    elapsed += timings.at(-1)?.nanoseconds ?? 0;
  } while (timings.length <= min_runs || elapsed < 1e9 * min_seconds);
  return { result, timings };
}

/** A function of a module: reads its input once, works on it as often as the input says, and writes the last result. */
export const timedOn =
  <I, R>(read: (input: Fields) => I, work: (input: I) => R, write: (result: R) => unknown) =>
  (message: unknown): Evaluation => {
    const fields = fieldsOf(message);
    const runs = runsIn(fields);
    const input = read(fields);
    const { result, timings } = timed(() => work(input), runs);
    return { output: write(result), timings };
  };

/** A function that is run once, since its input does not say how often. */
export const once =
  <I, R>(read: (input: unknown) => I, work: (input: I) => R, write: (result: R) => unknown) =>
  (message: unknown): Evaluation => {
    const input = read(message);
    const { result, timings } = timed(() => work(input), { min_runs: 1, min_seconds: 0 });
    return { output: write(result), timings };
  };

/** The two numbers by which an input says how often it is run; once, where it does not say. */
function runsIn(input: Fields): Runs {
  const read = (name: string, otherwise: number): number => {
    const value = input[name] ?? otherwise;
    if (typeof value === 'number' && value >= 0) return value;
    throw new InputError(`${name} is ${describe(value)}, not a number ≥ 0.`);
  };
  return { min_runs: read('min_runs', 1), min_seconds: read('min_seconds', 0) };
}

/**
 * The answer to one line of GradBench's protocol, as one line.
 *
 * Every message has an id, which the answer repeats. `define` says whether a module is there, `evaluate` runs one of its
 * functions; anything else is acknowledged. What fails is answered with `success: false` and the reason, and so is an output
 * with a number that JSON cannot say: written as null it would be no number at all.
 * @throws InputError when the line is not a message: there is no id to answer then.
 */
export function answer(line: string, modules: Readonly<Record<string, Module>>): string {
  const message = messageIn(line);
  const { id, kind } = message;
  if (kind === 'start') return JSON.stringify({ id, tool: 'throughline' });
  if (kind !== 'define' && kind !== 'evaluate') return JSON.stringify({ id });
  try {
    const module = lookUp(modules, message.module, 'module');
    if (kind === 'define') return JSON.stringify({ id, success: true });
    const evaluation = lookUp(module, message.function, `function of ${String(message.module)}`)(message.input);
    return JSON.stringify({ id, success: true, ...evaluation }, finite);
  } catch (error) {
    return JSON.stringify({ id, success: false, error: error instanceof Error ? error.message : String(error) });
  }
}

function finite(_: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  throw new InputError(`the output has ${value}, which JSON has no number for.`);
}

function messageIn(line: string): Fields {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    throw new InputError(`not JSON: ${line.length > 80 ? `${line.slice(0, 80)}…` : line}`);
  }
  if (!isFields(message)) throw new InputError(`a message is an object, not ${describe(message)}.`);
  if (typeof message.id !== 'number')
    throw new InputError(`a message has a number as its id, not ${describe(message.id)}.`);
  return message;
}

function lookUp<V>(table: Readonly<Record<string, V>>, name: unknown, what: string): V {
  if (typeof name === 'string' && Object.hasOwn(table, name)) return table[name] as V; // an own property
  throw new InputError(`no ${what} is named ${JSON.stringify(name)}. There are ${Object.keys(table).join(', ')}.`);
}

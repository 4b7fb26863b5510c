import { type Tensor, tensor } from 'throughline';

/** One timed run of a function, or of a part of it. */
export interface Timed {
  readonly name: string;
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
export interface Runs {
  readonly min_runs: number;
  readonly min_seconds: number;
}

/** Says what is wrong with an input; the answer carries it, and the adapter goes on. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** Times a function for as long as is asked, and keeps what it returned last. */
export function timed<R>(work: () => R, output: (result: R) => unknown, { min_runs, min_seconds }: Runs): Evaluation {
  const timings: Timed[] = [];
  let elapsed = 0;
  let result: R;
  do {
    const start = process.hrtime.bigint();
    result = work();
    const nanoseconds = Number(process.hrtime.bigint() - start);
    timings.push({ name: 'evaluate', nanoseconds });
    elapsed += nanoseconds;
  } while (timings.length < min_runs || elapsed < 1e9 * min_seconds);
  return { output: output(result), timings };
}

/** One run on one number. */
export const once = (x: number, f: (x: Tensor) => Tensor, output: (y: Tensor) => unknown): Evaluation => {
  const input = tensor(x);
  return timed(() => f(input), output, { min_runs: 1, min_seconds: 0 });
};

export function numberIn(input: unknown): number {
  if (typeof input === 'number') return input;
  throw new InputError(`the input is ${describe(input)}, not a number.`);
}

/** The two numbers by which an input says how often it is run; once, where it does not say. */
export function runsIn(input: Readonly<Record<string, unknown>>): Runs {
  const read = (name: string, otherwise: number): number => {
    const value = input[name] ?? otherwise;
    if (typeof value === 'number' && value >= 0) return value;
    throw new InputError(`${name} is ${describe(value)}, not a number ≥ 0.`);
  };
  return { min_runs: read('min_runs', 1), min_seconds: read('min_seconds', 0) };
}

export function recordIn(input: unknown): Readonly<Record<string, unknown>> {
  if (isRecord(input)) return input;
  throw new InputError(`the input is ${describe(input)}, not an object.`);
}

/** A matrix as rows of equal length, at least one of each. */
export function matrixIn(input: Readonly<Record<string, unknown>>, name: string): Tensor {
  const rows = input[name];
  const isRow = (row: unknown): row is number[] => Array.isArray(row) && row.every((x) => typeof x === 'number');
  if (!Array.isArray(rows) || !rows.every(isRow)) {
    throw new InputError(`${name} is ${describe(rows)}, not an array of rows of numbers.`);
  }
  const width = rows[0]?.length ?? 0;
  const odd = rows.findIndex((row) => row.length !== width);
  if (width === 0) throw new InputError(`${name} has no numbers.`);
  if (odd >= 0) throw new InputError(`row ${odd} of ${name} has ${rows[odd]?.length} numbers, row 0 has ${width}.`);
  return tensor(rows);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `${typeof value} ${JSON.stringify(value)}`;
}

/**
 * The answer to one line of GradBench's protocol, as one line.
 *
 * Every message has an id, which the answer repeats. `define` says whether a module is there, `evaluate` runs one of its
 * functions; anything else is acknowledged. What fails is answered with `success: false` and the reason.
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
    return JSON.stringify({ id, success: true, ...evaluation });
  } catch (error) {
    return JSON.stringify({ id, success: false, error: error instanceof Error ? error.message : String(error) });
  }
}

function messageIn(line: string): Readonly<Record<string, unknown>> {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    throw new InputError(`not JSON: ${line.length > 80 ? `${line.slice(0, 80)}…` : line}`);
  }
  if (!isRecord(message)) throw new InputError(`a message is an object, not ${describe(message)}.`);
  if (typeof message.id !== 'number')
    throw new InputError(`a message has a number as its id, not ${describe(message.id)}.`);
  return message;
}

function lookUp<V>(table: Readonly<Record<string, V>>, name: unknown, what: string): V {
  if (typeof name === 'string' && Object.hasOwn(table, name)) return table[name] as V; // an own property
  throw new InputError(`no ${what} is named ${JSON.stringify(name)}. There are ${Object.keys(table).join(', ')}.`);
}

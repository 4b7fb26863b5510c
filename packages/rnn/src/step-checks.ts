import { ArgumentError, formatType, ShapeError, sameType, Tensor, TreeError } from '@throughline/tensor';
import { valueAt } from './state.ts';

/** A belt whose names are not known to the type checker. */
export interface AnyBelt {
  readonly state: string;
  readonly keep: string;
  readonly holding: readonly string[];
}

const reserved: readonly string[] = ['x', 'out'];

/** What can be checked when a cell is defined. */
export function checkNames(cell: string, states: readonly string[], belt: AnyBelt | undefined): void {
  if (cell === '') throw new ArgumentError('defineCell', 'the name is empty.');
  const op = `defineCell ${cell}`;
  for (const name of new Set(states.map((state) => state.split('.')[0] as string))) {
    // split gives at least one
    if (reserved.includes(name))
      throw new ArgumentError(op, `a state is named ${name}, which ${meaning(name)}. Rename the state.`);
  }
  const twice = states.find((name, i) => states.indexOf(name) !== i);
  if (twice !== undefined) throw new ArgumentError(op, `two states are named ${twice}.`);
  if (belt !== undefined && !states.includes(belt.state)) {
    throw new ArgumentError(op, `the belt's state is ${belt.state}; the states are ${states.join(', ')}.`);
  }
}

const meaning = (name: string): string => (name === 'x' ? 'is the input' : 'is the output');

/** What a step returned, against what it took. */
export function checkStep(
  cell: string,
  states: readonly string[],
  belt: AnyBelt | undefined,
  before: unknown,
  result: unknown,
): void {
  const { state, out, taps } = (typeof result === 'object' && result !== null ? result : {}) as {
    [key: string]: unknown;
  }; // any record
  if (typeof state !== 'object' || state === null || !(out instanceof Tensor)) {
    throw new TreeError(cell, `step must return { state: { ${states.join(', ')} }, out }, with a tensor for out.`);
  }
  for (const name of states) checkState(cell, name, valueAt(before, name), valueAt(state, name));
  if (taps !== undefined) checkTaps(cell, states, taps as { [name: string]: unknown }); // any record
  const known = [...states, ...reserved, ...Object.keys(taps ?? {})];
  if (belt === undefined) return;
  if (!known.slice(states.length + reserved.length).includes(belt.keep))
    throw new ArgumentError(cell, `the belt keeps ${belt.keep}, which is not a tap.`);
  const unknown = belt.holding.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new ArgumentError(cell, `the belt holds ${unknown}; there are ${known.join(', ')}.`);
}

/** What a parallel form returned, against the state it started from. */
export function checkParallel(
  cell: string,
  states: readonly string[],
  from: unknown,
  xs: Tensor,
  { last, out, taps }: { readonly last: unknown; readonly out: unknown; readonly taps?: unknown },
): void {
  const op = `${cell}.parallel`;
  if (typeof last !== 'object' || !(out instanceof Tensor) || out.shape[0] !== xs.shape[0]) {
    const got = out instanceof Tensor ? formatType(out) : typeof out;
    throw new TreeError(
      op,
      `must return { last: { ${states.join(', ')} }, out }, out [${xs.shape[0]}, B, …]; out is ${got}.`,
    );
  }
  checkStep(op, states, undefined, from, { state: last, out, taps });
}

function checkState(cell: string, name: string, before: unknown, after: unknown): void {
  if (!(after instanceof Tensor)) throw new TreeError(cell, `step returned no state ${name}.`);
  if (!(before instanceof Tensor))
    throw new TreeError(cell, `the state has no ${name}. Start from ${cell}.initialState(dims, batch).`);
  if (!sameType(before, after)) {
    throw new ShapeError(
      cell,
      `state ${name} enters step as ${formatType(before)} but leaves it as ${formatType(after)}.`,
    );
  }
}

function checkTaps(cell: string, states: readonly string[], taps: { readonly [name: string]: unknown }): void {
  for (const [name, tap] of Object.entries(taps)) {
    if (states.some((state) => state.split('.')[0] === name)) {
      throw new ArgumentError(cell, `${name} is both a state and a tap. Rename the tap.`);
    }
    if (reserved.includes(name))
      throw new ArgumentError(cell, `a tap is named ${name}, which ${meaning(name)}. Rename the tap.`);
    if (!(tap instanceof Tensor)) throw new TreeError(cell, `tap ${name} is not a tensor.`);
  }
}

/** @file Faults planted at a random op, gate and step of a cell, drawn from a seed. */
import { grad, mul, sum, type Tree } from '@throughline/autograd';
import { type Tensor, tensor } from '@throughline/tensor';
import type { AnyCell } from '../../cell.ts';
import { rnn } from '../../cells/elman.ts';
import { gru } from '../../cells/gru.ts';
import { gruResetBefore } from '../../cells/gru-reset-before.ts';
import { lstm } from '../../cells/lstm.ts';
import type { ParamTree } from '../../params.ts';
import type { StateTree } from '../../state.ts';
import { unroll } from '../../unroll.ts';
import { Draws } from './draws.ts';
import { fusedLstm, points } from './fuse.ts';
import type { Expected, Wrap, ZooCase } from './zoo-case.ts';

/** A cell of the library, its gates that run `affine`, in order, and its states. */
interface Subject {
  readonly cell: AnyCell;
  readonly gates: readonly string[];
  readonly states: readonly string[];
}

const subject = (cell: unknown, gates: readonly string[], states: readonly string[]): Subject => ({
  cell: cell as AnyCell, // a cell of the library, its names forgotten
  gates,
  states,
});

const subjects: readonly Subject[] = [
  subject(lstm, ['f', 'i', 'o', 'g'], ['h', 'c']),
  subject(gru, ['r', 'z'], ['h']),
  subject(gruResetBefore, ['r', 'z', 'n'], ['h']),
  subject(rnn, ['h'], ['h']),
];

/** Numbers as nested arrays that a fault can be written into. */
interface Plan {
  readonly params: Record<string, { W: number[][]; U: number[][]; b: number[]; b2?: number[] }>;
  readonly xs: number[][][];
  readonly state: Record<string, number[][]>;
}

const sizes = { I: 3, H: 4, B: 2, T: 6 } as const;

const matrix = (draws: Draws, rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, () => draws.numbers(columns));

function plan(draws: Draws, { cell, gates, states }: Subject): Plan {
  const { I, H, B, T } = sizes;
  const all = cell.name === 'gru' ? [...gates, 'n'] : gates;
  const one = (name: string) => {
    const common = { W: matrix(draws, I, H), U: matrix(draws, H, H), b: draws.numbers(H) };
    return [name, cell.name === 'gru' && name === 'n' ? { ...common, b2: draws.numbers(H) } : common] as const;
  };
  return {
    params: Object.fromEntries(all.map(one)),
    xs: Array.from({ length: T }, () => matrix(draws, B, I)),
    state: Object.fromEntries(states.map((name) => [name, matrix(draws, B, H)])),
  };
}

type Place = Pick<Expected, 'op' | 'gate' | 'step' | 'cause'>;

const badNumbers = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const;

/** An entry of a parameter is not finite: the first op that reads it is in the first step. */
function inParameter(draws: Draws, { params }: Plan, { gates }: Subject): Place {
  const { I, H } = sizes;
  const gate = draws.pick(gates);
  const leaf = draws.pick(['W', 'U', 'b'] as const);
  const values = gateOf(params, gate);
  const bad = draws.pick(badNumbers);
  const [row, column] = [draws.integer(0, (leaf === 'W' ? I : H) - 1), draws.integer(0, H - 1)];
  if (leaf === 'b') values.b[column] = bad;
  else setEntry(values[leaf], row, column, bad);
  return { op: leaf === 'b' ? 'add' : 'contract', gate, step: 1, cause: 'entered' };
}

/** An entry of the input is not finite: the first gate of that step reads it. */
function inInput(draws: Draws, { xs }: Plan, { gates }: Subject): Place {
  const { I, B, T } = sizes;
  const step = draws.integer(1, T);
  setEntry(xs[step - 1] ?? [], draws.integer(0, B - 1), draws.integer(0, I - 1), draws.pick(badNumbers));
  return { op: 'contract', gate: first(gates), step, cause: 'entered' };
}

/** An entry of an initial state is not finite. An LSTM's c is read by a product, outside the gates. */
function inState(draws: Draws, { state }: Plan, { gates, states }: Subject): Place {
  const { H, B } = sizes;
  const name = draws.pick(states);
  setEntry(state[name] ?? [], draws.integer(0, B - 1), draws.integer(0, H - 1), draws.pick(badNumbers));
  const where = name === 'c' ? { op: 'mul', gate: null } : { op: 'contract', gate: first(gates) };
  return { ...where, step: 1, cause: 'entered' };
}

/** x·W of one gate overflows at one step, or it nearly does and the bias tips it over; the other gates do not see that input. */
function overflow(draws: Draws, { params, xs }: Plan, { gates }: Subject): Place {
  const { H, B, T } = sizes;
  const gate = draws.pick(gates);
  const step = draws.integer(1, T);
  const column = draws.integer(0, H - 1);
  const tipped = draws.integer(0, 1) === 1;
  const large = tipped ? 1e154 : 1e200;
  for (const { W } of Object.values(params)) W[0] = [0, 0, 0, 0];
  for (const rows of xs) for (const row of rows) row[0] = 0;
  setEntry(xs[step - 1] ?? [], draws.integer(0, B - 1), 0, large);
  const { W, b } = gateOf(params, gate);
  setEntry(W, 0, column, large);
  if (tipped) b[column] = 1e308;
  return { op: tipped ? 'add' : 'contract', gate, step, cause: 'overflow' };
}

/**
 * The gradient of one gate's W overflows at one step: there the input has an entry of 1e304, which no weight reads, and of
 * all gates only this one is not saturated, so that a cotangent meets it.
 */
function backwardOverflow(draws: Draws, { params, xs, state }: Plan, { gates }: Subject): Place {
  const { B, T } = sizes;
  const gate = draws.pick(gates);
  const step = draws.integer(1, T);
  for (const values of Object.values(params)) {
    values.W = values.W.map((row) => row.map(() => 0));
    values.U = values.U.map((row) => row.map(() => 0));
    values.b = values.b.map(() => 40);
  }
  gateOf(params, gate).b = [0, 0, 0, 0];
  for (const rows of xs) for (const row of rows) row[0] = 0;
  setEntry(xs[step - 1] ?? [], draws.integer(0, B - 1), 0, 1e304);
  state.c = (state.c ?? []).map((row) => row.map(() => 0.5));
  return { op: 'contract', gate, step, cause: 'overflow' };
}

const plantings = {
  parameter: inParameter,
  input: inInput,
  state: inState,
  overflow,
  'backward overflow': backwardOverflow,
} as const;

const kinds = ['parameter', 'input', 'state', 'overflow', 'backward overflow', 'fuse', 'backward fuse'] as const;

/** The case of a seed: its kind goes round, everything else is drawn. */
export function injectedCase(seed: number): ZooCase {
  const draws = new Draws(seed);
  const kind = kinds[seed % kinds.length] as (typeof kinds)[number]; // in range
  if (kind === 'fuse') return blown(seed, draws, 'forward');
  if (kind === 'backward fuse') return blown(seed, draws, 'backward');
  const chosen = kind === 'backward overflow' ? (subjects[0] as Subject) : draws.pick(subjects); // the LSTM
  const numbers = plan(draws, chosen);
  const place = plantings[kind](draws, numbers, chosen);
  const direction = kind === 'backward overflow' ? 'backward' : 'forward';
  const cell = chosen.cell.name;
  return {
    name: `seed ${seed}: ${kind}`,
    file: 'injected.ts',
    mark: 'a cell of the library',
    expected: { ...place, cell, direction },
    run: (wrap) => runGradient(wrap, chosen.cell, numbers, direction === 'backward' ? 1e13 : 1),
  };
}

/** A fuse blows in an LSTM that was written out. */
function blown(seed: number, draws: Draws, direction: 'forward' | 'backward'): ZooCase {
  const point = draws.pick(points);
  const step = draws.integer(1, sizes.T);
  const entry = draws.integer(0, 1000);
  const bad = draws.pick(['NaN', 'Infinity'] as const);
  const numbers = plan(draws, subjects[0] as Subject); // the LSTM
  const gate = point.length === 1 && point !== 'c' ? point : null;
  return {
    name: `seed ${seed}: fuse ${point}, ${direction}, ${bad}`,
    file: 'fuse.ts',
    mark: 'fuse',
    expected: { op: 'fuse', direction, cell: 'fused', gate, step, cause: 'unexplained' },
    run: (wrap) =>
      runGradient(wrap, fusedLstm(point, step, { direction, entry, bad }) as unknown as AnyCell, numbers, 1), // its names forgotten
  };
}

/** The gradient of a sum of outputs with respect to parameters and initial state. */
function runGradient(wrap: Wrap, cell: AnyCell, { params, xs, state }: Plan, scale: number): unknown {
  const lossOf = (p: { params: ParamTree; from: StateTree }, inputs: Tensor): Tensor => {
    const { out } = unroll(cell, p.params, inputs, { from: p.from }); // ← a cell of the library
    return mul(scale, sum(out));
  };
  const gradient = (p: { params: ParamTree; from: StateTree }, inputs: Tensor): unknown => grad(lossOf)(p, inputs);
  return wrap(gradient)({ params: tensors(params), from: tensors(state) }, tensor(xs));
}

/** 15 seeds: every kind twice, and one more. */
export const injectedCases: readonly ZooCase[] = Array.from({ length: 15 }, (_, i) => injectedCase(i + 1));

type Numbers = number | readonly Numbers[];

/** A record of nested arrays as tensors. */
function tensors<R extends Tree<Tensor>>(record: object): R {
  const convert = (value: unknown): unknown =>
    Array.isArray(value)
      ? tensor(value as Numbers & unknown[]) // nested arrays of numbers
      : Object.fromEntries(Object.entries(value as object).map(([key, part]) => [key, convert(part)])); // a record
  return convert(record) as R; // the nesting of the record
}

function first(gates: readonly string[]): string {
  return gates[0] as string; // a cell has a gate
}

function gateOf(params: Plan['params'], gate: string): Plan['params'][string] {
  return params[gate] as Plan['params'][string]; // one of the cell's gates
}

function setEntry(rows: number[][], row: number, column: number, value: number): void {
  (rows[row] as number[])[column] = value; // in range
}

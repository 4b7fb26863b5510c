import {
  isProgram,
  type Program,
  type ScalarExpression,
  type ScanParams,
  typeOf,
} from '@throughline/autograd/back-end';
import { type Labels, summed } from './operations.ts';

/**
 * The longest chain of operations in a Program of which each needs the one before: the time that it would take with as
 * many processors as one likes, whatever the machine.
 *
 * A scalar function counts one, a sum of n terms log₂ n (a tree), moving elements nothing. A loop is a chain through what
 * it carries, so it is as long as that. `linearRecurrence` runs one step after another as a primitive, but what it computes
 * is associative: `recurrences: 'tree'` counts it as the `associativeScan` that gives the same, 2 log₂ T combinations of two
 * operations each.
 * @throws RangeError for a loop of unknown length.
 */
export function longestChain(program: Program, { recurrences = 'steps' }: ChainOptions = {}): number {
  return Math.max(0, ...chains(program, new Array(program.inputs.length).fill(0), recurrences));
}

/** How linear recurrences are counted. */
export interface ChainOptions {
  readonly recurrences?: 'steps' | 'tree';
}
type Recurrences = NonNullable<ChainOptions['recurrences']>;

/** The chains that end in the outputs, given those that end in the inputs. */
function chains(program: Program, from: readonly number[], recurrences: Recurrences): number[] {
  const at = new Map<number, number>(program.inputs.map((id, i) => [id, from[i] as number])); // one per input
  for (const { primitive, inputs, outputs, params } of program.equations) {
    const before = inputs.map((id) => at.get(id) ?? 0); // constants are there
    const shape = inputs[0] === undefined ? [] : typeOf(program, inputs[0]).shape;
    const size = Math.max(0, ...inputs.map((id) => typeOf(program, id).shape[0] ?? 1));
    const { semantics } = primitive;
    const latest = Math.max(0, ...before);
    if (semantics.kind === 'structured') {
      const after = structured(semantics.control, params, before, recurrences);
      outputs.forEach((id, i) => {
        at.set(id, after[i] ?? latest);
      });
      continue;
    }
    const steps = {
      map: () => (semantics.kind === 'map' ? height(semantics.expression) : 0),
      reduce: () => tree(shape, outputs.map((id) => typeOf(program, id).shape)[0] ?? []),
      contract: () => 1 + log2(summed(shape, params as unknown as Labels)), // the contract's own
      recurrence: () => (recurrences === 'tree' ? 4 * log2(size) : 2 * size),
      view: () => 0,
      gather: () => 1,
      scatter: () => 1,
      host: () => 1,
    }[semantics.kind]();
    for (const id of outputs) at.set(id, latest + steps);
  }
  return program.outputs.map((id) => at.get(id) ?? 0);
}

function structured(control: string, params: object, before: readonly number[], recurrences: Recurrences): number[] {
  const bodies = Object.values(params).filter(isProgram);
  if (control === 'while') throw new RangeError('longestChain: a loop of unknown length has no longest chain.');
  if (control === 'scan') return loop(params as ScanParams, before, recurrences); // the scan's own
  const given = control === 'branch' ? before.slice(1) : before;
  const ends = bodies.map((body) => chains(body, given.slice(0, body.inputs.length), recurrences));
  return (ends[0] ?? []).map((_, i) => Math.max(...ends.map((end) => end[i] ?? 0)));
}

/** Through a loop, step by step: all of a sequence is there at once, and every step waits for what is carried. */
function loop(
  { body, constants, carry, length }: ScanParams,
  before: readonly number[],
  recurrences: Recurrences,
): number[] {
  let state = before.slice(constants, constants + carry);
  let ys = body.outputs.slice(carry).map(() => 0);
  for (let t = 0; t < length; t++) {
    const known = [...before.slice(0, constants), ...state, ...before.slice(constants + carry)];
    const after = chains(body, known, recurrences);
    state = after.slice(0, carry);
    ys = ys.map((y, i) => Math.max(y, after[carry + i] ?? 0));
  }
  return [...state, ...ys];
}

const log2 = (n: number): number => Math.ceil(Math.log2(Math.max(1, n)));

const tree = (from: readonly number[], to: readonly number[]): number =>
  log2(
    from.reduce((a, b) => a * b, 1) /
      Math.max(
        1,
        to.reduce((a, b) => a * b, 1),
      ),
  );

function height(expression: ScalarExpression): number {
  if ('input' in expression || 'constant' in expression) return 0;
  return 1 + Math.max(0, ...expression.args.map(height));
}

import { at, concat, matmul, slice, unstack } from '@throughline/autograd';
import { singularValues } from '@throughline/autograd/linalg';
import { ArgumentError, eye, full, isDifferentiable, type Tensor } from '@throughline/tensor';
import type { Taps } from '../../cell.ts';
import type { ParamSpecs } from '../../params.ts';
import type { Line } from '../../questions/lines.ts';
import { total } from '../../questions/total.ts';
import { type StateName, type StateSpec, valueAt } from '../../state.ts';
import type { Run } from '../../unroll.ts';
import { march, type Part } from './march.ts';
import { stepJacobians } from './step-jacobians.ts';

/** How much a state at one time moves a state at a later one, over a whole run. */
export interface Influence {
  /** ∂of[t]/∂on[k] along every path, as `total` has it, for 0 ≤ k ≤ t ≤ T; zeros for k > t. */
  matrix(t: number, k: number): Tensor;
  /** Its singular values, largest first. */
  singularValues(t: number, k: number): Tensor;
  /** The largest singular values of ∂of[t]/∂on[k] for t = k…T: how a change at k lives on. */
  from(k: number): number[];
  /** The largest singular values of ∂of[t]/∂on[k] for k = 0…t: what t remembers. */
  to(t: number): number[];
  /** For all pairs, by their distance t − k from 0 to T. */
  byDistance(): Distance[];
}

/** The largest singular values of all pairs of times that are equally far apart. */
export interface Distance {
  readonly distance: number;
  readonly pairs: number;
  readonly smallest: number;
  readonly median: number;
  readonly largest: number;
}

/** Which states, and which row of the batch. */
export interface InfluenceOptions<Name extends string> {
  /** The belt's state by default, or the first one. */
  readonly of?: Name;
  /** The same as `of` by default. */
  readonly on?: Name;
  readonly row?: number;
}

/**
 * ∂of[t]/∂on[k] between two states of a run, for all pairs of times.
 *
 * They are products of the steps' Jacobians, which are computed once: T·S pushforwards for states of S elements, in
 * batches of S; then a pair costs a product of matrices, and all pairs T²/2 of them. `total` asks for one pair.
 * Source: Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks", 2013.
 * @throws ArgumentError for a state or row that does not exist, and for a time that is not in the run.
 * @example influence(unroll(rnn, { h: { W: zeros([1, 1]), U: tensor([[0.5]]), b: zeros([1]) } }, zeros([3, 1, 1]))).to(3).join()   // 0.125,0.25,0.5,1
 */
export function influence<P extends ParamSpecs, S extends StateSpec, T extends Taps, K extends keyof T>(
  run: Run<P, S, T, K>,
  options: InfluenceOptions<StateName<S>> = {},
): Influence {
  const { row = 0 } = options;
  const { states, steps } = march('influence', run, row);
  const of = partOf(run, states, options.of);
  const on = partOf(run, states, options.on ?? (of.name as StateName<S>)); // a state's name
  const lines = run.lines;
  const jacobians = unstack(stepJacobians(run, { row }));
  /** ∂state[k]/∂on[k]: the identity, and how other states of the same step are made of this one. */
  const seeds = Array.from({ length: steps + 1 }, (_, k) =>
    concat(states.map((part) => within(part, on, lineAt(lines, part.name).at(k), lineAt(lines, on.name).at(k), row))),
  );
  const rowsOf = (x: Tensor): Tensor => slice(x, [of.from, 0], [of.to, x.shape[1] as number]); // [S, n]
  const step = (t: number): Tensor => jacobians[t - 1] as Tensor; // 1 ≤ t ≤ T
  const seed = (k: number): Tensor => seeds[k] as Tensor; // 0 ≤ k ≤ T
  let last: { readonly k: number; readonly chain: Tensor[] } | undefined;
  /** ∂state[t]/∂on[k], going on from the last question about the same k. */
  const whole = (t: number, k: number): Tensor => {
    if (last?.k !== k) last = { k, chain: [seed(k)] };
    const { chain } = last;
    for (let next = k + chain.length; next <= t; next++) chain.push(matmul(step(next), chain.at(-1) as Tensor)); // never empty
    return chain[t - k] as Tensor; // 0 ≤ t − k
  };
  const check = (letter: string, t: number): void => {
    if (Number.isInteger(t) && t >= 0 && t <= steps) return;
    throw new ArgumentError('influence', `there is no ${letter} = ${t}: a state has t = 0…${steps}.`);
  };
  const matrix = (t: number, k: number): Tensor => {
    check('t', t);
    check('k', k);
    return k > t ? full([of.to - of.from, on.to - on.from], 0, seed(k).dtype) : rowsOf(whole(t, k));
  };
  const from = (k: number): number[] => Array.from({ length: steps - k + 1 }, (_, n) => norm(matrix(k + n, k)));
  return {
    matrix,
    singularValues: (t, k) => singularValues(matrix(t, k)),
    from(k) {
      check('k', k);
      return from(k);
    },
    to(t) {
      check('t', t);
      let left = rowsOf(eye(seed(t).shape[0] as number, seed(t).dtype)); // [S, n]
      const norms = [norm(matmul(left, seed(t)))];
      for (let k = t - 1; k >= 0; k--) {
        left = matmul(left, step(k + 1));
        norms.push(norm(matmul(left, seed(k))));
      }
      return norms.reverse();
    },
    byDistance() {
      const found = Array.from({ length: steps + 1 }, (_, k) => from(k));
      return found.map((_, distance) => {
        const norms = found.flatMap((one) => (distance < one.length ? [one[distance] as number] : [])); // within it
        return { distance, pairs: norms.length, ...summary(norms) };
      });
    },
  };
}

/** The largest singular value. */
const norm = (x: Tensor): number => singularValues(x).data[0] ?? 0;

/** NaN is larger than all. */
function summary(norms: readonly number[]): Pick<Distance, 'smallest' | 'median' | 'largest'> {
  const sorted = norms.toSorted((a, b) => (Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : a - b));
  const place = (i: number): number => sorted[i] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    smallest: place(0),
    median: (place(Math.floor(middle)) + place(Math.ceil(middle))) / 2,
    largest: place(sorted.length - 1),
  };
}

/** ∂part[k]/∂on[k] within one step. */
function within(part: Part, on: Part, y: Tensor, x: Tensor, row: number): Tensor {
  if (part === on) return eye(on.to - on.from, isDifferentiable(x) ? x.dtype : 'float64');
  return at(total(y, x).matrices(), row);
}

const lineAt = (lines: unknown, name: string): Line => valueAt(lines, name) as Line; // states have lines

/** The state of that name among the float states. */
export function partOf<P extends ParamSpecs, S extends StateSpec, T extends Taps, K extends keyof T>(
  run: Run<P, S, T, K>,
  states: readonly Part[],
  name: string | undefined,
): Part {
  const { cell } = run.origin;
  const wanted = name ?? cell.belt?.state ?? states[0]?.name;
  const part = states.find((one) => one.name === wanted);
  if (part !== undefined) return part;
  const has = states.map((one) => one.name).join(', ');
  throw new ArgumentError('influence', `${cell.name} has no float state ${wanted}; it has ${has}.`);
}

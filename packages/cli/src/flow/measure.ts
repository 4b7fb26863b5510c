import { type AnyCell, flow, key, mean, normal, splitKey, type Tensor, unroll } from '../index.ts';

export interface FlowSettings {
  readonly steps: number;
  readonly inputs: number;
  readonly hidden: number;
  readonly batch: number;
  readonly seed: number;
}

/** |∂L/∂s_t| along one line. */
export interface LineFlow {
  readonly line: string;
  /** The step of the first norm: 0 for a state, 1 for a tap, `x` and `out`. */
  readonly first: 0 | 1;
  readonly norms: readonly number[];
  /** By what the norm is multiplied per step on its way back, on average; NaN where there is no way. */
  readonly rate: number;
}

export interface CellFlow {
  readonly loss: number;
  readonly states: readonly LineFlow[];
  readonly others: readonly LineFlow[];
  /** What each step adds to the gradient of each gate or parameter, over all of its elements. */
  readonly params: readonly LineFlow[];
}

/** The loss mean(out²) after the last step, from zero states on normal inputs, and its gradient along every line. */
export function measureFlow(cell: AnyCell, { steps, inputs, hidden, batch, seed }: FlowSettings): CellFlow {
  const [forParams, forInputs] = splitKey(key(seed)) as [Tensor, Tensor]; // two by default
  const params = cell.init(forParams, { I: inputs, H: hidden });
  const run = unroll(cell, params, normal(forInputs, [steps, batch, inputs]));
  const asked = flow(run, ({ out }) => mean(out.at(steps).square()));
  const lineOf = (line: string, norms: readonly number[]): LineFlow => ({
    line,
    first: norms.length > steps ? 0 : 1,
    norms,
    rate: rateOf(norms),
  });
  const measure = (line: string): LineFlow => lineOf(line, asked.norms(line));
  const states = cell.stateNames;
  const others = Object.keys(run.lines).filter((line) => !states.some((name) => name.split('.')[0] === line));
  const shares = Object.keys(cell.params).map((name) => lineOf(name, asked.byStep(name).norms));
  return { loss: asked.loss, states: states.map(measure), others: others.map(measure), params: shares };
}

/**
 * The factor per step between the first and the last norm that is neither zero nor out of range: the geometric mean,
 * taken through logarithms so that it does not underflow.
 */
function rateOf(norms: readonly number[]): number {
  const usable = norms.flatMap((norm, t) => (norm > 0 && norm < Number.POSITIVE_INFINITY ? [{ norm, t }] : []));
  const [first, last] = [usable[0], usable.at(-1)];
  if (first === undefined || last === undefined || first.t === last.t) return Number.NaN;
  return Math.exp((Math.log(first.norm) - Math.log(last.norm)) / (last.t - first.t));
}

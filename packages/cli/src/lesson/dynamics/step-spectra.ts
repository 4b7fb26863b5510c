import { flatten, foldIn, key, matmul, mul, normal, unstack } from '@throughline/autograd';
import { singularValues, spectralRadius } from '@throughline/autograd/linalg';
import {
  type AnyCell,
  type Cell,
  type ParamSpecs,
  type ParamTree,
  type StateSpec,
  type Taps,
  unroll,
} from '@throughline/rnn';
import { lyapunov, stepJacobians } from '@throughline/rnn/analysis';
import { eye } from '@throughline/tensor';

/** How small changes of a state go on, along one run. */
export interface Dynamics {
  /** All singular values of all steps' Jacobians, sorted, of which some are kept: the least, …, the largest. */
  readonly singular: readonly number[];
  /** The largest modulus of an eigenvalue of a step's Jacobian. */
  readonly radius: number;
  /** ‖J‖₂ / ρ(J), the largest over the steps: 1 when eigenvectors are orthogonal. */
  readonly nonNormal: number;
  /** The most that any change grows over any number of steps from the start: max ‖∂s_t/∂s_0‖₂. */
  readonly growth: number;
  /** The largest Lyapunov exponent, per step. */
  readonly exponent: number;
}

/** Quantiles of the singular values that are kept. */
const quantiles = 20;

/** Looks at a run of a cell with inputs of its own. */
export function dynamicsOf(cell: AnyCell, params: ParamTree, I: number, T: number, seed: number): Dynamics {
  const known = cell as unknown as Cell<ParamSpecs, StateSpec, Taps>; // names forgotten
  const run = unroll(known, params, normal(foldIn(key(seed), 9), [T, 1, I]));
  const jacobians = unstack(stepJacobians(run));
  const size = jacobians[0]?.shape[0] ?? 0;
  const all: number[] = [];
  let [radius, nonNormal, growth] = [0, 0, 0];
  let product = eye(size);
  jacobians.forEach((one, t) => {
    const values = singularValues(one).data;
    const eigen = spectralRadius(one).item();
    all.push(...values);
    radius = Math.max(radius, eigen);
    nonNormal = Math.max(nonNormal, (values[0] ?? Number.NaN) / eigen);
    product = matmul(one, product);
    if (t % 4 === 3 || t < 4) growth = Math.max(growth, singularValues(product).data[0] ?? Number.NaN);
  });
  const sorted = all.toSorted((a, b) => a - b);
  return {
    singular: Array.from(
      { length: quantiles + 1 },
      (_, q) => sorted[Math.round((q * (sorted.length - 1)) / quantiles)] ?? Number.NaN,
    ),
    radius,
    nonNormal,
    growth,
    exponent: lyapunov(run, { count: 1, spinUp: 20 }).exponents[0] ?? Number.NaN,
  };
}

/** The same parameters with every float number times a factor: a net that training has driven far. */
export function scaled(params: ParamTree, by: number): ParamTree {
  const flat = flatten('scaled', params);
  return flat.rebuild(flat.leaves.map((leaf) => mul(leaf, by))) as ParamTree; // of one structure
}

import { add, cast, div, mul, pow, sqrt, square, sub } from '@throughline/autograd';
import { full, type Tensor, zeros } from '@throughline/tensor';
import {
  checkMoments,
  checkOption,
  checkRate,
  floatLeaves,
  type Optimizer,
  type OptimizerState,
  pairLeaves,
  type Rate,
} from './optimizer.ts';

/** What Adam takes. */
export interface AdamOptions {
  /** The learning rate: 1e-3 by default. */
  readonly rate?: Rate;
  /** How much of the mean of the gradients is kept: 0.9 by default. */
  readonly beta1?: number;
  /** How much of the mean of their squares is kept: 0.999 by default. */
  readonly beta2?: number;
  /** Added to the root: 1e-8 by default. */
  readonly epsilon?: number;
}

/** Means of the gradients and of their squares, one per float leaf of the parameters. */
export interface AdamState extends OptimizerState {
  readonly m: readonly Tensor[];
  readonly v: readonly Tensor[];
}

/**
 * Adam, as PyTorch has it: p ← p − rate · m̂ / (√v̂ + ε).
 *
 * m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ), t counting from 1. Leaves without a gradient keep
 * their value and moments. Everything is made of ops on trees, so an update can be traced.
 * Source: Kingma, Ba, "Adam: a method for stochastic optimization", 2015.
 * @throws ArgumentError for a hyperparameter out of range.
 * @example adam({ rate: 0.1 }).update(adam().init(tensor(1)), tensor(5), tensor(1)).params   // f64[] 0.9
 */
export function adam(options: AdamOptions = {}): Optimizer<AdamState> {
  const { rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  checkRate('adam', rate);
  checkOption('adam', 'beta1', beta1, (x) => x >= 0 && x < 1, 'a number from 0 to below 1');
  checkOption('adam', 'beta2', beta2, (x) => x >= 0 && x < 1, 'a number from 0 to below 1');
  checkOption('adam', 'epsilon', epsilon, (x) => x >= 0 && x < Infinity, 'a number from 0 up');
  return {
    name: 'adam',
    init(params) {
      const blank = floatLeaves('adam', params).map((p) => zeros(p.shape, p.dtype));
      return { step: full([], 0, 'int32'), m: blank, v: blank };
    },
    update(state, grads, params) {
      const leaves = pairLeaves('adam', params, grads);
      checkMoments('adam', 'm', state.m, leaves.params);
      checkMoments('adam', 'v', state.v, leaves.params);
      const before = cast(state.step, 'float64');
      const t = add(before, 1);
      const [correction1, correction2] = [sub(1, pow(beta1, t)), sub(1, pow(beta2, t))];
      const size = typeof rate === 'number' ? rate : rate(before);
      const next = leaves.params.map((p, i) => {
        const [g, m, v] = [leaves.grads[i] ?? null, state.m[i] as Tensor, state.v[i] as Tensor]; // checkMoments: equally many
        if (g === null) return { p, m, v };
        const like = (x: Tensor): Tensor => cast(x, p.dtype);
        const mNext = add(mul(beta1, m), mul(1 - beta1, g));
        const vNext = add(mul(beta2, v), mul(1 - beta2, square(g)));
        const direction = div(div(mNext, like(correction1)), add(sqrt(div(vNext, like(correction2))), epsilon));
        return { p: sub(p, mul(typeof size === 'number' ? size : like(size), direction)), m: mNext, v: vNext };
      });
      return {
        state: { step: add(state.step, 1), m: next.map(({ m }) => m), v: next.map(({ v }) => v) },
        params: leaves.rebuild(next.map(({ p }) => p)),
      };
    },
  };
}

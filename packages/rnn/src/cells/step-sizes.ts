import { add, exp, expm1, log, neg, uniform } from '@throughline/autograd';
import { full } from '@throughline/tensor';
import type { DrawInitializer } from '../initializer.ts';

/** log Δ, uniform between the logarithms of the shortest and the longest step. */
export const logStepsBetween =
  (shortest: number, longest: number): DrawInitializer =>
  (key, { shape, dtype }) => {
    const [low, high] = [log(full([], shortest, dtype)), log(full([], longest, dtype))];
    return uniform(key, shape, { low, high, dtype });
  };

/** Biases b with softplus b = Δ, log Δ as in `logStepsBetween`: b = log(e^Δ − 1). */
export const softplusStepsBetween =
  (shortest: number, longest: number): DrawInitializer =>
  (key, site) => {
    const steps = exp(logStepsBetween(shortest, longest)(key, site));
    return add(steps, log(neg(expm1(neg(steps)))));
  };

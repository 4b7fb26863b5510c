/**
 * Exercise 1: a wrong pullback (10 minutes)
 *
 * swish(x) = x · σ(x) is given below with a rule of its own. The rule takes the cotangent ȳ of the result, which is ∂L/∂y
 * for whatever loss L comes later, and has to give that of x. Whoever wrote it was in a hurry: it is wrong. Mend it.
 *
 * What you need: the product rule, σ′ = σ (1 − σ), and that a pullback is linear in ȳ.
 *
 *   npm run exercise 1              checks what stands here
 *   npm run exercise 1 -- --hint    if you are stuck
 */
import { customVjp, mul, sigmoid, type Tensor } from 'throughline';

export const swish = customVjp(
  (x: Tensor) => mul(x, sigmoid(x)),
  (ct, { inputs: [x] }) => [mul(ct, sigmoid(x))],
);

import { add, exp, greaterEqual, log, mul, neg, sigmoid, softplus, sub, where } from '@throughline/autograd';
import { cumLogSumExp, cumsum } from '@throughline/autograd/order';
import type { Tensor } from '@throughline/tensor';

/**
 * h_t = a_t ⊙ h_{t−1} + b_t of positive a and b, from their logarithms: h_t = e^{A_t} (h_0 + Σ_s e^{log b_s − A_s}) with
 * A_t = Σ log a up to t, the sum under its logarithm. Nothing overflows, however many steps; `from` may have any sign.
 *
 * Shapes: logA, logB [T, …], from […] → [T, …]. Dtypes: floats, equal; the error grows as ε |A_t|. Gradient: that of the
 * formula; log b may be −∞. Source: Heinsen, "Efficient parallelization of a ubiquitous sequential computation", 2023.
 * @throws ShapeError when the shapes do not fit.
 * @example logSpaceRecurrence(log(tensor([0.5, 0.5])), log(tensor([1, 2])), tensor(8))   // f64[2] [5, 4.5]
 */
export function logSpaceRecurrence(logA: Tensor, logB: Tensor, from: Tensor): Tensor {
  const sums = cumsum(logA, 0);
  const written = exp(add(sums, cumLogSumExp(sub(logB, sums), 0)));
  return add(mul(exp(sums), from), written);
}

/** The candidates' activation: x + 1/2 from 0 on, σ(x) below: positive, so that it has a logarithm. */
export const positive = (x: Tensor): Tensor => where(greaterEqual(x, 0), add(x, 0.5), sigmoid(x));

/** Its logarithm, accurate where it is small. */
export function logPositive(x: Tensor): Tensor {
  const above = greaterEqual(x, 0);
  return where(above, log(add(where(above, x, 0), 0.5)), neg(softplus(neg(x))));
}

import {
  add,
  arange,
  concat,
  div,
  exp,
  expandDims,
  gather,
  grad,
  lgamma,
  log,
  logSumExp,
  matmul,
  mul,
  scan,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  transpose,
  zeros,
} from 'throughline';
import { compile } from '../compiled.ts';
import { countIn, type Fields, InputError, matrixIn, numberIn, vectorIn } from './inputs.ts';
import { type Module, timedOn } from './protocol.ts';

/** What is differentiated, for k components in d dimensions: alpha [k], mu and q [k, d], l [k, d(d−1)/2]. */
export interface Mixture {
  readonly alpha: Tensor;
  readonly mu: Tensor;
  readonly q: Tensor;
  readonly l: Tensor;
}

/** The Wishart prior: its precision, and its normalising constant for one component. */
export interface Prior {
  readonly gamma: Tensor;
  readonly m: Tensor;
  readonly constant: Tensor;
}

/** Places in [0, diagonal of d, strictly lower triangle by columns] that make a lower triangular [d, d]. */
function triangle(d: number): Tensor {
  const places = Array.from({ length: d }, () => new Array<number>(d).fill(0));
  let next = 1 + d;
  for (const [column, row] of places.entries()) {
    row[column] = 1 + column;
    for (const below of places.slice(column + 1)) below[column] = next++;
  }
  return tensor(places, { dtype: 'int32' });
}

/** The log posterior of a mixture, given points x [n, d]. */
export function objective({ alpha, mu, q, l }: Mixture, x: Tensor, { gamma, m, constant }: Prior): Tensor {
  const [n = 0, d = 0] = x.shape;
  const k = alpha.size;
  const logDeterminants = sum(q, 1);
  const places = triangle(d);
  const weights = concat([zeros([k, 1]), exp(q), l], 1);
  const ofComponent = (carry: [], { mean, packed }: { mean: Tensor; packed: Tensor }) => {
    const factor = gather(packed, places);
    const away = matmul(sub(x, mean), transpose(factor));
    return { carry, y: sum(square(away), 1) };
  };
  const distances = scan(ofComponent, [], { mean: mu, packed: weights }).ys;
  const terms = sub(expandDims(add(alpha, logDeterminants), 1), mul(0.5, distances));
  const likelihood = sub(sum(logSumExp(terms, 0)), mul(n, add(logSumExp(alpha), 0.5 * d * LOG_2PI)));
  const size = sum(square(weights));
  const prior = sub(mul(m, sum(logDeterminants)), mul(0.5, mul(square(gamma), size)));
  return add(likelihood, add(prior, mul(k, constant)));
}

const LOG_PI = 1.1447298858494002;
const LOG_2PI = Math.LN2 + LOG_PI;

/** The prior in d dimensions with d + m + 1 degrees of freedom; its constant has Γ of d dimensions, a product of Γs. */
function priorOf(d: number, m: number, gamma: number): Prior {
  const degrees = d + m + 1;
  const gammas = sum(lgamma(div(sub(degrees, arange(d)), 2)));
  const scale = sub(log(tensor(gamma)), 0.5 * Math.LN2);
  const constant = sub(mul(degrees * d, scale), add(gammas, 0.25 * d * (d - 1) * LOG_PI));
  return { gamma: tensor(gamma), m: tensor(m), constant };
}

const value = compile(objective);
const gradient = compile(grad(objective));

interface Input {
  readonly mixture: Mixture;
  readonly x: Tensor;
  readonly prior: Prior;
}

function read(input: Fields): Input {
  const [d, k, n] = [countIn(input, 'd', 1), countIn(input, 'k', 1), countIn(input, 'n', 1)];
  const gamma = numberIn(input, 'gamma');
  if (!(gamma > 0)) throw new InputError(`gamma is ${gamma}, not a number > 0.`);
  return {
    mixture: {
      alpha: vectorIn(input, 'alpha', k),
      mu: matrixIn(input, 'mu', [k, d]),
      q: matrixIn(input, 'q', [k, d]),
      l: matrixIn(input, 'l', [k, (d * (d - 1)) / 2]),
    },
    x: matrixIn(input, 'x', [n, d]),
    prior: priorOf(d, countIn(input, 'm', 0), gamma),
  };
}

/** GradBench's `gmm`: the log posterior of a mixture of Gaussians with a Wishart prior, and its gradient. */
export const gmm: Module = {
  objective: timedOn(
    read,
    ({ mixture, x, prior }) => value(mixture, x, prior),
    (y) => y.item(),
  ),
  jacobian: timedOn(
    read,
    ({ mixture, x, prior }) => gradient(mixture, x, prior),
    ({ alpha, mu, q, l }) => ({
      alpha: alpha.toArray(),
      mu: mu.toArray(),
      q: q.toArray(),
      l: l.toArray(),
    }),
  ),
};

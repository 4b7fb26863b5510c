import { add, arange, div, full, grad, mul, scan, sign, square, sub, sum, type Tensor } from 'throughline';
import { compile } from '../compiled.ts';
import { countIn, type Fields, vectorIn } from './inputs.ts';
import { type Module, timedOn } from './protocol.ts';

/** Half the squared distance of Σ xⱼ tʲ from the sign of t, over points t [n]: Horner's rule, so no power of t is kept. */
export function objective(x: Tensor, t: Tensor): Tensor {
  const horner = (value: Tensor, coefficient: Tensor) => ({ carry: add(mul(value, t), coefficient), y: [] });
  const polynomial = scan(horner, full(t.shape, 0), x, { reverse: true }).carry;
  return div(sum(square(sub(sign(t), polynomial))), 2);
}

const value = compile(objective);
const gradient = compile(grad(objective));

interface Input {
  readonly x: Tensor;
  readonly t: Tensor;
}

/** n points from −1 to 1, by the suite's own formula: its middle one is 0 exactly, whose sign is 0. */
function read(input: Fields): Input {
  const n = countIn(input, 'n', 2);
  return { x: vectorIn(input, 'x'), t: add(div(mul(arange(n), 2), n - 1), -1) };
}

/** GradBench's `llsq`: the fit of a polynomial to a step, and its gradient in the coefficients. */
export const llsq: Module = {
  primal: timedOn(
    read,
    ({ x, t }) => value(x, t),
    (y) => y.item(),
  ),
  gradient: timedOn(
    read,
    ({ x, t }) => gradient(x, t),
    (g) => g.toArray(),
  ),
};

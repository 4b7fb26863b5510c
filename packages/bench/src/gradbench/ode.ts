import { add, at, concat, div, full, grad, mul, ones, scan, slice, type Tensor } from 'throughline';
import { compile } from '../compiled.ts';
import { countIn, type Fields, vectorIn } from './inputs.ts';
import { type Module, timedOn } from './protocol.ts';

/** y′₀ = x₀ and y′ᵢ = xᵢ yᵢ₋₁. */
function slope(x: Tensor, y: Tensor): Tensor {
  const before = concat([ones([1]), slice(y, [0], [y.size - 1])]);
  return mul(x, before);
}

/** One step of width h by the classical Runge–Kutta method. */
function rungeKutta(f: (y: Tensor) => Tensor, y: Tensor, h: Tensor): Tensor {
  const half = div(h, 2);
  const k1 = f(y);
  const k2 = f(add(y, mul(half, k1)));
  const k3 = f(add(y, mul(half, k2)));
  const k4 = f(add(y, mul(h, k3)));
  return add(y, mul(div(h, 6), add(add(k1, k4), mul(2, add(k2, k3)))));
}

/** y at the end, from 0, after steps of these widths. */
export function solve(x: Tensor, widths: Tensor): Tensor {
  const step = (y: Tensor, h: Tensor) => ({ carry: rungeKutta((state) => slope(x, state), y, h), y: [] });
  return scan(step, full(x.shape, 0), widths, { checkpoint: 'sqrt' }).carry;
}

const solution = compile(solve);
const gradient = compile(grad((x: Tensor, widths: Tensor) => at(solve(x, widths), -1)));

interface Input {
  readonly x: Tensor;
  readonly widths: Tensor;
}

function read(input: Fields): Input {
  const steps = countIn(input, 's', 1);
  return { x: vectorIn(input, 'x'), widths: full([steps], 2 / steps) };
}

/** GradBench's `ode`: a chain of equations over two units of time, and the gradient of its last element. */
export const ode: Module = {
  primal: timedOn(
    read,
    ({ x, widths }) => solution(x, widths),
    (y) => y.toArray(),
  ),
  gradient: timedOn(
    read,
    ({ x, widths }) => gradient(x, widths),
    (g) => g.toArray(),
  ),
};

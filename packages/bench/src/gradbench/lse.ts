import { add, exp, grad, log, max, sub, sum, type Tensor } from 'throughline';
import { compile } from '../compiled.ts';
import { type Fields, vectorIn } from './inputs.ts';
import { type Module, timedOn } from './protocol.ts';

/** log Σ exp x from its parts, as the eval asks for: `logSumExp` would hide them. */
export function objective(x: Tensor): Tensor {
  const largest = max(x);
  return add(largest, log(sum(exp(sub(x, largest)))));
}

const value = compile(objective);
const gradient = compile(grad(objective));

const read = (input: Fields): Tensor => vectorIn(input, 'x');

/** GradBench's `lse`: log Σ exp x without overflow, and its gradient. */
export const lse: Module = {
  primal: timedOn(read, value, (y) => y.item()),
  gradient: timedOn(read, gradient, (g) => g.toArray()),
};

import { grad, square, type Tensor } from 'throughline';
import { compile } from '../compiled.ts';
import { type Module, numberIn, once } from './protocol.ts';

const squared = compile((x: Tensor) => square(x));
const doubled = compile(grad((x: Tensor) => square(x)));

/** GradBench's `hello`: the square of a number, and its derivative. */
export const hello: Module = {
  square: (input) => once(numberIn(input), squared, (y) => y.item()),
  double: (input) => once(numberIn(input), doubled, (y) => y.item()),
};

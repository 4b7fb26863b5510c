import { grad, square, type Tensor, tensor } from 'throughline';
import { compile } from '../compiled.ts';
import { numberOf } from './inputs.ts';
import { type Module, once } from './protocol.ts';

const squared = compile((x: Tensor) => square(x));
const doubled = compile(grad((x: Tensor) => square(x)));

const read = (input: unknown): Tensor => tensor(numberOf(input));
const write = (y: Tensor): number => y.item();

/** GradBench's `hello`: the square of a number, and its derivative. */
export const hello: Module = { square: once(read, squared, write), double: once(read, doubled, write) };

import { concat, square, sub, sum, type Tensor } from 'throughline';
import { compile } from '../compiled.ts';
import { argmax, argmin, type Mode } from './descent.ts';
import { type Fields, vectorIn } from './inputs.ts';
import { type Module, timedOn } from './protocol.ts';

/** (x₁² + y₁²) − (x₂² + y₂²). */
const height = (first: Tensor, second: Tensor): Tensor => sub(sum(square(first)), sum(square(second)));

/** The saddle point from a start [2]: the outer descent differentiates through the inner ascent. */
const search = (outer: Mode, inner: Mode) => (start: Tensor) => {
  const highest = (first: Tensor): Tensor => argmax((second) => height(first, second), inner, start);
  const lowest = argmin((first) => height(first, highest(first)), outer, start);
  return concat([lowest, highest(lowest)]);
};

const inModes = (outer: Mode, inner: Mode) => {
  const compiled = compile(search(outer, inner));
  const read = (input: Fields): Tensor => vectorIn(input, 'start', 2);
  return timedOn(read, compiled, (point) => point.toArray());
};

/** GradBench's `saddle`: min over x of max over y by nested descents, each gradient in reverse (r) or forward (f) mode. */
export const saddle: Module = {
  rr: inModes('r', 'r'),
  rf: inModes('r', 'f'),
  fr: inModes('f', 'r'),
  ff: inModes('f', 'f'),
};

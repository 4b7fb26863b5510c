import {
  add,
  at,
  concat,
  div,
  expandDims,
  greater,
  mul,
  neg,
  reshape,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  whileLoop,
} from 'throughline';
import { compile } from '../compiled.ts';
import { argmin, gradients, type Mode } from './descent.ts';
import { type Fields, numberIn } from './inputs.ts';
import { type Module, timedOn } from './protocol.ts';

const STEP = 0.1;
/** More than a flight takes. */
const MOST_STEPS = 1000;

interface Flight {
  readonly place: Tensor;
  readonly speed: Tensor;
}

/** The potential at a place [2] of charges [2, 2]: the sum of one over their distances. */
function potential(place: Tensor, charges: Tensor): Tensor {
  const distances = sqrt(sum(square(sub(charges, place)), 1));
  return sum(div(1, distances));
}

/** The square of where a particle crosses the axis, by Euler's method, when a charge is moved by w [1]. */
function crossing(w: Tensor, mode: Mode): Tensor {
  const moved = concat([tensor([10]), sub(10, w)]);
  const charges = concat([expandDims(moved, 0), tensor([[10, 0]])]);
  const force = (place: Tensor): Tensor => neg(gradients[mode]((x: Tensor) => potential(x, charges))(place));
  const ahead = ({ place, speed }: Flight): Tensor => add(place, mul(STEP, speed));
  const isAbove = (flight: Flight): Tensor => greater(at(ahead(flight), 1), 0);
  const move = (flight: Flight): Flight => ({
    place: ahead(flight),
    speed: add(flight.speed, mul(STEP, force(flight.place))),
  });
  const start = { place: tensor([0, 8]), speed: tensor([0.75, 0]) };
  const last = whileLoop(isAbove, move, start, { maxSteps: MOST_STEPS });
  const below = ahead(last);
  const time = div(neg(at(below, 1)), at(last.speed, 1));
  return square(add(at(below, 0), mul(time, at(last.speed, 0))));
}

const inModes = (outer: Mode, inner: Mode) => {
  const compiled = compile((w: Tensor) => argmin((x) => crossing(x, inner), outer, w));
  const read = (input: Fields): Tensor => reshape(tensor(numberIn(input, 'w')), [1]);
  return timedOn(read, compiled, (w) => w.item());
};

/** GradBench's `particle`: where to put a charge so that a particle flies through the origin; modes as in `saddle`. */
export const particle: Module = {
  rr: inModes('r', 'r'),
  rf: inModes('r', 'f'),
  fr: inModes('f', 'r'),
  ff: inModes('f', 'f'),
};

import {
  add,
  cond,
  div,
  equal,
  grad,
  jacobian,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  mul,
  neg,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  whileLoop,
} from 'throughline';

export type Scalar = (x: Tensor) => Tensor;

/** Gradients of a scalar function of a vector in reverse mode and in forward mode, by the suite's letters. */
export const gradients = {
  r: (f: Scalar): Scalar => grad(f),
  f: (f: Scalar): Scalar => jacobian(f, { mode: 'forward' }),
} as const;

export type Mode = keyof typeof gradients;

interface State {
  readonly x: Tensor;
  readonly fx: Tensor;
  readonly slope: Tensor;
  readonly rate: Tensor;
  /** Steps taken at this rate. */
  readonly steps: Tensor;
}

const TOLERANCE = 1e-5;
const norm = (x: Tensor): Tensor => sqrt(sum(square(x)));

/** More steps than these functions take; the reverse of a loop keeps as many states. */
const MOST_STEPS = 1000;

/**
 * Where a function of a vector is smallest, by gradient descent from a point.
 *
 * The rate doubles after ten steps that went down and halves where one would not; it ends where the slope or the step is
 * small. It is itself differentiable, forwards and backwards: a derivative goes through every step.
 */
export function argmin(f: Scalar, mode: Mode, start: Tensor): Tensor {
  const slopeOf = gradients[mode](f);
  const isLong = ({ steps }: State): Tensor => equal(steps, 10);
  const next = ({ x, slope, rate }: State): Tensor => sub(x, mul(rate, slope));
  const goesOn = (state: State): Tensor => {
    const isStill = lessEqual(norm(sub(state.x, next(state))), TOLERANCE);
    const isFlat = lessEqual(norm(state.slope), TOLERANCE);
    return logicalNot(logicalOr(isFlat, logicalAnd(logicalNot(isLong(state)), isStill)));
  };
  const zero = tensor(0, { dtype: 'int32' });
  const faster = (state: State): State => ({ ...state, rate: mul(state.rate, 2), steps: zero });
  const slower = (state: State): State => ({ ...state, rate: div(state.rate, 2), steps: zero });
  const step = (state: State): State => {
    const x = next(state);
    const fx = f(x);
    const down = (from: State): State => ({ ...from, x, fx, slope: slopeOf(x), steps: add(from.steps, 1) });
    return cond(less(fx, state.fx), down, slower, state);
  };
  const initial = { x: start, fx: f(start), slope: slopeOf(start), rate: tensor(TOLERANCE), steps: zero };
  const body = (state: State): State => cond(isLong(state), faster, step, state);
  return whileLoop(goesOn, body, initial, { maxSteps: MOST_STEPS }).x;
}

/** Where it is largest. */
export const argmax = (f: Scalar, mode: Mode, start: Tensor): Tensor => argmin((x) => neg(f(x)), mode, start);

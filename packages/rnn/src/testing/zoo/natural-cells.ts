/** @file Causes that people meet, inside cells of their own: there is a step, and often a gate. */
import {
  add,
  at,
  div,
  exp,
  grad,
  greater,
  log,
  log1p,
  mul,
  pow,
  relu,
  sqrt,
  square,
  sub,
  sum,
  tanh,
  where,
} from '@throughline/autograd';
import { full, type Tensor, tensor } from '@throughline/tensor';
import { affine } from '../../affine.ts';
import { defineCell } from '../../cell.ts';
import { gate } from '../../params.ts';
import { unroll } from '../../unroll.ts';
import type { Expected, Wrap, ZooCase } from './zoo-case.ts';

/** A sequence of one number per step, for one row: [T, 1, 1]. */
const series = (values: readonly number[], dtype: 'float32' | 'float64' = 'float64'): Tensor =>
  tensor(
    values.map((x) => [[x]]),
    { dtype },
  );

/** A gate of one unit that computes w·x + u·h. */
const unitGate = (w: number, u: number) => ({ W: tensor([[w]]), U: tensor([[u]]), b: tensor([0]) });

/** A state of one unit, for one row. */
const unit = (h: number) => ({ h: tensor([[h]]) });

function inCell(
  name: string,
  expected: Omit<Expected, 'gate'> & Partial<Expected>,
  run: (wrap: Wrap) => unknown,
): ZooCase {
  return { name, file: 'natural-cells.ts', mark: name, expected: { gate: null, ...expected }, run };
}

// h′ = log of the gate where it is open.
const gappy = defineCell({
  name: 'gappy',
  params: { a: gate() },
  state: ['h'],
  step(p, { h }, x) {
    const open = relu(affine(p.a, x, h));
    const level = log(open); // ← log where open
    const next = where(greater(open, 0), level, 0);
    return { state: { h: next }, out: next };
  },
});

// h′ = (h + x) / ‖h + x‖
const unitNorm = defineCell({
  name: 'unitNorm',
  params: { a: gate() },
  state: ['h'],
  step(p, { h }, x) {
    const moved = affine(p.a, x, h);
    const next = div(moved, sqrt(sum(square(moved)))); // ← direction of nothing
    return { state: { h: next }, out: next };
  },
});

// h′ = x·W + h·U
const linearCell = defineCell({
  name: 'linear',
  params: { r: gate() },
  state: ['h'],
  step(p, { h }, x) {
    const next = affine(p.r, x, h); // ← growing state
    return { state: { h: next }, out: next };
  },
});

// The same, under a name of its own, for the backward direction.
const echo = defineCell({
  name: 'echo',
  params: { r: gate() },
  state: ['h'],
  step(p, { h }, x) {
    const next = affine(p.r, x, h); // ← growing cotangent
    return { state: { h: next }, out: next };
  },
});

// An exponential input gate without a stabiliser.
const exponential = defineCell({
  name: 'exponential',
  params: { i: gate(), z: gate() },
  state: ['h'],
  step(p, { h }, x) {
    const i = exp(affine(p.i, x, h)); // ← exponential gate
    const next = tanh(mul(i, tanh(affine(p.z, x, h))));
    return { state: { h: next }, out: next };
  },
});

// Weighs by age^(−1/2); the age begins at 0 and starts anew where x is 0.
const aging = defineCell({
  name: 'aging',
  params: { a: gate() },
  state: ['h', 'age'],
  step(p, { h, age }, x) {
    const older = where(greater(x, 0), add(age, 1), 0);
    const weight = pow(older, -0.5); // ← power of an age
    const next = mul(weight, tanh(affine(p.a, x, h)));
    return { state: { h: next, age: older }, out: next };
  },
});

// The cube root of a gate's value, which is negative once.
const root = defineCell({
  name: 'root',
  params: { a: gate() },
  state: ['h'],
  step(p, { h }, x) {
    const value = affine(p.a, x, h);
    const next = pow(value, 1 / 3); // ← cube root
    return { state: { h: next }, out: next };
  },
});

// h′ = h/2 + x², in float32.
const energy = defineCell({
  name: 'energy',
  params: { a: gate() },
  state: ['h'],
  step(_, { h }, x) {
    const next = add(mul(h, 0.5), square(x)); // ← energy in float32
    return { state: { h: next }, out: next };
  },
});

// Fisher's z of a correlation, which reaches −1.
const fisher = defineCell({
  name: 'fisher',
  params: { a: gate() },
  state: ['h'],
  step(_, { h }, x) {
    const z = mul(0.5, sub(log1p(x), log1p(mul(x, -1)))); // ← Fisher's z
    const next = add(mul(h, 0.5), z);
    return { state: { h: next }, out: next };
  },
});

const half = { a: { W: tensor([[1]]), U: tensor([[0]]), b: tensor([0]) } };

export const naturalCellCases: readonly ZooCase[] = [
  inCell(
    'log where open',
    { op: 'log', direction: 'backward', cell: 'gappy', gate: 'a', step: 2, cause: 'inactive where branch' },
    (wrap) =>
      wrap((w: Tensor, xs: Tensor) => grad((W: Tensor) => sum(unroll(gappy, { a: { ...half.a, W } }, xs).out))(w))(
        tensor([[1]]),
        series([1, -1, 2, 3, 1]),
      ),
  ),
  // 1 + x is 0 in the fourth step.
  inCell(
    'direction of nothing',
    { op: 'div', direction: 'forward', cell: 'unitNorm', step: 4, cause: 'division by 0' },
    (wrap) =>
      wrap((xs: Tensor) => unroll(unitNorm, { a: unitGate(1, 1) }, xs, { from: unit(1) }).out)(
        series([1, 2, 0, -1, 1]),
      ),
  ),
  inCell(
    'growing state',
    {
      op: 'contract',
      direction: 'forward',
      cell: 'linear',
      gate: 'r',
      step: factorsUntilOverflow(3),
      cause: 'exploding product',
    },
    (wrap) =>
      wrap((u: Tensor, xs: Tensor) => {
        const params = { r: { W: tensor([[0]]), U: u, b: tensor([0]) } };
        return at(unroll(linearCell, params, xs, { from: unit(1) }).out, -1);
      })(tensor([[3]]), full([700, 1, 1], 0)),
  ),
  // The state stays 0; what comes back to it is 10^(T − t + 1).
  inCell(
    'growing cotangent',
    {
      op: 'contract',
      direction: 'backward',
      cell: 'echo',
      gate: 'r',
      step: 400 + 1 - factorsUntilOverflow(10),
      cause: 'exploding product',
    },
    (wrap) =>
      wrap((h: Tensor, xs: Tensor) =>
        grad((start: Tensor) => sum(at(unroll(echo, { r: unitGate(1, 10) }, xs, { from: { h: start } }).out, -1)))(h),
      )(tensor([[0]]), full([400, 1, 1], 0)),
  ),
  inCell(
    'exponential gate',
    { op: 'exp', direction: 'forward', cell: 'exponential', gate: 'i', step: 5, cause: 'exp overflow' },
    (wrap) =>
      wrap((xs: Tensor) => unroll(exponential, { i: unitGate(100, 0), z: unitGate(1, 0) }, xs).out)(
        series([1, 2, -3, 4, 8, 1]),
      ),
  ),
  inCell('power of an age', { op: 'pow', direction: 'forward', cell: 'aging', step: 3, cause: 'pow of 0' }, (wrap) =>
    wrap((xs: Tensor) => unroll(aging, half, xs).out)(series([1, 1, 0, 1])),
  ),
  inCell(
    'cube root',
    { op: 'pow', direction: 'forward', cell: 'root', step: 3, cause: 'pow of a negative number' },
    (wrap) => wrap((xs: Tensor) => unroll(root, half, xs).out)(series([1, 8, -8, 27])),
  ),
  inCell(
    'energy in float32',
    { op: 'square', direction: 'forward', cell: 'energy', step: 4, cause: 'overflow' },
    (wrap) =>
      wrap((xs: Tensor) => {
        const single = (shape: readonly number[]): Tensor => full(shape, 0, 'float32');
        const params = { a: { W: single([1, 1]), U: single([1, 1]), b: single([1]) } };
        return unroll(energy, params, xs).out;
      })(series([1, 1e10, -1e19, 2e19, 1], 'float32')),
  ),
  inCell("Fisher's z", { op: 'log1p', direction: 'forward', cell: 'fisher', step: 2, cause: 'log of 0' }, (wrap) =>
    wrap((xs: Tensor) => unroll(fisher, half, xs).out)(series([0.5, -1, 0.25])),
  ),
];

/** After how many factors the product of them overflows, by multiplying. */
function factorsUntilOverflow(factor: number): number {
  let count = 0;
  for (let product = 1; product < Number.POSITIVE_INFINITY; product *= factor) count++;
  return count;
}

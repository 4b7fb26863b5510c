import type { Shape, Tensor } from '@throughline/tensor';
import { tensor } from '@throughline/tensor';
import fc from 'fast-check';
import { clip } from '../ops/clip.ts';
import { pad } from '../ops/pad.ts';
import { concat, split } from '../primitives/concat-split.ts';
import { contract } from '../primitives/contract.ts';
import { flip } from '../primitives/flip.ts';
import { add, div, mul, neg, sub } from '../primitives/maps/arithmetic.ts';
import { greater, less } from '../primitives/maps/comparison.ts';
import { exp, sigmoid, tanh } from '../primitives/maps/exponential.ts';
import { abs, maximum, minimum, relu } from '../primitives/maps/kinked.ts';
import { logicalAnd, logicalNot, logicalOr } from '../primitives/maps/logical.ts';
import { pow, square } from '../primitives/maps/powers.ts';
import { cos, sin } from '../primitives/maps/trigonometric.ts';
import { reshape } from '../primitives/reshape.ts';
import { slice } from '../primitives/slice-pad.ts';
import { broadcastTo, filled, sum } from '../primitives/sum-broadcast.ts';
import { transpose } from '../primitives/transpose.ts';
import { where } from '../primitives/where.ts';
import type { Program } from '../program.ts';
import { trace } from '../transforms/trace.ts';

/** Inputs of every random Program: two matrices, a vector, a scalar, a matrix to multiply by. */
export const randomInputShapes: readonly Shape[] = [[2, 3], [2, 3], [3], [], [3, 2]];

/** Takes the next of the numbers that decide what a random Program is. */
type Choose = (count: number) => number;

/** Values made so far, by kind. */
interface Pool {
  readonly floats: Tensor[];
  readonly bools: Tensor[];
}

type Make = (choose: Choose, pool: Pool) => Tensor;

const at = <T>(list: readonly T[], choose: Choose): T => list[choose(list.length)] as T; // choose is below its count

/** A value; recent ones come often, so that patterns of neighbours do. */
const any: Make = (choose, { floats }) =>
  choose(2) === 0 ? (floats[Math.max(0, floats.length - 1 - choose(3))] as Tensor) : at(floats, choose); // never empty

const matrix: Make = (choose, pool) => {
  const x = any(choose, pool);
  return x.shape.join() === '2,3'
    ? x
    : at(
        pool.floats.filter(({ shape }) => shape.join() === '2,3'),
        choose,
      );
};

const number: Make = (choose) => filled({ dtype: 'float64', shape: [2, 3] }, at([0, 1, -1, 2, 0.5], choose));
const operand: Make = (choose, pool) => (choose(4) === 0 ? number(choose, pool) : matrix(choose, pool));
const bool: Make = (choose, { bools }) =>
  choose(4) === 0 ? filled({ dtype: 'bool', shape: [2, 3] }, choose(2)) : at(bools, choose);
const positive: Make = (choose, pool) => add(square(matrix(choose, pool)), 0.5);

const unaryOps = [neg, tanh, sigmoid, abs, relu, sin, cos, square];
const binaryOps = [add, sub, mul, add, sub, mul, maximum, minimum];

/** Ways to make a float; written by hand so that neighbours often form a pattern that some rule knows. */
const makes: readonly Make[] = [
  (c, p) => neg(neg(matrix(c, p))),
  (c, p) => neg(sub(matrix(c, p), matrix(c, p))),
  (c, p) => at([add, sub, mul], c)(matrix(c, p), neg(matrix(c, p))),
  (c, p) => at([add, sub, mul], c)(neg(matrix(c, p)), matrix(c, p)),
  (c, p) => at([add, mul], c)(matrix(c, p), at([0, 1], c)),
  (c, p) => {
    const x = matrix(c, p);
    return at([maximum, minimum, add, sub], c)(x, x);
  },
  (c, p) => where(logicalNot(bool(c, p)), matrix(c, p), matrix(c, p)),
  (c, p) =>
    where(
      at([logicalAnd, logicalOr], c)(bool(c, p), filled({ dtype: 'bool', shape: [2, 3] }, c(2))),
      matrix(c, p),
      operand(c, p),
    ),
  (c, p) => where(logicalNot(logicalNot(bool(c, p))), matrix(c, p), matrix(c, p)),
  (c, p) => add(matrix(c, p), broadcastTo(filled({ dtype: 'float64', shape: [1] }, 0.5), [2, 3])),
  (c, p) => contract('ij,kj->ik', matrix(c, p), filled({ dtype: 'float64', shape: [3, 3] }, 0)),
  (c, p) => at(unaryOps, c)(operand(c, p)),
  (c, p) => neg(operand(c, p)),
  (c, p) => at(binaryOps, c)(operand(c, p), operand(c, p)),
  (c, p) => at(binaryOps, c)(operand(c, p), operand(c, p)),
  (c, p) => {
    const x = operand(c, p);
    return at(binaryOps, c)(x, x);
  },
  (c, p) => {
    const [x, y] = [matrix(c, p), matrix(c, p)];
    const inner = at([add, sub], c)(x, y);
    return at([add, sub], c)(...((c(2) === 0 ? [inner, at([x, y], c)] : [at([x, y], c), inner]) as [Tensor, Tensor])); // two each
  },
  (c, p) => sub(c(3), sub(c(3), matrix(c, p))),
  (c, p) => mul(at([2, -1, 3], c), mul(matrix(c, p), at([0.5, -1, 2], c))),
  (c, p) => at([tanh, sigmoid, abs], c)(neg(matrix(c, p))),
  (c, p) => div(c(2) === 0 ? neg(matrix(c, p)) : matrix(c, p), c(2) === 0 ? neg(positive(c, p)) : at([1, 2], c)),
  (c, p) => pow(positive(c, p), at([0, 1, 2, -1], c)),
  (c, p) => exp(clip(matrix(c, p), -1, 1)),
  (c, p) => where(bool(c, p), operand(c, p), operand(c, p)),
  (c, p) => {
    const cond = bool(c, p);
    const inner = where(cond, matrix(c, p), matrix(c, p));
    return c(2) === 0 ? where(cond, inner, matrix(c, p)) : where(cond, matrix(c, p), inner);
  },
  (c, p) => transpose(transpose(matrix(c, p))),
  (c, p) => broadcastTo(transpose(transpose(sum(matrix(c, p), [0], { keepDims: true }))), [2, 3]),
  (c, p) => transpose(contract('ij,jk->ki', matrix(c, p), transpose(matrix(c, p)))),
  (c, p) => broadcastTo(sum(contract('ij,kj->ik', matrix(c, p), matrix(c, p)), [1], { keepDims: true }), [2, 3]),
  (c, p) => contract('ij,jk->ik', contract('ij,kj->ik', operand(c, p), neg(matrix(c, p))), operand(c, p)),
  (c, p) => reshape(reshape(matrix(c, p), [3, 2]), [2, 3]),
  (c, p) => reshape(reshape(reshape(matrix(c, p), [6]), [3, 2]), [2, 3]),
  (c, p) => broadcastTo(sum(broadcastTo(sum(matrix(c, p), [0]), [5, 3]), [0]), [2, 3]),
  (c, p) => broadcastTo(sum(sum(matrix(c, p), [0]), [0]), [2, 3]),
  (c, p) => reshape(sum(reshape(matrix(c, p), [2, 1, 3]), [1]), [2, 3]),
  (c, p) => slice(pad(matrix(c, p), [1, 0], [0, 2]), [1, 0], [3, 3]),
  (c, p) => at(split(concat([matrix(c, p), matrix(c, p)]), [2, 2]), c),
  (c, p) => concat([slice(matrix(c, p), [0, 0], [2, 1]), slice(matrix(c, p), [0, 1], [2, 3])], 1),
  (c, p) => slice(matrix(c, p), [0, 0], [2, 3]),
  (c, p) => flip(flip(operand(c, p), 1), 1),
  (c, p) =>
    broadcastTo(
      at(
        p.floats.filter(({ shape }) => shape.join() === '3' || shape.length === 0),
        c,
      ),
      [2, 3],
    ),
  (c, p) =>
    contract(
      'ij,jk->ik',
      matrix(c, p),
      tensor([
        [1, 0, 0],
        [0, 2, 0],
        [1, 0, 1],
      ]),
    ), // prettier as one line
  () => broadcastTo(mul(add(tensor([1, 2, 3]), tensor([0, 1, 0])), 2), [2, 3]),
];

const boolMakes: readonly Make[] = [
  (c, p) => greater(matrix(c, p), matrix(c, p)),
  (c, p) => less(matrix(c, p), operand(c, p)),
  (c, p) => logicalNot(bool(c, p)),
  (c, p) => logicalAnd(bool(c, p), bool(c, p)),
  (c, p) => logicalOr(bool(c, p), bool(c, p)),
];

/** What the numbers say: some values from others, all of them results. */
function build(choices: readonly number[], inputs: readonly Tensor[]): Tensor[] {
  let next = 0;
  const choose: Choose = (count) => (choices[next++ % choices.length] ?? 0) % count;
  const pool: Pool = { floats: [...inputs], bools: [greater(inputs[0] as Tensor, inputs[1] as Tensor)] }; // two matrices
  while (next < choices.length) {
    if (choose(5) === 0) pool.bools.push(at(boolMakes, choose)(choose, pool));
    // Kept within −2 … 2 by tanh where it grows, so that differences mean something.
    else pool.floats.push(at(makes, choose)(choose, pool));
    if (choose(4) === 0) pool.floats.push(tanh(matrix(choose, pool)));
  }
  return pool.floats.slice(inputs.length);
}

/** Programs over `randomInputShapes`, rich in what simplification looks for. */
export const randomPrograms = (size = 150): fc.Arbitrary<Program> =>
  fc
    .array(fc.nat(1_000_000), { minLength: size >> 1, maxLength: size })
    .map((choices) =>
      trace(
        (...inputs: Tensor[]) => build(choices, inputs),
        ...randomInputShapes.map((shape) => filled({ dtype: 'float64', shape }, 0)),
      ),
    );

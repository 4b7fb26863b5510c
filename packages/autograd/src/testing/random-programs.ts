import { type Concrete, type Tensor, type TensorType, tensor } from '@throughline/tensor';
import { anyTensors, tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { record } from '../builder.ts';
import { matmul } from '../ops/matmul.ts';
import { cast } from '../primitives/cast.ts';
import { concat, split } from '../primitives/concat-split.ts';
import { add, div, mul, neg, sub } from '../primitives/maps/arithmetic.ts';
import { greater } from '../primitives/maps/comparison.ts';
import { sigmoid, softplus, tanh } from '../primitives/maps/exponential.ts';
import { maximum, relu } from '../primitives/maps/kinked.ts';
import { square } from '../primitives/maps/powers.ts';
import { cos, sin } from '../primitives/maps/trigonometric.ts';
import { max } from '../primitives/max-min.ts';
import { scan } from '../primitives/scan.ts';
import { slice } from '../primitives/slice-pad.ts';
import { broadcastTo, sum } from '../primitives/sum-broadcast.ts';
import { transpose } from '../primitives/transpose.ts';
import { where } from '../primitives/where.ts';
import type { Program } from '../program.ts';
import { scope } from '../scope.ts';

/** A Program that somebody might have recorded, with inputs that fit it. */
export interface ProgramSample {
  readonly program: Program;
  readonly inputs: readonly Concrete[];
}

type Op = (values: readonly Tensor[], constants: readonly Tensor[]) => Tensor;

const pick = (values: readonly Tensor[], i: number): Tensor => values[i % values.length] as Tensor; // never empty

/** What a step of a random Program does with values of shape [3, 3]. Two numbers choose its operands. */
const ops: readonly ((i: number, j: number) => Op)[] = [
  ...[add, sub, mul, maximum].map(
    (op) => (i: number, j: number) => (v: readonly Tensor[]) => op(pick(v, i), pick(v, j)),
  ),
  ...[tanh, sigmoid, softplus, sin, cos, relu, square, neg].map(
    (op) => (i: number) => (v: readonly Tensor[]) => op(pick(v, i)),
  ),
  (i, j) => (v) => div(pick(v, i), add(square(pick(v, j)), 0.5)),
  (i, j) => (v) => matmul(pick(v, i), pick(v, j)),
  (i) => (v) => transpose(pick(v, i)),
  (i) => (v) => mul(pick(v, i), -0),
  (i, j) => (v) => where(greater(pick(v, i), 0.1), pick(v, j), 1),
  (i, j) => (v) => add(pick(v, i), sum(pick(v, j), [0])),
  (i) => (v) => broadcastTo(max(pick(v, i), [1]), [3, 3]),
  (i, j) => (v) =>
    slice(concat([pick(v, i), pick(v, j)], 1), [0, 1], [3, 6], [1, 2]).add(split(pick(v, i), [1, 2], 1)[0] as Tensor), // two parts
  (i, j) => (v, c) => add(mul(pick(v, i), pick(c, j)), cast(cast(pick(v, j), 'float32'), 'float64')),
  (i, j) => (v) =>
    scope({ gate: `${i}` }, () => {
      const step = (h: Tensor, x: Tensor) => {
        const next = tanh(add(matmul(h, pick(v, i)), x));
        return { carry: next, y: mul(next, tensor([1, -0, 0.1])) };
      };
      return scan(step, broadcastTo(tensor(0.5), [3]), pick(v, j)).ys;
    }),
];

const matrix: TensorType = { dtype: 'float64', shape: [3, 3] };

/** Programs of a few random ops over [3, 3], loops and constants among them. */
export const randomPrograms = (maxLength = 8): fc.Arbitrary<ProgramSample> =>
  fc
    .record({
      steps: fc.array(fc.tuple(fc.constantFrom(...ops), fc.nat(7), fc.nat(7)), { minLength: 1, maxLength }),
      constants: fc.tuple(anyTensors({ shape: [3], dtype: 'float64' }), tensors({ shape: [3, 3] })),
      inputs: fc.tuple(tensors({ shape: [3, 3] }), tensors({ shape: [3, 3] })),
    })
    .map(({ steps, constants, inputs }) => {
      const { program } = record([matrix, matrix], (given) => {
        const values: Tensor[] = [...given];
        for (const [op, i, j] of steps) values.push(op(i, j)(values, constants));
        return values.slice(2);
      });
      return { program, inputs };
    });

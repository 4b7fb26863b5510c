import { full, type Shape, type Tensor, type TensorType } from '@throughline/tensor';
import { tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { cond } from '../../primitives/cond.ts';
import { add, mul } from '../../primitives/maps/arithmetic.ts';
import { less } from '../../primitives/maps/comparison.ts';
import { sigmoid, tanh } from '../../primitives/maps/exponential.ts';
import { scan } from '../../primitives/scan.ts';
import { sum } from '../../primitives/sum-broadcast.ts';
import { whileLoop } from '../../primitives/while-loop.ts';
import { bodiesOf } from '../../program.ts';
import { trace } from '../../transforms/trace.ts';
import type { PrimitiveSamples, Sample } from '../sample.ts';
import { alike, bool, f64, floats, i32 } from './generators.ts';

/** The one equation with bodies that a function records, as params and operand types. */
interface Recorded {
  readonly params: object;
  readonly types: readonly TensorType[];
}

function equationOf(
  f: (x: Tensor, y: Tensor, z: Tensor) => unknown,
  types: readonly [TensorType, TensorType, TensorType],
): Recorded {
  const [x, y, z] = types;
  const program = trace(f, zeros(x), zeros(y), zeros(z));
  const equation = program.equations.find((candidate) => bodiesOf(candidate).length > 0);
  if (equation === undefined) throw new Error('a choice or a loop records one equation with bodies');
  return { params: equation.params, types: equation.inputs.map((id) => program.types[id] as TensorType) }; // verify
}

const zeros = ({ dtype, shape }: TensorType): Tensor => full(shape, 0, dtype);

/** Calls of recorded equations at numbers in [−1, 1]. */
const callsOf = (equations: () => readonly Recorded[]): fc.Arbitrary<Sample> =>
  fc
    .constant(null)
    .chain(() => fc.constantFrom(...equations()))
    .chain(({ params, types }) =>
      fc
        .tuple(...types.map(({ dtype, shape }) => tensors({ dtype, shape, min: -1, max: 1 })))
        .map((inputs) => ({ inputs, params })),
    );

const choices = (): Recorded[] => [
  // an operand that one branch alone reads, and one of two results that does not move
  equationOf(
    (pred, w, x) =>
      cond(
        pred,
        (h) => ({ a: tanh(mul(w, h)), b: h }),
        (h) => ({ a: sigmoid(h), b: full([2], 3) }),
        x,
      ),
    [bool(), f64(2), f64(2)],
  ),
  // a choice in a choice, and a loop in a branch
  equationOf(
    (pred, w, x) =>
      cond(
        pred,
        () =>
          cond(
            pred,
            () => mul(sum(x), w),
            () => w,
          ),
        () => scan((h: Tensor, v: Tensor) => ({ carry: tanh(add(h, v)), y: {} }), w, x).carry,
      ),
    [bool(), f64(), f64(3)],
  ),
];

const loops = (): Recorded[] => [
  // as many steps as the int32 carry says: none, one or two
  equationOf(
    (w, x, n) =>
      whileLoop(
        (c) => less(c.n, 1),
        (c) => ({ n: add(c.n, 1), h: tanh(mul(w, c.h)) }),
        { n, h: x },
        { maxSteps: 3 },
      ),
    [f64(2), f64(2), i32()],
  ),
  // a choice within, and a carry that feeds another
  equationOf(
    (w, x, n) =>
      whileLoop(
        (c) => less(c.n, 1),
        (c) => ({
          n: add(c.n, 1),
          h: cond(
            less(c.n, 0),
            () => mul(c.h, w),
            () => add(tanh(c.h), w),
          ),
          total: add(c.total, mul(c.h, w)),
        }),
        { n, h: x, total: w },
        { maxSteps: 2 },
      ),
    [f64(), f64(), i32()],
  ),
];

const recurrence = (shape: Shape, count: number, reverse: boolean): fc.Arbitrary<Sample> =>
  fc
    .tuple(tensors({ shape }), tensors({ shape }), tensors({ shape: shape.slice(1) }))
    .map((inputs) => ({ inputs: inputs.slice(0, count), params: { reverse } }));

const timed = fc
  .tuple(fc.constantFrom(1, 2, 3, 5), fc.constantFrom([], [2], [3, 1]))
  .map(([length, rest]) => [length, ...rest]);

/** Any bits in all of them: rows of one type. */
const odd: fc.Arbitrary<Sample> = fc
  .tuple(fc.constantFrom(0, 1, 2, 7), fc.constantFrom([], [3], [2, 0]), fc.boolean(), fc.boolean())
  .chain(([length, rest, reverse, started]) =>
    alike(2, floats, fc.constant([length, ...rest])).chain((inputs) =>
      tensors({ shape: rest, dtype: inputs[0]?.dtype ?? 'float64' }).map((from) => ({
        inputs: started ? [...inputs, from] : inputs,
        params: { reverse },
      })),
    ),
  );

/** Choices, loops of unknown length and chains, by primitive. */
export const controlSamples: Readonly<Record<string, PrimitiveSamples>> = {
  cond: {
    smooth: callsOf(choices),
    get refused() {
      const [first] = choices();
      return [
        [f64(), f64(2), f64(2)],
        [bool(2), f64(2), f64(2)],
        [bool(), f64(2), f64(3)],
        [bool(), f64(2)],
        [bool(), f64(2), f64(2), f64(2)],
      ].map((inputs) => ({ inputs, params: first?.params }));
    },
  },
  whileLoop: {
    smooth: callsOf(loops),
    get refused() {
      const [first] = loops();
      return [
        [f64(2), i32(), f64(3)],
        [f64(2), f64(), f64(2)],
        [f64(2), i32()],
        [f64(2), i32(), f64(2), f64()],
      ].map((inputs) => ({ inputs, params: first?.params }));
    },
  },
  linearRecurrence: {
    smooth: fc
      .tuple(timed, fc.constantFrom(2, 3), fc.boolean())
      .chain(([shape, count, reverse]) => recurrence(shape, count, reverse)),
    any: odd,
    refused: [
      [f64(3)],
      [f64(), f64()],
      [f64(3), f64(2)],
      [i32(3), i32(3)],
      [bool(3), bool(3)],
      [f64(3), { dtype: 'float32', shape: [3] } as const],
      [f64(3), f64(3), f64(3)],
      [f64(3), f64(3), f64(), f64()],
    ].map((inputs) => ({ inputs, params: { reverse: false } })),
  },
};

import { full, type Tensor } from '@throughline/tensor';
import { tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { matmul } from '../../ops/matmul.ts';
import { checkpoint } from '../../primitives/checkpoint.ts';
import { add, mul } from '../../primitives/maps/arithmetic.ts';
import { tanh } from '../../primitives/maps/exponential.ts';
import { scan } from '../../primitives/scan.ts';
import { sum } from '../../primitives/sum-broadcast.ts';
import { bodiesOf, type Program } from '../../program.ts';
import { trace } from '../../transforms/trace.ts';
import type { PrimitiveSamples, Sample } from '../sample.ts';
import { f64 } from './generators.ts';

/** What a body is: from (captures, carry, x) to the next carry and y. */
interface Loop {
  readonly captures: readonly (readonly number[])[];
  readonly carry: readonly (readonly number[])[];
  readonly xs: readonly (readonly number[])[];
  step(
    captures: readonly Tensor[],
    carry: readonly Tensor[],
    x: readonly Tensor[],
  ): { carry: readonly Tensor[]; y: readonly Tensor[] };
}

const at = (list: readonly Tensor[], i: number): Tensor => list[i] as Tensor; // bodies below ask for what they list

const loops: readonly Loop[] = [
  // an Elman cell
  {
    captures: [[2, 2]],
    carry: [[2]],
    xs: [[2]],
    step: (w, h, x) => {
      const next = tanh(add(matmul(at(h, 0), at(w, 0)), at(x, 0)));
      return { carry: [next], y: [next] };
    },
  },
  // a carry that is only counted up, one that is multiplied, nothing captured, two sequences
  {
    captures: [],
    carry: [[], [3]],
    xs: [[3], []],
    step: (_, c, x) => ({
      carry: [add(at(c, 0), 1), mul(at(c, 1), at(x, 0))],
      y: [mul(at(c, 1), at(x, 1)), at(c, 0)],
    }),
  },
  // no sequence, no y
  { captures: [[]], carry: [[]], xs: [], step: (w, c) => ({ carry: [mul(at(c, 0), at(w, 0))], y: [] }) },
  // no carry
  { captures: [[2]], carry: [], xs: [[2]], step: (w, _, x) => ({ carry: [], y: [sum(mul(at(w, 0), at(x, 0)))] }) },
  // a loop within
  {
    captures: [[3]],
    carry: [[]],
    xs: [[3]],
    step: (w, c, x) => {
      const inner = scan(
        (h: Tensor, v: Tensor) => ({ carry: tanh(add(h, v)), y: {} }),
        at(c, 0),
        mul(at(w, 0), at(x, 0)),
      );
      return { carry: [inner.carry], y: [mul(inner.carry, 2)] };
    },
  },
];

/** The scan equation that a loop records: its body, and counts. */
function record(
  { captures, carry, xs, step }: Loop,
  length: number,
  reverse: boolean,
): { params: Record<string, unknown>; shapes: number[][] } {
  const zeros = (shapes: readonly (readonly number[])[], lead: number[] = []): Tensor[] =>
    shapes.map((shape) => full([...lead, ...shape], 0));
  const program: Program = trace(
    (w: readonly Tensor[], init: readonly Tensor[], sequences: readonly Tensor[]) => {
      const { carry: last, ys } = scan((c: readonly Tensor[], x: readonly Tensor[]) => step(w, c, x), init, sequences, {
        length,
        reverse,
      });
      return [...last, ...ys];
    },
    zeros(captures),
    zeros(carry),
    zeros(xs, [length]),
  );
  const equation = program.equations.find((candidate) => bodiesOf(candidate).length > 0);
  if (equation === undefined) throw new Error('a loop records one equation with a body');
  return { params: { ...equation.params }, shapes: equation.inputs.map((id) => [...(program.types[id]?.shape ?? [])]) };
}

const schedules = fc.constantFrom({}, {}, { checkpoint: { every: 2 } }, { checkpoint: { snapshots: 2, block: 1 } });

const calls: fc.Arbitrary<Sample> = fc
  .tuple(fc.constantFrom(...loops), fc.constantFrom(1, 2, 3, 0), fc.boolean())
  .map(([loop, length, reverse]) => record(loop, length, reverse))
  .chain(({ params, shapes }) =>
    fc
      .tuple(schedules, ...shapes.map((shape) => tensors({ shape, min: -1, max: 1 })))
      .map(([schedule, ...inputs]) => ({ inputs, params: { ...params, ...schedule } })),
  );

const sumUp: Loop = {
  captures: [],
  carry: [[]],
  xs: [[]],
  step: (_, c, x) => ({ carry: [add(at(c, 0), at(x, 0))], y: [] }),
};

/** A body of two lines with two results, the second of which does not depend on everything. */
function checkpointParams(length: number): object {
  const v = full([length], 0);
  const body = trace(
    checkpoint((w: Tensor, x: Tensor) => [tanh(mul(w, x)), mul(w, 3)]),
    full([], 0),
    v,
  ).equations.find((equation) => bodiesOf(equation).length > 0);
  if (body === undefined) throw new Error('checkpoint records one equation with a body');
  return { ...body.params };
}

/** Loops and what they are cut into, by primitive. */
export const loopSamples: Readonly<Record<string, PrimitiveSamples>> = {
  checkpoint: {
    smooth: fc
      .constantFrom(1, 3, 0)
      .chain((length) =>
        fc
          .tuple(...[[], [length]].map((shape) => tensors({ shape, min: 0.25, max: 1 })))
          .map((inputs) => ({ inputs, params: checkpointParams(length) })),
      ),
    get refused() {
      const params = checkpointParams(2);
      return [[f64(), f64(3)], [f64(2), f64(2)], [f64()], [f64(), f64(2), f64()]].map((inputs) => ({ inputs, params }));
    },
  },
  scan: {
    smooth: calls,
    get refused() {
      const params = record(sumUp, 3, false)?.params;
      return [
        { inputs: [f64(), f64(4)], params },
        { inputs: [f64(2), f64(3)], params },
        { inputs: [f64()], params },
        { inputs: [f64(), f64(3), f64()], params },
      ];
    },
  },
};

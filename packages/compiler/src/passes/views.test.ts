import {
  broadcastTo,
  concat,
  contract,
  evaluate,
  type Program,
  pad,
  reshape,
  slice,
  split,
  trace,
  transpose,
} from '@throughline/autograd';
import { contractLabels, record, verify } from '@throughline/autograd/back-end';
import { print } from '@throughline/autograd/symbolic';
import { type Shape, sizeOf, type Tensor, tensor } from '@throughline/tensor';
import { anyTensors, firstDifference } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { views } from './views.ts';

type Choose = (count: number) => number;

const orderOf = (rank: number, choose: Choose): number[] => {
  const left = Array.from({ length: rank }, (_, axis) => axis);
  const order: number[] = [];
  while (left.length > 0) order.push(...left.splice(choose(left.length), 1));
  return order;
};

/** Shapes of the same size. */
function regrouped(shape: Shape, choose: Choose): number[] {
  const size = sizeOf(shape);
  if (size === 0) return [...shape, 1];
  const divisor = [1, 2, 3, 4].filter((d) => size % d === 0);
  const first = divisor[choose(divisor.length)] as number; // 1 is one
  return choose(3) === 0 ? [size] : choose(2) === 0 ? [first, size / first] : [1, size / first, first];
}

const makes: readonly ((x: Tensor, choose: Choose) => readonly Tensor[])[] = [
  (x, choose) => [reshape(x, regrouped(x.shape, choose))],
  (x, choose) => [transpose(x, orderOf(x.rank, choose))],
  (x, choose) => [broadcastTo(x, [1 + choose(2), ...x.shape.map((extent) => (extent === 1 ? 1 + choose(3) : extent))])],
  (x, choose) => {
    const starts = x.shape.map((extent) => choose(Math.min(extent, 2) + 1));
    const stops = x.shape.map((extent, axis) => Math.max(starts[axis] as number, extent - choose(2))); // one per axis
    return [
      slice(
        x,
        starts.map((start, axis) => Math.min(start, stops[axis] as number)),
        stops,
        x.shape.map(() => 1 + (choose(4) === 0 ? 1 : 0)),
      ),
    ]; // as above
  },
  (x, choose) => {
    if (x.rank === 0) return [x];
    const axis = choose(x.rank);
    const extent = x.shape[axis] as number; // axis < rank
    const at = choose(extent + 1);
    const parts = split(x, choose(2) === 0 ? [at, extent - at] : [at, 0, extent - at], axis);
    return choose(2) === 0 ? parts : [concat(choose(2) === 0 ? parts : parts.toReversed(), axis)];
  },
  (x, choose) => {
    if (x.rank === 0) return [x];
    const axis = choose(x.rank);
    return [
      concat(
        [
          x,
          ...(choose(2) === 0 ? [x] : []),
          slice(
            x,
            x.shape.map(() => 0),
            x.shape.with(axis, Math.min(1, x.shape[axis] as number)),
          ),
        ],
        axis,
      ),
    ]; // axis < rank
  },
  (x) => [
    pad(
      x,
      x.shape.map(() => 1),
      x.shape.map(() => 0),
    ),
  ],
  (x, choose) => {
    const labels = orderOf(x.rank, choose);
    const kept = labels.filter(() => choose(2) === 0);
    return [contractLabels(x, x, { a: x.shape.map((_, axis) => axis), b: x.shape.map((_, axis) => axis), out: kept })];
  },
  (x, choose) => {
    const y = transpose(x, orderOf(x.rank, choose));
    const order = y.shape.map((_, axis) => axis);
    return [contractLabels(y, y, { a: order, b: order, out: order.filter(() => choose(2) === 0) })];
  },
];

/** Programs of views of one input, which is what the choices make of it. */
const blocks = fc
  .record({
    choices: fc.array(fc.nat(1000), { minLength: 4, maxLength: 60 }),
    shape: fc.constantFrom<Shape>([], [6], [2, 3], [2, 1, 3], [1, 4], [0, 2]),
  })
  .chain(({ choices, shape }) => {
    const { program } = record([{ dtype: 'float64', shape }], ([x]) => {
      let next = 0;
      const choose: Choose = (count) => (choices[next++ % choices.length] ?? 0) % count;
      const values: Tensor[] = [x as Tensor]; // one input
      while (next < choices.length) {
        const from = values[Math.max(0, values.length - 1 - choose(3))] as Tensor; // never empty
        const make = makes[choose(makes.length)] as (typeof makes)[number]; // below its count
        if (from.rank < 6 && from.size < 200) values.push(...make(from, choose));
        else next++;
      }
      return values;
    });
    return fc.tuple(fc.constant(program), anyTensors({ shape: [...shape], dtype: 'float64' }));
  });

test('chains of views keep every element in its place', () => {
  let folded = 0;
  fc.assert(
    fc.property(blocks, ([program, x]) => {
      const after = views(program);
      verify(after);
      if (after !== program) folded++;
      const before = evaluate(program, [x]);
      expect(evaluate(after, [x]).flatMap((y, k) => firstDifference(y, before[k] as Tensor) ?? [])).toEqual([]); // as many outputs
      expect(views(views(views(after)))).toBe(views(views(after)));
    }),
    { numRuns: 1000 },
  );
  expect(folded).toBeGreaterThan(300);
});

const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

/** What is left of a function's equations, as text. */
const left = (f: (x: Tensor) => Tensor | Tensor[]): string[] => {
  const program: Program = views(trace(f, x));
  return print(program)
    .split('\n')
    .slice(1, -2)
    .map((line) => line.trim());
};

test.each<[string, (x: Tensor) => Tensor | Tensor[], string[]]>([
  ['reshapes', (a) => reshape(reshape(a, [6]), [3, 2]), ['b: f64[3,2] = reshape[shape=[3,2]](a)']],
  ['reshapes there and back', (a) => reshape(reshape(a, [6]), [2, 3]), []],
  ['transposes', (a) => transpose(transpose(a)), []],
  [
    'broadcasts',
    (a) => broadcastTo(broadcastTo(a, [4, 2, 3]), [5, 4, 2, 3]),
    ['b: f64[5,4,2,3] = broadcastTo[shape=[5,4,2,3]](a)'],
  ],
  [
    'new leading axes',
    (a) => broadcastTo(reshape(a, [1, 2, 3]), [5, 2, 3]),
    ['b: f64[5,2,3] = broadcastTo[shape=[5,2,3]](a)'],
  ],
  [
    'axes of one index that move',
    (a) => transpose(reshape(a, [2, 1, 3]), [1, 0, 2]),
    ['b: f64[1,2,3] = reshape[shape=[1,2,3]](a)'],
  ],
  [
    'slices',
    (a) => slice(slice(a, [0, 1], [2, 3]), [1, 0], [2, 2]),
    ['b: f64[1,2] = slice[starts=[1,1], stops=[2,3], steps=[1,1]](a)'],
  ],
  [
    'strided slices',
    (a) => slice(slice(a, [0, 0], [2, 3], [1, 2]), [0, 1], [2, 2]),
    ['b: f64[2,1] = slice[starts=[0,2], stops=[2,3], steps=[1,2]](a)'],
  ],
  ['parts joined again', (a) => concat(split(a, [1, 2], 1), 1), []],
  ['parts of joins', (a) => split(concat([a, a], 1), [3, 3], 1), []],
  [
    'a part within a part',
    (a) => slice(concat([a, a], 1), [0, 4], [2, 6]),
    ['b: f64[2,2] = slice[starts=[0,1], stops=[2,3], steps=[1,1]](a)'],
  ],
  [
    'a transposed operand',
    (a) => contract('ij,jk->ik', a, transpose(a)),
    ['b: f64[2,2] = contract[a=[0,1], b=[2,1], out=[0,2]](a, a)'],
  ],
  [
    'a transposed result',
    (a) => transpose(contract('ij,kj->ik', a, a)),
    ['b: f64[2,2] = contract[a=[0,1], b=[2,1], out=[2,0]](a, a)'],
  ],
])('%s fold', (_, f, expected) => {
  expect(left(f)).toEqual(expected);
});

test('a sum over two axes keeps the order of its first operand', () => {
  const keep = (a: Tensor) => contract('ji,ij->', transpose(a), a);
  expect(left(keep)).toHaveLength(2);
  expect(left((a) => contract('ij,ji->', a, transpose(a)))).toHaveLength(1);
  // The same sum in the order of the other operand has other bits.
  const values = tensor([
    [1e16, 1, -1e16],
    [1, 1, 1],
  ]);
  const [one, other] = [
    contract(
      'ij,ij->',
      values,
      tensor([
        [1, 1, 1],
        [1, 1, 1],
      ]),
    ),
    contract(
      'ij,ij->',
      transpose(values),
      tensor([
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
    ),
  ];
  expect(firstDifference(one, other)).not.toBe(null);
});

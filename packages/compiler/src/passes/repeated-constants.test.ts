import { add, matmul, mul, type Program, scan, sum, tanh, trace, valueAndGrad, where } from '@throughline/autograd';
import { sort } from '@throughline/autograd/order';
import { print } from '@throughline/autograd/symbolic';
import { full, type Tensor, tensor, zeros } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { optimise } from './index.ts';
import { repeatedConstants } from './repeated-constants.ts';
import { after, bodyNames } from './testing/programs.ts';

/** What is left of a Program, line by line. */
const lines = (program: Program): string[] =>
  print(program)
    .split('\n')
    .slice(1, -2)
    .map((line) => line.trim());

const added = (constant: Tensor): string[] =>
  lines(
    after(
      trace((x: Tensor) => add(x, constant), zeros(constant.shape)),
      repeatedConstants,
    ),
  );

describe('a constant becomes what it repeats', () => {
  test.each<[string, Tensor, string[]]>([
    ['a number', full([2, 3], 7), ['b: f64[2,3] = broadcastTo[shape=[2,3]](7)']],
    ['one of a single row', full([1, 3], -0), ['b: f64[1,3] = broadcastTo[shape=[1,3]](-0)']],
    [
      'a row, whose leading axis goes',
      tensor([
        [1, Number.NaN, 3],
        [1, Number.NaN, 3],
      ]),
      ['b: f64[3] = constant [1,NaN,3]', 'c: f64[2,3] = broadcastTo[shape=[2,3]](b)'],
    ],
    [
      'a column',
      tensor([
        [1, 1],
        [0, 0],
        [1, 1],
      ]),
      ['b: f64[3,1] = constant [[1],[0],[1]]', 'c: f64[3,2] = broadcastTo[shape=[3,2]](b)'],
    ],
    [
      'what is between two axes',
      tensor([1, 1, 2, 2, 1, 1, 2, 2], { shape: [2, 2, 2] }),
      ['b: f64[2,1] = constant [[1],[2]]', 'c: f64[2,2,2] = broadcastTo[shape=[2,2,2]](b)'],
    ],
  ])('%s', (_, constant, expected) => {
    expect(added(constant).slice(0, -1)).toEqual(expected);
  });

  test.each<[string, Tensor]>([
    ['a row of two numbers', tensor([1, 2])],
    ['rows that differ by the sign of a zero', tensor([0, 1, -0, 1], { shape: [2, 2] })],
    ['one number', tensor([[3]])],
    ['none', zeros([0, 3])],
  ])('%s stays', (_, constant) => {
    const program = trace((x: Tensor) => add(x, constant), zeros(constant.shape));
    expect(repeatedConstants(program)).toBe(program);
  });

  test('of any dtype', () => {
    const mask = tensor([true, false, true, false], { shape: [2, 2] });
    const program = after(
      trace((x: Tensor) => where(mask, x, 0), zeros([2, 2])),
      repeatedConstants,
    );
    expect(lines(program)[0]).toBe('b: bool[2] = constant [true,false]');
  });
});

const long = Array.from({ length: 100 }, (_, i) => Math.cos(i));
test.each<[string, number, (x: Tensor) => Tensor]>([
  ['a row of constants', 3, (x) => mul(x, tensor([1, 2, 3]))],
  ['a long one', 100, (x) => mul(x, tensor(long))],
  ['a column', 3, (x) => mul(x, tensor([[1], [2]]))],
  ['a sort', 3, (x) => sort(x, 1)],
])('a gradient takes each step forward once, with %s in it', (_, width, f) => {
  const loss = (w: Tensor, xs: Tensor): Tensor => {
    const step = (h: Tensor, x: Tensor) => {
      const next = f(tanh(add(matmul(h, w), x)));
      return { carry: next, y: next };
    };
    return sum(scan(step, zeros([2, width]), xs).ys);
  };
  const { program } = optimise(trace(valueAndGrad(loss), zeros([width, width]), zeros([5, 2, width])), {
    reassociate: true,
  });
  const names = bodyNames(program);
  expect(names.length).toBe(2);
  for (const name of ['contract', 'tanh']) expect(names[0]?.filter((other) => other === name)).toEqual([name]);
});

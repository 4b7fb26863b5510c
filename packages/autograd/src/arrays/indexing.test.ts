import { type Tensor, tensor, zeros } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { argmax, cast, evaluate, grad, greater, jvp, mul, sum, trace, vmap } from '../index.ts';
import {
  compress,
  gatherND,
  nonzero,
  putAlongAxis,
  scatterMax,
  scatterMin,
  scatterSet,
  takeAlongAxis,
} from './index.ts';

const int = (values: readonly unknown[]): Tensor => tensor(values as number[], { dtype: 'int32' }); // nested alike
const m = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
const nan = Number.NaN;

describe('reading at places', () => {
  it('gatherND takes elements, slices, the whole, and nothing', () => {
    expect(gatherND(m, int([1, -1])).item()).toBe(6);
    expect(gatherND(m, int([[1], [1]])).toArray()).toEqual([
      [4, 5, 6],
      [4, 5, 6],
    ]);
    expect(gatherND(m, zeros([2, 0], 'int32')).shape).toEqual([2, 2, 3]);
    expect(gatherND(m, zeros([0, 2], 'int32')).shape).toEqual([0]);
    expect(gatherND(zeros([0, 2]), zeros([0, 1], 'int32')).shape).toEqual([0, 2]);
  });

  it('adds up the cotangents of a place that comes back', () => {
    const weights = tensor([1, 10, 100]);
    const at = int([
      [0, 1],
      [1, 0],
      [-2, 1],
    ]);
    expect(grad((x: Tensor) => sum(mul(weights, gatherND(x, at))))(m).toArray()).toEqual([
      [0, 101, 0],
      [10, 0, 0],
    ]);
  });

  it('takeAlongAxis broadcasts, and finds the largest that argmax names', () => {
    const at = argmax(m, 1, { keepDims: true });
    expect(takeAlongAxis(m, at, 1).toArray()).toEqual([[3], [6]]);
    expect(takeAlongAxis(m, int([[1], [0]]), 0).toArray()).toEqual([
      [4, 5, 6],
      [1, 2, 3],
    ]);
    expect(takeAlongAxis(tensor([[7, 8]]), int([[1], [0]]), 1).toArray()).toEqual([[8], [7]]);
    expect(takeAlongAxis(zeros([2, 0]), zeros([2, 0], 'int32')).shape).toEqual([2, 0]);
  });

  it('putAlongAxis writes what takeAlongAxis reads', () => {
    const at = int([
      [2, 0],
      [-1, 1],
    ]);
    const written = putAlongAxis(m, at, tensor([[7], [8]]), 1);
    expect(written.toArray()).toEqual([
      [7, 2, 7],
      [4, 8, 8],
    ]);
    expect(takeAlongAxis(written, at).toArray()).toEqual([
      [7, 7],
      [8, 8],
    ]);
    expect(m.toArray()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  it('runs in Programs and under vmap, where a wrong index is still one', () => {
    const f = (x: Tensor, i: Tensor): Tensor => gatherND(x, i);
    const program = trace(f, m, int([[0, 0]]));
    expect(evaluate(program, [m, int([[1, 2]])]).map((y) => y.toArray())).toEqual([[6]]);
    expect(() => evaluate(program, [m, int([[0, 3]])])).toThrow(/^gather: index -2147483648 at indices\[0\] is out of/);
    const rows = vmap((x: Tensor, i: Tensor) => takeAlongAxis(x, i))(m, int([[2], [0]]));
    expect(rows.toArray()).toEqual([[3], [4]]);
  });
});

describe('writing at places', () => {
  it('set keeps the last, in every dtype, and the gradient goes to it alone', () => {
    const at = int([
      [0, 2],
      [-3, 1],
    ]);
    const updates = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(scatterSet(tensor([9, 9, 9]), at, updates).toArray()).toEqual([3, 4, 2]);
    expect([...scatterSet(tensor([true, true]), int([1]), tensor([false])).data]).toEqual([1, 0]);
    const weights = tensor([1, 10, 100]);
    const f = (u: Tensor): Tensor => sum(mul(weights, scatterSet(tensor([9, 9, 9]), at, u)));
    expect(grad(f)(updates).toArray()).toEqual([
      [0, 100],
      [1, 10],
    ]);
    expect(
      jvp(
        f,
        updates,
        tensor([
          [1, 0],
          [1, 1],
        ]),
      ).tangent.item(),
    ).toBe(11);
    expect(scatterSet(tensor([nan]), int([]), tensor([])).toArray()).toEqual([nan]);
  });

  it('max and min see NaN, ±∞ and the sign of 0', () => {
    const at = int([0, 0, 1, 2, 2]);
    const updates = tensor([1, nan, Number.POSITIVE_INFINITY, -0, 0]);
    expect(scatterMax(tensor([5, 5, -0]), at, updates).toArray()).toEqual([nan, Number.POSITIVE_INFINITY, 0]);
    expect(scatterMin(tensor([5, 5, 0]), at, updates).toArray()).toEqual([nan, 5, -0]);
    expect(scatterMax(int([1]), int([0]), int([3])).dtype).toBe('int32');
  });
});

describe('where a condition holds', () => {
  it('nonzero names places, as many as there are or as it is told', () => {
    const places = (x: Tensor, options = {}): unknown => nonzero(x, options).map((axis) => axis.toArray());
    expect(
      places(
        tensor([
          [0, nan],
          [-0, 2],
        ]),
      ),
    ).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(places(m, { size: 2 })).toEqual([
      [0, 0],
      [0, 1],
    ]);
    expect(places(tensor([false, true]), { size: 3, fill: 9 })).toEqual([[1, 9, 9]]);
    expect(places(zeros([0, 2]))).toEqual([[], []]);
  });

  it('compress takes elements, and slices along an axis', () => {
    const big = greater(m, 2.5);
    expect(compress(big, m).toArray()).toEqual([3, 4, 5, 6]);
    expect(compress(big, m, { size: 5 }).toArray()).toEqual([3, 4, 5, 6, 0]);
    expect(compress(tensor([false, true]), m, { axis: 0 }).toArray()).toEqual([[4, 5, 6]]);
    expect(compress(tensor([false, false]), m, { axis: 0 }).shape).toEqual([0, 3]);
    expect(compress(tensor([], { dtype: 'bool' }), tensor([]), { size: 2, fill: 1 }).toArray()).toEqual([1, 1]);
    expect(compress(tensor([true, false, true]), m, { axis: -1, size: 1 }).toArray()).toEqual([[1], [4]]);
  });

  it('gives what it left out or made up no cotangent', () => {
    const f = (x: Tensor): Tensor => sum(compress(tensor([true, false, true]), x, { size: 4, fill: nan }).at(1));
    expect(grad(f)(tensor([1, 2, 3])).toArray()).toEqual([0, 0, 1]);
  });

  it('with a size runs in Programs and under vmap; without one says what is missing', () => {
    const f = (x: Tensor): Tensor => compress(greater(x, 2), x, { size: 2 });
    expect(vmap(f)(m).toArray()).toEqual([
      [3, 0],
      [4, 5],
    ]);
    expect(() => trace((x: Tensor) => compress(greater(x, 2), x), m)).toThrow(
      'compress: how many elements of bool[2,3] are not 0 is unknown while a Program is being recorded or mapped. Give { size }.',
    );
    expect(() => trace((x: Tensor) => nonzero(x), m)).toThrow(/^nonzero: how many elements of f64\[2,3\]/);
    const eager = grad((x: Tensor) => sum(compress(greater(x, 2), x)));
    expect(eager(m).toArray()).toEqual(cast(greater(m, 2), 'float64').toArray());
  });
});

it.each([
  [() => gatherND(m, tensor([0])), "gatherND: indices are f64[1], not int32. Convert with cast(indices, 'int32')."],
  [() => gatherND(m, int([0, 0, 0])), 'gatherND: i32[3] has not, along its last axis, indices into f64[2,3].'],
  [
    () =>
      gatherND(
        m,
        int([
          [0, 0],
          [0, 3],
        ]),
      ),
    'gatherND: index 3 at indices[1] is out of range for axis 1 of f64[2,3]. Use -3 to 2.',
  ],
  [
    () => takeAlongAxis(m, int([0])),
    'takeAlongAxis: i32[1] and f64[2,3] have not as many axes. Use gather for slices.',
  ],
  [
    () => takeAlongAxis(m, int([[3], [0]])),
    'takeAlongAxis: index 3 at indices[0,0] is out of range for axis 1 of f64[2,3]. Use -3 to 2.',
  ],
  [
    () => takeAlongAxis(m, int([[0], [0], [0]])),
    'takeAlongAxis: f64[2,3] and i32[3,1] do not broadcast beside axis 1: axis 0 has sizes 2 and 3.',
  ],
  [
    () => putAlongAxis(m, int([[0]]), tensor([[1, 2]]), 1),
    'putAlongAxis: f64[1,2] at i32[1,1] along axis 1 does not fit f64[2,3].',
  ],
  [
    () => putAlongAxis(m, int([[0]]), int([[1]]), 1),
    "putAlongAxis: cannot mix f64[2,3] with i32[1,1]. Convert one with cast(x, 'float64').",
  ],
  [
    () => scatterSet(m, int([0]), m),
    'scatterSet: updates are f64[2,3], but i32[1] into axis 0 of f64[2,3] takes f64[1,3].',
  ],
  [
    () => scatterSet(m, int([2]), tensor([[1, 2, 3]])),
    'scatterSet: index 2 at indices[0] is out of range for axis 0 of f64[2,3]. Use -2 to 1.',
  ],
  [
    () => scatterMax(tensor([true]), int([0]), tensor([true])),
    "scatterMax: bool[1] is not a number type. Use cast(x, 'int32') first.",
  ],
  [() => nonzero(tensor(1)), 'nonzero: f64[] has no axes. Use reshape(x, [1]).'],
  [() => nonzero(m, { size: -1 }), 'nonzero: size is -1, not a count ≥ 0.'],
  [() => nonzero(m, { size: 1, fill: 0.5 }), 'nonzero: fill is 0.5, not an int32.'],
  [() => compress(m, m), 'compress: the condition is f64[2,3], not bool. Compare it: notEqual(cond, 0).'],
  [() => compress(tensor([true]), m), 'compress: the condition is bool[1], which does not fit f64[2,3].'],
  [
    () => compress(tensor([true]), m, { axis: 1 }),
    'compress: the condition is bool[1], which does not fit axis 1 of f64[2,3].',
  ],
])('errors: %#', (call, message) => {
  expect(call).toThrow(message);
});

import { arange, type Tensor, tensor, zeros } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { split, trace, transpose, vmap } from '../index.ts';
import {
  diag,
  diagonal,
  fullLike,
  logspace,
  matrixTrace,
  meshgrid,
  moveAxis,
  rearrange,
  repeat,
  roll,
  swapAxes,
  tile,
  tri,
  tril,
  triu,
  zerosLike,
} from './index.ts';

const m = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
const empty = zeros([0, 3]);

describe('diagonals', () => {
  it('are cut and laid at any offset; outside there is none', () => {
    expect([-2, -1, 0, 1, 2, 3].map((k) => diag(m, k).toArray())).toEqual([[], [4], [1, 5], [2, 6], [3], []]);
    expect(diag(tensor([7]), -2).toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [7, 0, 0],
    ]);
    expect(diag(tensor([]), 1).toArray()).toEqual([[0]]);
    expect(diag(tensor([])).shape).toEqual([0, 0]);
    expect(diagonal(empty).shape).toEqual([0]);
    expect(matrixTrace(empty).item()).toBe(0);
    expect(matrixTrace(tensor([[2]], { dtype: 'int32' })).dtype).toBe('int32');
    expect([...diag(tensor([true, true])).data]).toEqual([1, 0, 0, 1]);
  });

  it('diagonal of diag gives the vector back, at every offset', () => {
    const v = tensor([1, Number.NaN, Number.NEGATIVE_INFINITY, -0]);
    for (const k of [-3, -1, 0, 2]) expect(diag(diag(v, k), k).toArray()).toEqual(v.toArray());
  });

  it('bound triangles, of stacks too, with 0 beside NaN', () => {
    expect(tri(2, 3, -1).toArray()).toEqual([
      [0, 0, 0],
      [1, 0, 0],
    ]);
    expect(tril(m, 5).toArray()).toEqual(m.toArray());
    expect(triu(m, 5).toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(tril(tensor([[Number.NaN, Number.NaN]])).toArray()).toEqual([[Number.NaN, 0]]);
    expect(triu(empty).shape).toEqual([0, 3]);
    const stack = tensor([m.toArray(), m.toArray()] as number[][][]); // as m has
    expect(vmap((x: Tensor) => triu(x))(stack).toArray()).toEqual(triu(stack).toArray());
    expect(triu(m.cast('int32')).dtype).toBe('int32');
  });
});

describe('constants', () => {
  it('have the type of another tensor, and are scalars in Programs', () => {
    expect(String(fullLike(m, 2, 'int32'))).toBe('i32[2,3] [[2, 2, 2], [2, 2, 2]]');
    const program = trace((x) => zerosLike(x).add(x), m);
    expect([...program.constants.values()].map(({ shape }) => shape)).toEqual([[]]);
  });

  it('logspace ends where it should', () => {
    expect(logspace(0, 0, 1).toArray()).toEqual([1]);
    expect(logspace(2, 0, 3, 2, 'int32').toArray()).toEqual([4, 2, 1]);
  });

  it('meshgrid swaps the first two axes unless told', () => {
    const [x, y] = [tensor([1, 2, 3]), tensor([4, 5])];
    expect(meshgrid([x, y]).map(({ shape }) => shape)).toEqual([
      [2, 3],
      [2, 3],
    ]);
    expect(meshgrid([x, y], { indexing: 'ij' })[1]?.toArray()).toEqual([
      [4, 5],
      [4, 5],
      [4, 5],
    ]);
    expect(meshgrid([x])[0]?.toArray()).toEqual([1, 2, 3]);
    expect(meshgrid([])).toEqual([]);
  });
});

describe('repeating and moving', () => {
  it('tile, repeat and roll take scalars, nothing and none', () => {
    expect(tile(tensor(3), [2, 1]).toArray()).toEqual([[3], [3]]);
    expect(tile(m, 0).shape).toEqual([2, 0]);
    expect(repeat(tensor(3), 2).toArray()).toEqual([3, 3]);
    expect(repeat(m, 0, 0).shape).toEqual([0, 3]);
    expect(repeat(m, [0, 0], 0).shape).toEqual([0, 3]);
    expect(roll(empty, 1, 0).shape).toEqual([0, 3]);
    expect(roll(m, -5).toArray()).toEqual([
      [6, 1, 2],
      [3, 4, 5],
    ]);
    expect(roll(m, 3, 1)).toBe(m);
    expect(roll(m, 1, [0, 1]).toArray()).toEqual(roll(roll(m, 1, 0), 1, 1).toArray());
    expect([...repeat(tensor([true, false]), [1, 2]).data]).toEqual([1, 0, 0]);
  });

  it('moveAxis and swapAxes permute', () => {
    const x = arange(24).reshape([2, 3, 4]);
    expect(moveAxis(x, -1, 0).toArray()).toEqual(transpose(x, [2, 0, 1]).toArray());
    expect(moveAxis(x, [0, 1], [1, 2]).toArray()).toEqual(transpose(x, [2, 0, 1]).toArray());
    expect(swapAxes(x, 0, -1).toArray()).toEqual(transpose(x, [2, 1, 0]).toArray());
  });

  it('split gives names to gates', () => {
    const { i, f } = split(m, { i: 1, f: 2 }, 1);
    expect([i.shape, f.shape]).toEqual([
      [2, 1],
      [2, 2],
    ]);
    expect(Object.keys(split(m, { z: 1, a: 0, b: 1 }))).toEqual(['z', 'a', 'b']);
    expect(() => split(m, { 0: 1, 1: 1 })).toThrow(
      'split: "0" is an integer, and a record does not keep these in order. Use a word.',
    );
    expect(() => split(m, { i: 3 })).toThrow('split: sizes [3] do not add up to axis 0 of f64[2,3].');
  });
});

describe('rearrange', () => {
  const x = arange(24).reshape([2, 3, 4]);
  it('reads backwards what it wrote', () => {
    const y = rearrange(x, 'b t (g h) -> (t g) b h', { g: 2 });
    expect(y.shape).toEqual([6, 2, 2]);
    expect(rearrange(y, '(t g) b h -> b t (g h)', { g: 2 }).toArray()).toEqual(x.toArray());
    expect(y.at(3).at(1).toArray()).toEqual([18, 19]); // t = 1, g = 1, b = 1
  });

  it('adds and drops axes of extent 1, and joins them all', () => {
    expect(rearrange(x, 'a b c -> a 1 (b c)').shape).toEqual([2, 1, 12]);
    expect(rearrange(x.reshape([2, 1, 12]), 'a 1 b -> (b a)').shape).toEqual([24]);
    expect(rearrange(tensor(5), '-> 1 1').shape).toEqual([1, 1]);
    expect(rearrange(empty, 'a b -> (a b)').shape).toEqual([0]);
    expect(rearrange(tensor([[4]]), '1 () ->').item()).toBe(4);
  });

  it.each([
    ['a b c', {}, 'rearrange: "a b c" is not of the form "a b -> b a".'],
    ['a b c -> a b', {}, 'rearrange: "a b c -> a b" has c on one side only.'],
    ['a b a -> a b', {}, 'rearrange: "a b a -> a b" has a twice on one side.'],
    ['a b ... -> a b ...', {}, 'rearrange: "a b ... -> a b ..." has "...", which is no name.'],
    ['a (b c -> a b c', {}, 'rearrange: "a (b c -> a b c" has "(", which is no name.'],
    ['a b -> b a', {}, 'rearrange: "a b -> b a" takes 2 axes, got f64[2,3,4].'],
    ['a b (c d) -> a b c d', {}, 'rearrange: the extents of c and d in "a b (c d) -> a b c d" are unknown. Give one.'],
    ['a b (c d) -> a b c d', { c: 3 }, 'rearrange: axis 2 of f64[2,3,4] is 4, which is not (c = 3, d = ?).'],
    ['a b c -> a b c', { a: 3 }, 'rearrange: axis 0 of f64[2,3,4] is 2, which is not (a = 3).'],
    ['a 1 c -> a c', {}, 'rearrange: axis 1 of f64[2,3,4] is 3, which is not (1).'],
    ['a b c -> a b c', { d: 3 }, 'rearrange: sizes have d, "a b c -> a b c" has not.'],
  ])('refuses %s with %o', (pattern, sizes, message) => {
    expect(() => rearrange(x, pattern, sizes as Record<string, number>)).toThrow(message);
  });
});

it.each([
  [() => diag(tensor(1)), 'diag: f64[] is neither a vector nor a matrix. diagonal takes any two axes.'],
  [() => diag(m, 0.5), 'diag: the offset 0.5 is not an integer.'],
  [() => diagonal(m, 0, 0, -2), 'diagonal: axes 0 and -2 of f64[2,3] are one. Name two.'],
  [() => matrixTrace(tensor([1])), 'matrixTrace: axis 1 is out of range for f64[1]: axes are -1…0.'],
  [() => tri(-1), 'tri: [-1,-1] is not a shape: extents are integers ≥ 0.'],
  [() => tril(tensor([1])), 'tril: f64[1] is not a matrix: it needs two axes.'],
  [() => triu(m, 0.5), 'triu: the diagonal -0.5 is not an integer.'],
  [() => logspace(0, 1, -1), 'logspace: the count -1 is not an integer ≥ 0.'],
  [() => logspace(0, Number.NaN, 2), 'logspace: start 0 and stop NaN must be finite.'],
  [() => logspace(0, 1, 2, 0), 'logspace: the base 0 is not positive.'],
  [() => meshgrid([m]), 'meshgrid: f64[2,3] is not a vector.'],
  [() => meshgrid([m], { indexing: 'yx' as never }), `meshgrid: indexing is "yx". Use 'xy' or 'ij'.`],
  [() => tile(m, -1), 'tile: [-1] are not counts ≥ 0.'],
  [() => repeat(m, 1.5), 'repeat: [1.5] are not counts ≥ 0.'],
  [() => repeat(m, [1, 2], 1), 'repeat: 2 counts for the 3 along axis 1 of f64[2,3].'],
  [() => roll(m, 0.5, 0), 'roll: shifts [0.5] are not integers, one for each of the axes [0].'],
  [() => roll(m, [1, 2], 0), 'roll: shifts [1,2] are not integers, one for each of the axes [0].'],
  [() => moveAxis(m, [0, 1], 0), 'moveAxis: axes [0,1] of f64[2,3] and places [0] differ in number.'],
  [() => moveAxis(m, [0, 0], [0, 1]), 'moveAxis: [0,0] names an axis of f64[2,3] twice.'],
  [() => swapAxes(m, 0, 2), 'swapAxes: axis 2 is out of range for f64[2,3]: axes are -2…1.'],
])('errors: %#', (call, message) => {
  expect(call).toThrow(message);
});

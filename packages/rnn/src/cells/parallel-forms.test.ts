import { flatten, grad, greater, key, mul, normal, stack, sum, unstack, where, zipTrees } from '@throughline/autograd';
import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { type AnyCell, type Dims, type StateTree, unroll } from '../index.ts';
import { lru, minGru, minLstm, rgLru, s4d, s4dInv, s6 } from './index.ts';
import { whereValid } from './valid.ts';

const cells: readonly { readonly cell: AnyCell; readonly dims: Dims }[] = [
  { cell: minGru, dims: { I: 2, H: 3 } },
  { cell: minLstm, dims: { I: 2, H: 3 } },
  { cell: lru, dims: { I: 2, H: 3, N: 4 } },
  { cell: s4d, dims: { I: 3, H: 3, N: 2 } },
  { cell: s4d.with({ omega: s4dInv }), dims: { I: 2, H: 2, N: 3 } },
  { cell: s6, dims: { I: 3, H: 3, N: 2, R: 1 } },
  { cell: rgLru, dims: { I: 3, H: 3 } },
];

type Results = { readonly out: Tensor; readonly last: StateTree };
type Point = { readonly params: object; readonly xs: Tensor; readonly from: StateTree };

/** The steps in a loop, each row's state held where the step is not valid. */
function looped(cell: AnyCell, { params, xs, from }: Point, valid: Tensor): Results {
  let state = from;
  const counts = unstack(valid);
  const outs = unstack(xs).map((x, t) => {
    const { state: next, out } = cell.step(params as never, state, x); // of a cell whose names are unknown
    const rows = counts[t] as Tensor; // one per step
    const held = (a: Tensor, b: Tensor): Tensor => where(whereRows(rows, a), a, b);
    state = zipTrees(next as StateTree, state, held) as StateTree;
    return out;
  });
  return { out: whereValid(valid, stack(outs), 0), last: state };
}
const whereRows = (rows: Tensor, like: Tensor): Tensor => rows.reshape([-1, ...like.shape.slice(1).map(() => 1)]);

const inOneGo = (cell: AnyCell, { params, xs, from }: Point, valid?: Tensor): Results => {
  const result = cell.parallel?.(params as never, from, xs, valid) as Results | undefined; // as above
  if (result === undefined) throw new Error(`${cell.name} has no parallel form`);
  return { out: whereValid(valid, result.out, 0), last: result.last };
};

/** Values, and the gradient of a weighted sum of them with respect to parameters, inputs and the initial state. */
function everything(run: (point: Point) => Results, point: Point): readonly Tensor[] {
  const loss = (at: Point): Tensor =>
    flatten('test', run(at))
      .leaves.map((leaf, i) => sum(mul(leaf, normal(key(100 + i), [...leaf.shape]))))
      .reduce((a, b) => a.add(b));
  return [...flatten('test', run(point)).leaves, ...flatten('test', grad(loss)(point)).leaves];
}

function off(actual: readonly Tensor[], expected: readonly Tensor[]): number {
  expect(actual.length).toBe(expected.length);
  const parts = expected.map((b, k) => {
    const [left, right] = [(actual[k] as Tensor).toTypedArray(), b.toTypedArray()]; // as many
    return Math.max(0, ...right.map((y, i) => Math.abs((left[i] as number) - y) / (1 + Math.abs(y))));
  });
  return Math.max(...parts);
}

const pointOf = (cell: AnyCell, dims: Dims, T: number, B: number): Point => {
  const params = cell.init(key(T), dims);
  const { last } = unroll(cell, params, normal(key(T + 1), [2, B, dims.I]));
  return { params, xs: normal(key(T + 2), [T, B, dims.I]), from: last };
};

describe.each(cells.map((one) => [one.cell.name, one] as const))('%s', (_, { cell, dims }) => {
  test.each([1, 2, 7, 13])('in one go = step by step, values and gradients, T = %i', (T) => {
    const point = pointOf(cell, dims, T, 2);
    const steps = everything(({ params, xs, from }) => {
      const { out, last } = unroll(cell, params as never, xs, { from }); // as above
      return { out, last };
    }, point);
    expect(
      off(
        everything((at) => inOneGo(cell, at), point),
        steps,
      ),
    ).toBeLessThanOrEqual(1e-12);
    // and not by being blind
    const later = everything((at) => inOneGo(cell, { ...at, xs: at.xs.add(1e-6) }), point);
    expect(off(later, steps)).toBeGreaterThan(1e-9);
  });

  test('rows are held where steps are not valid: in the middle, at the end, and everywhere', () => {
    const point = pointOf(cell, dims, 7, 4);
    const valid = greater(
      tensor([
        [1, 1, 0, 0],
        [1, 1, 1, 0],
        [1, 0, 0, 0],
        [1, 0, 1, 0],
        [1, 1, 1, 0],
        [1, 0, 1, 0],
        [1, 0, 1, 0],
      ]),
      0,
    );
    const masked = everything((at) => inOneGo(cell, at, valid), point);
    expect(
      off(
        masked,
        everything((at) => looped(cell, at, valid), point),
      ),
    ).toBeLessThanOrEqual(1e-12);
    expect(
      off(
        masked,
        everything((at) => inOneGo(cell, at), point),
      ),
    ).toBeGreaterThan(1e-3);
  });
});

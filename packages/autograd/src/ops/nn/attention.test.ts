import { ones, type Tensor, tensor, zeros } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { grad, key, normal, slice, sum, transpose } from '../../index.ts';
import { dotProductAttention } from '../../nn/index.ts';

const [q, k, v] = [normal(key(1), [3, 2]), normal(key(2), [3, 2]), normal(key(3), [3, 4])];

/** The same in plain loops. */
function byHand(seen: (l: number, s: number) => boolean): number[][] {
  const [a, b, c] = [q, k, v].map((x) => x.toArray() as number[][]) as [number[][], number[][], number[][]];
  return a.map((row, l) => {
    const dot = (other: number[]): number => other.reduce((total, y, i) => total + y * (row[i] ?? Number.NaN), 0);
    const scores = b.map((other, s) => (seen(l, s) ? Math.exp(dot(other) / Math.SQRT2) : 0));
    const total = scores.reduce((x, y) => x + y, 0) || 1;
    return [0, 1, 2, 3].map((j) => scores.reduce((x, w, s) => x + w * (c[s]?.[j] ?? Number.NaN), 0) / total);
  });
}

function expectClose(y: Tensor, expected: number[][]): void {
  expected.flat().forEach((value, i) => {
    expect(y.data[i]).toBeCloseTo(value, 13);
  });
}

describe('dotProductAttention', () => {
  it('is what the formula says, masked or not', () => {
    expectClose(
      dotProductAttention(q, k, v),
      byHand(() => true),
    );
    expectClose(
      dotProductAttention(q, k, v, { causal: true }),
      byHand((l, s) => s <= l),
    );
    const rows = [
      [true, false, true],
      [false, false, false],
      [false, true, false],
    ];
    const mask = tensor(rows);
    expectClose(
      dotProductAttention(q, k, v, { mask }),
      byHand((l, s) => rows[l]?.[s] === true),
    );
    expectClose(
      dotProductAttention(q, k, v, { mask, causal: true }),
      byHand((l, s) => rows[l]?.[s] === true && s <= l),
    );
  });

  it('does not look ahead when causal', () => {
    const first = (values: Tensor): Tensor => sum(slice(dotProductAttention(q, k, values, { causal: true }), [0], [2]));
    expect((grad(first)(v).toArray() as number[][])[2]).toEqual([0, 0, 0, 0]);
  });

  it('gives zeros, and zero gradients, to a query that sees nothing', () => {
    const mask = tensor([false, false, false]);
    const f = (all: [Tensor, Tensor, Tensor]): Tensor => sum(dotProductAttention(...all, { mask }));
    expect(dotProductAttention(q, k, v, { mask }).toArray()).toEqual(zeros([3, 4]).toArray());
    for (const gradient of grad(f)([q, k, v])) expect(Array.from(gradient.data).every((x) => x === 0)).toBe(true);
  });

  it('takes scores too large for exp, and no keys, no queries, no features', () => {
    const large = dotProductAttention(
      tensor([[1e200, 0]]),
      tensor([
        [1e90, 0],
        [1e100, 0],
      ]),
      tensor([[1], [2]]),
    );
    expect(large.toArray()).toEqual([[2]]);
    expect(dotProductAttention(q, zeros([0, 2]), zeros([0, 4])).toArray()).toEqual(zeros([3, 4]).toArray());
    expect(dotProductAttention(zeros([0, 2]), k, v, { causal: true }).shape).toEqual([0, 4]);
    expect(dotProductAttention(zeros([1, 0]), zeros([2, 0]), tensor([[1], [3]])).toArray()).toEqual([[2]]);
  });

  it('has time in front, or second with batchFirst; masks are per batch then', () => {
    const batch = (x: Tensor): Tensor => normal(key(4), [2, ...x.shape]);
    const [bq, bk, bv] = [q, k, v].map(batch) as [Tensor, Tensor, Tensor];
    const mask = normal(key(5), [2, 3, 3]).greater(0);
    const expected = dotProductAttention(bq, bk, bv, { batchFirst: true, mask });
    const front = (x: Tensor): Tensor => transpose(x, [1, 0, 2]);
    expect(front(dotProductAttention(front(bq), front(bk), front(bv), { mask })).toArray()).toEqual(expected.toArray());
    const heads = dotProductAttention(ones([2, 3, 4, 5]), ones([2, 6, 4, 5]), ones([2, 6, 4, 7]), { batchFirst: true });
    expect(heads.shape).toEqual([2, 3, 4, 7]);
  });

  it('refuses what does not fit', () => {
    expect(() => dotProductAttention(q, k, zeros([2, 4]))).toThrow(
      'dotProductAttention: f64[3,2], f64[3,2], f64[2,4] are not [L, …, E], [S, …, E], [S, …, V].',
    );
    expect(() => dotProductAttention(q, k, v, { batchFirst: true })).toThrow(
      'dotProductAttention: f64[3,2], f64[3,2], f64[3,4] are not [B, L, …, E], [B, S, …, E], [B, S, …, V].',
    );
    expect(() => dotProductAttention(q, k, v, { mask: ones([3, 3]) })).toThrow(
      'dotProductAttention: the mask is f64[3,3], not bool. Compare it: notEqual(mask, 0).',
    );
    expect(() => dotProductAttention(q, k, v, { mask: tensor([true, false]) })).toThrow(
      'dotProductAttention: the mask is bool[2], which does not broadcast to the scores, [3,3].',
    );
    expect(() => dotProductAttention(tensor(1), k, v)).toThrow(
      'dotProductAttention: time is axis 0, which f64[] does not have. Use expandDims.',
    );
  });
});

import { full, type Tensor, tensor } from '@throughline/tensor';
import { maxDeviation } from '@throughline/tensor/testing';
import { describe, expect, test } from 'vitest';
import { einsum } from '../arrays/index.ts';
import { associativeScan } from '../control/index.ts';
import { add, evaluate, flip, grad, mul, scan, slice, sum, tanh, trace } from '../index.ts';
import { verify } from '../symbolic/index.ts';

const lengths = [...Array.from({ length: 18 }, (_, n) => n), 31, 32, 33, 97];
const product = (a: Tensor, b: Tensor): Tensor => einsum('tij,tjk->tik', a, b);

/** 2×2 matrices near the identity, which do not commute. */
const matrices = (length: number): Tensor =>
  tensor(
    Array.from({ length: length * 4 }, (_, i) => (i % 4 === 0 || i % 4 === 3 ? 1 : 0) + 0.1 * Math.sin(i + 1)),
    { shape: [length, 2, 2] },
  );

/** The oracle: row by row, the earlier on the left. */
function oneByOne(combine: (a: Tensor, b: Tensor) => Tensor, xs: Tensor, reverse: boolean): Tensor {
  const ordered = reverse ? flip(xs, 0) : xs;
  const first = slice(ordered, [0], [1]);
  const rest = slice(ordered, [1], [ordered.shape[0] as number]); // rank ≥ 1
  const { ys } = scan(
    (c: Tensor, x: Tensor) => {
      const next = combine(c, x.reshape([1, ...x.shape]));
      return { carry: next, y: next.reshape(x.shape) };
    },
    first,
    rest,
  );
  const joined = tensor(
    [first, ys].flatMap((x) => [...x.data]),
    { shape: xs.shape },
  );
  return reverse ? flip(joined, 0) : joined;
}

describe('the same as row by row', () => {
  test.each(lengths)('at length %i: int32 exactly, a product of matrices to 1e-12, both directions', (length) => {
    const n = tensor(
      Int32Array.from({ length }, (_, i) => (i * 7) % 5),
      { shape: [length] },
    );
    const sums = [...n.data].map((_, t) => [...n.data].slice(0, t + 1).reduce((a, b) => a + b, 0));
    expect([...associativeScan(add, n).data]).toEqual(sums);
    if (length === 0) {
      expect(String(associativeScan(product, matrices(0)))).toBe('f64[0,2,2] []');
      return;
    }
    for (const reverse of [false, true]) {
      const xs = matrices(length);
      expect(maxDeviation(associativeScan(product, xs, { reverse }), oneByOne(product, xs, reverse))).toBeLessThan(
        1e-12,
      );
    }
  });
});

test('combine runs about 2 log₂ T times, on fewer than 2T rows', () => {
  let calls = 0;
  let rows = 0;
  const counting = (a: Tensor, b: Tensor): Tensor => {
    calls++;
    rows += a.shape[0] ?? 0;
    return add(a, b);
  };
  associativeScan(counting, full([1000], 1));
  expect(calls).toBeLessThanOrEqual(2 * 10);
  expect(rows).toBeLessThan(2000);
});

test('gradients are those of a loop, eager and recorded, at order 1 and 2', () => {
  const f = (x: Tensor) => sum(tanh(associativeScan(mul, x)));
  const g = (x: Tensor) =>
    sum(
      tanh(
        scan(
          (c: Tensor, v: Tensor) => {
            const y = mul(c, v);
            return { carry: y, y };
          },
          tensor(1),
          x,
        ).ys,
      ),
    );
  for (const length of [1, 2, 5, 7, 8]) {
    const x = tensor(Array.from({ length }, (_, i) => 1 + 0.1 * Math.cos(i)));
    const second = (h: (x: Tensor) => Tensor) => grad((y: Tensor) => sum(mul(grad(h)(y), y)));
    for (const [ours, theirs] of [
      [grad(f), grad(g)],
      [second(f), second(g)],
    ] as const) {
      expect(maxDeviation(ours(x), theirs(x))).toBeLessThan(1e-12);
      expect(maxDeviation(evaluate(verify(trace(ours, x)), [x])[0] as Tensor, theirs(x))).toBeLessThan(1e-12); // one output
    }
  }
});

test('trees, whose keys may come back in another order', () => {
  type Pair = { a: Tensor; b: Tensor };
  const both = (p: Pair, q: Pair): Pair => ({ b: add(p.b, q.b), a: mul(p.a, q.a) });
  const { a, b } = associativeScan(both, { a: tensor([1, 2, 3]), b: tensor([1, 2, 3]) });
  expect([String(a), String(b)]).toEqual(['f64[3] [1, 2, 6]', 'f64[3] [1, 3, 6]']);
});

test('refused', () => {
  const wrong = (combine: (a: Tensor, b: Tensor) => unknown, xs: unknown = tensor([1, 2, 3])) =>
    associativeScan(combine as (a: Tensor, b: Tensor) => Tensor, xs as Tensor); // wrong on purpose
  expect(() => wrong(add, tensor(1))).toThrow('associativeScan: xs is f64[]: a sequence needs a leading axis.');
  expect(() => wrong(add, [tensor([1]), tensor([1, 2])])).toThrow(
    'associativeScan: xs[1] is f64[2], but xs[0] is f64[1]: lengths differ.',
  );
  expect(() => wrong(add, {})).toThrow('associativeScan: xs has no tensor. Pass a tree with leaves.');
  expect(() => wrong((a, b) => sum(add(a, b)))).toThrow(
    'associativeScan: combine takes f64[1] but gives f64[] at xs. It works on all rows at once: keep their type.',
  );
  expect(() => wrong((a) => ({ a }))).toThrow(
    'associativeScan: combine takes * but gives {a:*}. Return the tree it was given.',
  );
  expect(() => wrong(async (a) => a)).toThrow(
    'associativeScan: combine is an async function (it returned a Promise), so its ops would run after associativeScan has returned.',
  );
});

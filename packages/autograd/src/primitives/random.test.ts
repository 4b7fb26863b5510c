import { type Tensor, tensor } from '@throughline/tensor';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../evaluate.ts';
import {
  add,
  bernoulli,
  categorical,
  foldIn,
  grad,
  key,
  mean,
  mul,
  normal,
  permutation,
  scan,
  splitKey,
  sum,
  trace,
  uniform,
} from '../index.ts';

describe('keys', () => {
  it('are int32[2], one per seed, and split into different ones', () => {
    const keys = [key(0), key(1), key(2 ** 40), ...splitKey(key(0), 3), foldIn(key(0), 0), foldIn(key(0), 1)];
    expect(keys.every(({ dtype, shape }) => dtype === 'int32' && String(shape) === '2')).toBe(true);
    expect(new Set(keys.map(String)).size).toBe(keys.length);
    expect(String(splitKey(key(5))[1])).toBe(String(splitKey(key(5))[1]));
    expect(splitKey(key(5), 0)).toEqual([]);
  });

  it('fold in a number or an int32 scalar alike, so that a scan may count', () => {
    expect(String(foldIn(key(3), tensor(4, { dtype: 'int32' })))).toBe(String(foldIn(key(3), 4)));
    const counted = scan(
      (n: Tensor) => ({ carry: add(n, 1), y: foldIn(key(3), n) }),
      tensor(0, { dtype: 'int32' }),
      {},
      { length: 3 },
    ).ys;
    expect(counted.toArray()).toEqual([0, 1, 2].map((n) => foldIn(key(3), n).toArray()));
  });

  it('are refused when they are none', () => {
    expect(() => key(-1)).toThrow('key: the seed -1 is not an integer from 0 to 2^53 - 1.');
    expect(() => key(0.5)).toThrow('key: the seed 0.5 is not an integer from 0 to 2^53 - 1.');
    expect(() => normal(tensor([1, 2]), [3])).toThrow(
      'normal: the key is f64[2], not i32[2]. Make one with key(seed), more with splitKey(key).',
    );
    expect(() => splitKey(key(1), -2)).toThrow('splitKey: -2 is not a count. Use an integer ≥ 0.');
    expect(() => foldIn(key(1), tensor(-1, { dtype: 'int32' }))).toThrow(
      'foldIn: -1 is not a count. Use an integer ≥ 0.',
    );
    expect(() => foldIn(key(1), tensor(1))).toThrow("foldIn: the number is f64[], not i32[]. Use cast(n, 'int32').");
  });
});

describe('draws', () => {
  const n = 20_000;

  it('uniform lies in its range, with its mean', () => {
    const u = [...uniform(key(1), [n], { low: -2, high: 4 }).data];
    expect(Math.min(...u)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...u)).toBeLessThanOrEqual(4);
    expect(u.reduce((a, b) => a + b) / n).toBeCloseTo(1, 1);
    expect(uniform(key(1), [2, 3], { dtype: 'float32', high: 2 }).dtype).toBe('float32');
  });

  it('uniform passes gradients to tensor bounds, none to the key', () => {
    const u = uniform(key(1), []).item();
    const f = ({ low, high }: { low: Tensor; high: Tensor }) => uniform(key(1), [], { low, high });
    const { low, high } = grad(f)({ low: tensor(0), high: tensor(2) });
    expect([low.item(), high.item()]).toEqual([1 - u, u]);
  });

  it('normal has mean 0 and variance 1', () => {
    const z = normal(key(2), [n]);
    expect(mean(z).item()).toBeCloseTo(0, 1);
    expect(mean(mul(z, z)).item()).toBeCloseTo(1, 1);
    expect(normal(key(2), [0]).shape).toEqual([0]);
  });

  it('bernoulli has its probability, also by element', () => {
    expect(mean(bernoulli(key(3), 0.25, [n]).cast('float64')).item()).toBeCloseTo(0.25, 1);
    expect([...bernoulli(key(3), tensor([0, 1, Number.NaN])).data]).toEqual([0, 1, 0]);
    expect(bernoulli(key(3), tensor([[0.5], [0.5]]), [2, 3]).shape).toEqual([2, 3]);
  });

  it('permutation has each place once', () => {
    expect([...permutation(key(4), 13).data].sort((a, b) => a - b)).toEqual(Array.from({ length: 13 }, (_, i) => i));
    expect(permutation(key(4), 0).shape).toEqual([0]);
  });

  it('categorical follows softmax, never takes −∞, and is a constant to gradients', () => {
    const logits = tensor([Math.log(1), Math.log(3), Number.NEGATIVE_INFINITY]);
    const drawn = categorical(key(5), logits.broadcastTo([n, 3]));
    const share = (k: number) => mean(drawn.equal(k).cast('float64')).item();
    expect(share(0)).toBeCloseTo(0.25, 1);
    expect(share(1)).toBeCloseTo(0.75, 1);
    expect(share(2)).toBe(0);
    const f = (at: Tensor) => add(sum(at), categorical(key(5), at).cast('float64'));
    expect(grad(f)(tensor([1, 2])).toArray()).toEqual([1, 1]);
  });

  it('take keys as inputs of a Program: the same numbers, and others for another key', () => {
    const program = trace((k: Tensor) => normal(k, [4]), key(1));
    expect(String(evaluate(program, [key(1)])[0])).toBe(String(normal(key(1), [4])));
    expect(String(evaluate(program, [key(2)])[0])).toBe(String(normal(key(2), [4])));
  });

  it('name what is wrong', () => {
    expect(() => normal(key(1), [2], { dtype: 'int32' as never })).toThrow(
      "normal: draws floats, not int32. Use { dtype: 'float64' }, then cast.",
    );
    expect(() => uniform(key(1), [-1])).toThrow('uniform: [-1] is not a shape: extents are integers ≥ 0.');
    expect(() => categorical(key(1), tensor(0))).toThrow(
      'categorical: f64[] has no class to choose. Give logits a last axis of classes.',
    );
    expect(() => permutation(key(1), 2.5)).toThrow('permutation: 2.5 is not a count. Use an integer ≥ 0.');
  });
});

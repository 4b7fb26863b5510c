import { add, grad, matmul, mul, scan, scope, sum, tanh } from '@throughline/autograd';
import { qr } from '@throughline/autograd/linalg';
import { full, type Tensor, tensor, zeros } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { compile } from '../compile.ts';
import './index.ts';

const loss = (u: Tensor, xs: Tensor): Tensor =>
  sum(
    scan(
      (h: Tensor, x: Tensor) => ({ carry: scope({ gate: 'h' }, () => tanh(add(matmul(h, u), x))), y: {} }),
      zeros([3, 4]),
      xs,
    ).carry,
  );

describe('profile', () => {
  test('every kernel, how often it ran, and what share it took', () => {
    const step = compile(grad(loss));
    step(full([4, 4], 0.1), full([7, 3, 4], 0.5));
    const { rows, lines, ms, runs } = step.profile({ runs: 3 });
    expect(runs).toBe(3);
    const products = rows.filter(({ kind }) => kind === 'contract').toSorted((a, b) => a.kernel - b.kernel);
    expect(products.map(({ calls, flops }) => [calls, flops])).toEqual([
      [7, 2 * 7 * 48],
      [7, 2 * 7 * 48],
      [1, 2 * 16 * 21],
    ]);
    const total = (of: readonly { readonly ms: number; readonly share: number }[]) => [
      of.reduce((sum, one) => sum + one.ms, 0),
      of.reduce((sum, one) => sum + one.share, 0),
    ];
    expect(total(rows)[0]).toBeCloseTo(ms, 9);
    expect(total(rows)[1]).toBeCloseTo(1, 9);
    expect(total(lines)[0]).toBeCloseTo(ms, 9);
    expect(rows.map((row) => row.ms)).toEqual(rows.map((row) => row.ms).toSorted((a, b) => b - a));
    expect(rows.map(({ kernel }) => kernel).toSorted((a, b) => a - b)).toEqual(rows.map((_, k) => k));
  });

  test('lines of the user, and scopes alone when they are not asked for', () => {
    const step = compile(grad(loss));
    step(full([4, 4], 0.1), full([7, 3, 4], 0.5));
    const origins = (lines: boolean) =>
      step
        .profile({ runs: 1, lines })
        .rows.flatMap((row) => row.origins)
        .join('\n');
    expect(origins(true)).toMatch(/^gate h \/ at .*profile\.test\.ts:\d+:\d+$/m);
    expect(origins(false)).toContain('gate h');
    expect(origins(false)).not.toContain('profile.test.ts');
    expect(step.profile({ runs: 1 }).toString()).toMatch(
      /^\d+\.\d+ ms per call, the mean of 1\n[\s\S]*contract {3}[\s\S]*by scope and line\n/,
    );
  });

  test('a state stays where it is, and results are the same after it', () => {
    const count = compile((s: Tensor, x: Tensor) => ({ state: add(s, x), aux: mul(s, 2) }), { state: tensor(0) });
    expect([count(tensor(1)).item(), count(tensor(2)).item()]).toEqual([0, 2]);
    count.profile({ runs: 4 });
    expect(count.read().item()).toBe(3);
    expect(count(tensor(5)).item()).toBe(6);
    expect(count.read().item()).toBe(8);
  });

  test('arguments are those of the last call: what they stop, they stop again', () => {
    const f = compile((x: Tensor) => qr(x).r);
    f(
      tensor([
        [1, 2],
        [3, 5],
      ]),
    );
    const [row] = f.profile({ runs: 2 }).rows.filter(({ kind }) => kind === 'host');
    expect(row).toMatchObject({ what: 'qr', calls: 1, gflops: null, nsPerElement: null });
  });

  test('runs must be a count', () => {
    const f = compile((x: Tensor) => mul(x, x));
    f(tensor(1));
    expect(() => f.profile({ runs: 0 })).toThrow('profile: runs is 0, not a count of at least 1.');
  });
});

import { add, grad, key, matmul, mul, normal, sigmoid, sub, sum, tanh, unstack } from '@throughline/autograd';
import { full, type Tensor, tensor, zeros } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { flow, partial, total } from '../analysis/index.ts';
import { affine, defineCell, gate, gru, lstm, param, rnn, slot, unroll } from '../index.ts';
import { norm2 } from './norms.ts';

const [T, B, I, H] = [6, 3, 2, 4];
const xs = normal(key(5), [T, B, I]);
const params = lstm.init(key(2), { I, H });
const run = unroll(lstm, params, xs);
const { h, c, f, x, out } = run.lines;
const message = (ask: () => unknown): string => {
  try {
    ask();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};
const largest = (a: Tensor, b: Tensor): number =>
  Math.max(...a.toTypedArray().map((value, i) => Math.abs(value - (b.toTypedArray()[i] as number))));

describe('lines', () => {
  test('states have t = 0…T, the rest 1…T, and they are the run’s numbers', () => {
    expect([h.first, h.last, f.first, f.last, x.first, out.last]).toEqual([0, T, 1, T, 1, T]);
    expect(h.at(T).toArray()).toEqual(run.last.h.toArray());
    expect(c.at(0).toArray()).toEqual(zeros([B, H]).toArray());
    expect(run.lines).toBe(run.lines);
  });
  test.each([
    [() => h.at(T + 1), 'lines.h: there is no t = 7: a state has t = 0…6.'],
    [() => f.at(0), 'lines.f: there is no t = 0: an input, a tap or an output has t = 1…6.'],
    [() => h.at(1.5), 'lines.h: there is no t = 1.5: a state has t = 0…6.'],
    [() => h.at(-1), 'lines.h: there is no t = -1: a state has t = 0…6.'],
  ])('out of range %#', (ask, text) => expect(message(ask)).toBe(text));
});

describe('held and total', () => {
  test('along an LSTM’s belt with h held: exactly diag(f); in total: not', () => {
    for (let t = 1; t <= T; t++) {
      const held = partial(c.at(t), c.at(t - 1), { holding: h });
      expect(held.versus(f.at(t)).max).toBeLessThanOrEqual(1e-14);
      if (t > 1) expect(total(c.at(t), c.at(t - 1)).versus(f.at(t)).relative).toBeGreaterThan(0.01);
    }
    expect(total(c.at(1), c.at(0)).versus(f.at(1)).max).toBe(0); // the initial states are independent
  });

  test('along a GRU’s belt with its taps held: exactly diag(z)', () => {
    const { lines } = unroll(gru, gru.init(key(3), { I, H }), xs);
    for (let t = 1; t <= T; t++) {
      const { r, z, n } = lines;
      const held = partial(lines.h.at(t), lines.h.at(t - 1), { holding: { r, z, n } });
      expect(held.versus(z.at(t)).max).toBeLessThanOrEqual(1e-14);
    }
  });

  test('the ends of a path are never held', () => {
    const both = partial(h.at(3), h.at(2), { holding: h });
    expect(both.matrices().toArray()).toEqual(partial(h.at(3), h.at(2), { holding: [] }).matrices().toArray());
    expect(largest(partial(h.at(4), h.at(2), { holding: [h, c] }).matrices(), zeros([B, H, H]))).toBe(0);
  });

  test('one held value is not its whole line', () => {
    const one = partial(h.at(4), h.at(1), { holding: h.at(2) });
    const whole = partial(h.at(4), h.at(1), { holding: h });
    expect(largest(one.matrices(), whole.matrices())).toBeGreaterThan(1e-6);
    expect(one.name).toBe('∂h[4]/∂h[1] | h[2]');
    expect(String(whole)).toBe('∂h[4]/∂h[1] | h: 3 × [4,4]');
  });

  test('the product of the steps’ Jacobians is the whole one', () => {
    const { lines } = unroll(rnn, rnn.init(key(3), { I, H }), xs);
    for (let row = 0; row < B; row++) {
      let product = total(lines.h.at(1), lines.h.at(0)).matrix(row);
      for (let t = 2; t <= T; t++) product = matmul(total(lines.h.at(t), lines.h.at(t - 1)).matrix(row), product);
      expect(largest(product, total(lines.h.at(T), lines.h.at(0)).matrix(row))).toBeLessThanOrEqual(1e-12);
    }
  });

  test('it agrees with differences of the forward run', () => {
    const by = 1e-4;
    const at = (d: number): Tensor => {
      const from = {
        h: zeros([B, H]),
        c: tensor(
          Array.from({ length: B * H }, (_, i) => (i % H === 1 ? d : 0)),
          { shape: [B, H] },
        ),
      };
      return unroll(lstm, params, xs, { from }).last.h;
    };
    const slope = mul(add(mul(sub(at(by), at(-by)), 8), sub(at(-2 * by), at(2 * by))), 1 / (12 * by));
    const column = total(h.at(T), c.at(0)).jvp(
      tensor(
        Array.from({ length: B * H }, (_, i) => (i % H === 1 ? 1 : 0)),
        { shape: [B, H] },
      ),
    );
    expect(largest(column, slope)).toBeLessThan(1e-9);
  });

  test('no path: zero; a value by itself: the identity', () => {
    expect(total(h.at(2), h.at(3)).norm()).toBe(0);
    expect(total(h.at(2), h.at(2)).matrix(1).toArray()).toEqual(
      [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => (i === j ? 1 : 0))),
    );
    expect(total(x.at(3), h.at(0)).matrix().shape).toEqual([I, H]);
  });

  test('a state that is passed on has a place of its own', () => {
    const delay = defineCell({
      name: 'delay',
      params: { f: gate() },
      state: ['h', 'prev'],
      step(p, s, input) {
        const next = tanh(add(affine(p.f, input, s.h), s.prev));
        return { state: { h: next, prev: s.h }, out: next };
      },
    });
    const { lines } = unroll(delay, delay.init(key(1), { I, H }), xs);
    // ∂h[3]/∂prev[2] is one path, though prev[2] and h[1] are equal, and h[1] reaches h[3] on two.
    const one = total(lines.h.at(3), lines.prev.at(2));
    const { storage } = lines.h.at(3).concrete('test');
    const slopes = tensor(
      Array.from(storage, (value) => 1 - value * value),
      { shape: [B, H] },
    );
    expect(one.versus({ diagonal: slopes }).max).toBeLessThanOrEqual(1e-15);
    expect(largest(total(lines.h.at(3), lines.h.at(1)).matrices(), one.matrices())).toBeGreaterThan(1e-3);
  });

  test('matrices of a table of states, and a tap that is constant', () => {
    const table = defineCell({
      name: 'table',
      params: { a: param('KH'), f: gate() },
      state: { m: slot('BKH'), h: slot('BH') },
      step(p, { m, h: last }, input) {
        const gateValue = sigmoid(affine(p.f, input, last));
        return { state: { m: mul(m, p.a), h: sum(mul(m, p.a), 1) }, out: gateValue, taps: { a: p.a } };
      },
    });
    const { lines } = unroll(table, table.init(key(1), { I, H, K: 2 }), xs);
    expect(total(lines.m.at(2), lines.m.at(1)).matrix().shape).toEqual([8, 8]);
    expect(total(lines.h.at(2), lines.m.at(1)).matrix().shape).toEqual([4, 8]);
    expect(message(() => total(lines.h.at(2), lines.a.at(1)))).toBe(
      'total: a[1] does not depend on anything in the run, so nothing can be differentiated there.',
    );
  });
});

describe('a lazy Jacobian', () => {
  const J = total(h.at(4), c.at(1));
  test('vjp and jvp are its matrices times vectors', () => {
    const ct = normal(key(9), [B, H]);
    const tangent = normal(key(10), [B, H]);
    const left = sum(mul(J.vjp(ct), tangent)).item();
    expect(Math.abs(left - sum(mul(ct, J.jvp(tangent))).item())).toBeLessThanOrEqual(1e-14);
    expect(J.jvp(tangent).shape).toEqual([B, H]);
  });
  test('a tangent is pushed without the matrices, to the same values', () => {
    const tangent = normal(key(10), [B, H]);
    const lazy = total(h.at(4), c.at(1));
    const pushed = lazy.jvp(tangent);
    lazy.matrices();
    expect(largest(lazy.jvp(tangent), pushed)).toBeLessThanOrEqual(1e-15);
    expect(largest(total(h.at(1), c.at(4)).jvp(tangent), zeros([B, H]))).toBe(0); // no path
    expect(largest(total(x.at(1), x.at(1)).jvp(xs.slice([0, 0, 0], [1, B, I]).reshape([B, I])), x.at(1))).toBe(0);
  });
  test('norms, singular values, diagonal', () => {
    const matrix = J.matrix(1);
    const frobenius = Math.sqrt([...matrix.toTypedArray()].reduce((s, v) => s + v * v, 0));
    expect(Math.abs(J.norm('fro', 1) - frobenius)).toBeLessThan(1e-15);
    const values = [...J.singularValues(1).toTypedArray()];
    expect(J.norm(2, 1)).toBe(values[0]);
    expect(Math.abs(Math.sqrt(values.reduce((s, v) => s + v * v, 0)) - frobenius)).toBeLessThan(1e-14);
    expect(J.diagonal(1).toArray()).toEqual([0, 1, 2, 3].map((i) => (matrix.toArray() as number[][])[i]?.[i]));
  });
  test('versus finds the worst entry', () => {
    const matrices = J.matrices().toTypedArray();
    const at = (1 * H + 2) * H + 3;
    const moved = matrices.slice();
    moved[at] = (moved[at] as number) + 0.5;
    const { max, worst, relative } = J.versus(tensor(moved, { shape: [B, H, H] }));
    expect(Math.abs(max - 0.5)).toBeLessThan(1e-15);
    expect([worst.row, worst.i, worst.j, worst.left]).toEqual([1, 2, 3, matrices[at]]);
    expect(relative).toBeGreaterThan(0);
    expect(J.versus(J)).toMatchObject({ max: 0, relative: 0 });
    expect(J.versus(J.matrix(2), { row: 2 }).max).toBe(0);
    expect(J.versus(J.matrix(2)).max).toBeGreaterThan(0);
    moved[0] = Number.NaN;
    expect(J.versus(tensor(moved, { shape: [B, H, H] })).max).toBeNaN();
  });
  test('norms of vanished gradients do not underflow', () => {
    expect(norm2(full([4], 3e-200))).toBe(6e-200);
    expect(norm2(full([4], 1e200))).toBe(2e200);
    expect(norm2(tensor([0, -0]))).toBe(0);
    expect(norm2(tensor([1, Number.NaN]))).toBeNaN();
    expect(norm2(tensor([Number.NEGATIVE_INFINITY, 1]))).toBe(Number.POSITIVE_INFINITY);
  });
  test('one can differentiate it', () => {
    const norm = (p: typeof params): Tensor => {
      const { lines } = unroll(lstm, p, xs);
      const matrices = total(lines.h.at(3), lines.c.at(1)).matrices();
      return sum(mul(matrices, matrices));
    };
    const slope = grad(norm)(params).f.b.toTypedArray()[0] as number;
    const by = 1e-4;
    const moved = (d: number): number =>
      norm({ ...params, f: { ...params.f, b: add(params.f.b, tensor([d, 0, 0, 0])) } }).item();
    const expected = (8 * (moved(by) - moved(-by)) - (moved(2 * by) - moved(-2 * by))) / (12 * by);
    expect(Math.abs(slope - expected)).toBeLessThan(1e-10);
  });
  test.each([
    [() => J.matrix(3), '∂h[4]/∂c[1]: there is no row 3: the batch has rows 0…2.'],
    [() => J.vjp(zeros([B, 9])), '∂h[4]/∂c[1]: the cotangent is f64[3,9], y is f64[3,4].'],
    [() => J.jvp(zeros([9])), '∂h[4]/∂c[1]: the tangent is f64[9], x is f64[3,4].'],
    [() => J.versus(zeros([2, 2])), '∂h[4]/∂c[1]: cannot compare f64[3,4,4] with f64[2,2].'],
    [
      () => J.versus(x.at(1)),
      '∂h[4]/∂c[1]: cannot compare f64[3,4,4] with diag(f64[3,2]): it takes [3,4] and square matrices.',
    ],
    [() => total(h.at(1), x.at(1)).diagonal(), '∂h[1]/∂x[1]: f64[4,2] is not square, so it has no diagonal.'],
    [
      () => total(h.at(1), zeros([3, 4])),
      'total: x is f64[3,4], not a value of a run. Take one from run.lines, as in run.lines.h.at(3).',
    ],
    [() => total(h.at(1), unroll(lstm, params, xs).lines.h.at(0)), 'total: h[1] and h[0] belong to different runs.'],
    [
      () => partial(h.at(1), h.at(0), {} as never),
      'partial: does not say what is held. Pass { holding: … }, or use total.',
    ],
    [
      () => partial(h.at(1), h.at(0), { holding: unroll(lstm, params, xs).lines.c }),
      'partial: c is held, but belongs to another run.',
    ],
    [() => partial(h.at(1), h.at(0), { holding: zeros([1]) }), 'partial: f64[1] is held, but is not a value of a run.'],
  ])('errors %#', (ask, text) => expect(message(ask)).toBe(text));
});

describe('flow', () => {
  const target = full([B, H], 0.25);
  const squares = (a: Tensor): Tensor => sum(mul(sub(a, target), sub(a, target)));
  test('one sweep gives every value’s gradient', () => {
    const asked = flow(run, (lines) => squares(lines.out.at(T)));
    const ct = mul(sub(run.lines.h.at(T), target), 2);
    for (let t = 0; t <= T; t++) {
      const expected = total(h.at(T), c.at(t)).vjp(ct);
      expect(largest(asked.cotangent('c', t), expected)).toBeLessThanOrEqual(1e-15);
      expect(asked.norms('c')[t]).toBe(norm2(asked.cotangent('c', t)));
    }
    expect([asked.norms('h').length, asked.norms('f').length]).toEqual([T + 1, T]);
    expect(asked.loss).toBe(squares(run.last.h).item());
    const toInputs = unstack(grad((input: Tensor) => squares(unroll(lstm, params, input).last.h))(xs));
    for (const [n, expected] of toInputs.entries()) {
      expect(largest(asked.cotangent('x', n + 1), expected)).toBeLessThanOrEqual(1e-15);
    }
  });
  test('a loss that reads early steps only does not reach the later ones', () => {
    const asked = flow(run, (lines) => squares(lines.out.at(2)));
    expect(asked.norms('h').slice(3)).toEqual([0, 0, 0, 0]);
  });
  test.each([
    [
      () => flow(run, (lines) => lines.out.at(T)),
      'flow: the loss must be a scalar tensor, got f64[3,4]. Use sum or mean.',
    ],
    [
      () => flow(run, (lines) => squares(lines.out.at(T))).norms('q' as 'h'),
      'flow: there is no line q; there are h, c, x, out, f, i, o, g.',
    ],
    [() => flow(run, (lines) => squares(lines.out.at(T))).cotangent('f', 0), 'flow: f has no t = 0: t = 1…6.'],
  ])('errors %#', (ask, text) => expect(message(ask)).toBe(text));
});

/** Mistakes that the type checker must find; none is run. */
const mistakes = [
  // @ts-expect-error what is held must be named
  () => partial(h.at(1), h.at(0)),
  // @ts-expect-error holding is missing
  () => partial(h.at(1), h.at(0), {}),
  // @ts-expect-error there is no line q
  () => flow(run, (lines) => sum(lines.q.at(1))),
  // @ts-expect-error there is no line q
  () => flow(run, (lines) => sum(lines.h.at(1))).norms('q'),
];
test('what must not type-check does not', () => expect(mistakes).toHaveLength(4));

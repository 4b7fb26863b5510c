import { add, contract, key, matmul, mul, normal, sigmoid, sub, tanh } from '@throughline/autograd';
import { type Tensor, tensor, zeros } from '@throughline/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AnyCell,
  affine,
  defineCell,
  gate,
  gru,
  gruResetBefore,
  type Line,
  lstm,
  param,
  rnn,
  rnnRelu,
  unroll,
} from '../../index.ts';
import { partial, paths, total } from '../index.ts';

const far = (a: Tensor, b: Tensor): number => {
  expect(a.shape).toEqual(b.shape);
  const right = b.toTypedArray();
  return Math.max(0, ...a.toTypedArray().map((value, i) => Math.abs(value - (right[i] as number))));
};
const message = (ask: () => unknown): string => {
  try {
    ask();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

/** Two belts that feed each other, a gate that looks at the next state, and a peephole. */
const invented = defineCell({
  name: 'invented',
  params: { f: gate(), k: gate(), o: gate(), peep: param('H'), mix: param('HH') },
  state: ['a', 's'],
  step(p, { a, s }, x) {
    const f = sigmoid(affine(p.f, x, a).add(mul(p.peep, s)));
    const k = tanh(affine(p.k, x, s));
    const sNext = f.mul(s).add(sub(1, f).mul(k));
    const o = sigmoid(affine(p.o, x, sNext));
    const aNext = o.mul(tanh(sNext)).add(matmul(a, p.mix));
    return { state: { a: aNext, s: sNext }, out: aNext, taps: { f, k, o } };
  },
});
const cells: readonly AnyCell[] = [rnn, rnnRelu, lstm, gru, gruResetBefore, invented];
const setting = fc.record({
  T: fc.integer({ min: 1, max: 5 }),
  B: fc.integer({ min: 1, max: 3 }),
  I: fc.integer({ min: 1, max: 3 }),
  H: fc.integer({ min: 1, max: 4 }),
  seed: fc.nat(1000),
});
const linesOf = (cell: AnyCell, { T, B, I, H, seed }: { T: number; B: number; I: number; H: number; seed: number }) =>
  unroll(cell, cell.init(key(seed), { I, H }), normal(key(seed + 1), [T, B, I]), { taps: true })
    .lines as unknown as Record<string, Line>;
const sumOf = (parts: readonly { matrices(): Tensor }[]): Tensor =>
  parts.map((part) => part.matrices()).reduce((a, b) => add(a, b));

describe.each(cells.map((cell) => [cell.name, cell] as const))('%s', (_, cell) => {
  const names = (lines: Record<string, Line>): string[] =>
    Object.keys(lines).filter((name) => name !== 'x' && name !== 'out');

  test('the parts add up to the total, whichever lines are named, over one step or several', () => {
    fc.assert(
      fc.property(setting, fc.nat(5), fc.nat(31), fc.boolean(), (at, back, chosen, toTap) => {
        const lines = linesOf(cell, at);
        const named = names(lines).filter((_name, i) => (chosen >> i) % 2 === 1);
        fc.pre(named.length > 0);
        const from = Math.max(0, at.T - 1 - back);
        for (const [of, on] of cell.stateNames.flatMap((a) => cell.stateNames.map((b) => [a, b] as const))) {
          const tap = names(lines).find((name) => lines[name]?.first === 1);
          const y = (toTap && tap !== undefined ? lines[tap] : lines[of]) as Line;
          const x = lines[on] as Line;
          const by = Object.fromEntries(named.map((name) => [name, lines[name] as Line]));
          const found = paths(y.at(at.T), x.at(from), { by });
          const parts = [found.direct, ...Object.values(found.via)];
          const whole = total(y.at(at.T), x.at(from)).matrices();
          expect(far(found.total.matrices(), whole)).toBe(0);
          expect(far(sumOf(parts), whole)).toBeLessThanOrEqual(1e-12);
          // A part is its definition, by other questions: first to a named value with the rest held, then on in any way.
          const held = Object.values(by);
          expect(far(found.direct.matrices(), partial(y.at(at.T), x.at(from), { holding: held }).matrices())).toBe(0);
          for (const name of named) {
            const line = lines[name] as Line;
            const byTime: Tensor[] = [zeros(whole.shape)];
            for (let t = line.first; t <= at.T; t++) {
              const v = line.at(t);
              const isEnd = v === y.at(at.T) || v === x.at(from);
              const late = total(y.at(at.T), v).matrices();
              const early = partial(v, x.at(from), { holding: held }).matrices();
              const product = contract('bij,bjk->bik', late, early);
              const one = found.at(name, t).matrices();
              if (!isEnd) {
                expect(far(one, product)).toBeLessThanOrEqual(1e-12);
                byTime.push(product);
              } else expect(far(one, zeros(whole.shape))).toBe(0);
            }
            const all = byTime.reduce((a, b) => add(a, b));
            expect(far(found.via[name]?.matrices() as Tensor, all)).toBeLessThanOrEqual(1e-12);
          }
          const shares = Object.values(found.shares()).reduce((a, b) => a + b, 0);
          if (found.total.norm() > 1e-12) expect(Math.abs(shares - 1)).toBeLessThanOrEqual(1e-10);
        }
      }),
      { numRuns: 12 },
    );
  });
});

describe('one step of an LSTM', () => {
  const [B, I, H] = [2, 2, 3];
  const params = lstm.init(key(2), { I, H });
  const { h, c, f, i, g, o } = unroll(lstm, params, normal(key(5), [4, B, I])).lines;
  const found = paths(c.at(3), c.at(2), { by: { f, i, g } });
  const diag = (v: Tensor, row: number): number[] => [...v.data].slice(row * H, (row + 1) * H);
  /** diag(left) Uᵀ diag(right), written out. */
  const product = (left: number[], U: Tensor, right: number[]): number[][] =>
    left.map((l, a) => right.map((r, b) => l * (U.data[b * H + a] as number) * r));

  test('direct is diag(f); via each gate is the formula', () => {
    expect(found.direct.versus(f.at(3)).max).toBe(0);
    for (let row = 0; row < B; row++) {
      const [c2, o2] = [diag(c.at(2), row), diag(o.at(2), row)];
      const out = c2.map((value, n) => (o2[n] as number) * (1 - Math.tanh(value) ** 2)); // ∂h[2]/∂c[2]
      const [ft, it, gt] = [diag(f.at(3), row), diag(i.at(3), row), diag(g.at(3), row)];
      const cases = {
        f: product(
          ft.map((v, n) => (c2[n] as number) * v * (1 - v)),
          params.f.U,
          out,
        ),
        i: product(
          it.map((v, n) => (gt[n] as number) * v * (1 - v)),
          params.i.U,
          out,
        ),
        g: product(
          gt.map((v, n) => (it[n] as number) * (1 - v * v)),
          params.g.U,
          out,
        ),
      };
      for (const [name, expected] of Object.entries(cases)) {
        const part = found.via[name as 'f'].matrix(row);
        expect(far(part, tensor(expected))).toBeLessThanOrEqual(1e-15);
        expect(part.toArray()).not.toEqual(zeros([H, H]).toArray());
      }
    }
  });
  test('the order of names is nothing; names may stand for many lines, or single values', () => {
    const turned = paths(c.at(3), c.at(2), { by: { g, i, f } });
    expect(far(turned.via.f.matrices(), found.via.f.matrices())).toBe(0);
    const { gates } = paths(c.at(3), c.at(2), { by: { gates: [f, i, g] } }).via;
    expect(far(gates.matrices(), sumOf(Object.values(found.via)))).toBeLessThanOrEqual(1e-16);
    const one = paths(c.at(3), c.at(2), { by: { h2: h.at(2) } });
    expect(one.direct.versus(f.at(3)).max).toBe(0);
    expect(far(one.via.h2.matrices(), gates.matrices())).toBeLessThanOrEqual(1e-16);
  });
  test('of two names on one path, the first counts', () => {
    // Every path from c[2] that leaves the belt comes to h[2] before it comes to a gate.
    const both = paths(c.at(3), c.at(2), { by: { f, i, g, h } });
    for (const name of ['f', 'i', 'g'] as const) expect(both.via[name].norm()).toBe(0);
    expect(far(both.via.h.matrices(), sumOf(Object.values(found.via)))).toBeLessThanOrEqual(1e-16);
  });
  test('names', () => {
    expect(String(found.direct)).toBe('∂c[3]/∂c[2] | f, i, g: 2 × [3,3]');
    expect(found.via.f.name).toBe('∂c[3]/∂c[2] via f');
    expect(found.at('f', 3).name).toBe('∂c[3]/∂c[2] via f[3]');
    expect(Object.keys(found.shares())).toEqual(['direct', 'f', 'i', 'g']);
  });
  test('no path at all: everything is zero, and no share is defined', () => {
    const none = paths(c.at(1), c.at(2), { by: { f } });
    expect([none.total.norm(), none.direct.norm(), none.via.f.norm()]).toEqual([0, 0, 0]);
    expect(none.shares()).toEqual({ direct: Number.NaN, f: Number.NaN });
  });
  test.each([
    [() => paths(c.at(3), c.at(2), { by: {} }), 'paths: by names nothing. Pass lines, as in { by: { f, i, g } }.'],
    [() => paths(c.at(3), c.at(2), {} as never), 'paths: by names nothing. Pass lines, as in { by: { f, i, g } }.'],
    [
      () => paths(c.at(3), c.at(2), { by: { h, out: h.at(2) } }),
      'paths: h[2] is named by both h and out. Name it once.',
    ],
    [
      () => paths(c.at(3), c.at(2), { by: { direct: h } }),
      'paths: a part is named direct, which is the rest. Rename it.',
    ],
    [() => found.at('o' as 'f', 1), 'paths: there is no part o; there are f, i, g.'],
    [
      () => paths(c.at(3), zeros([1]), { by: { h } }),
      'paths: x is f64[1], not a value of a run. Take one from run.lines, as in run.lines.h.at(3).',
    ],
    [
      () => paths(c.at(3), c.at(2), { by: { h: unroll(lstm, params, zeros([4, B, I])).lines.h } }),
      'paths: h is held, but belongs to another run.',
    ],
  ])('errors %#', (ask, text) => expect(message(ask)).toBe(text));
});

/** Mistakes that the type checker must find; none is run. */
const mistakes = (): unknown => {
  const { c, f } = unroll(lstm, lstm.init(key(2), { I: 1, H: 1 }), zeros([2, 1, 1])).lines;
  // @ts-expect-error there is no part o
  return paths(c.at(2), c.at(1), { by: { f } }).via.o;
};
test('what must not type-check does not', () => expect(mistakes).toBeTypeOf('function'));

import {
  argmax,
  bind,
  cast,
  checkpoint,
  customVjp,
  definePrimitive,
  greater,
  less,
  mul,
  scan,
  sigmoid,
  stopGradient,
  sub,
  sum,
  tanh,
  where,
} from '@throughline/autograd';
import { cond, whileLoop } from '@throughline/autograd/control';
import type { Tensor } from '@throughline/tensor';
import { describe, expect, test } from 'vitest';
import { type AnyCell, affine, defineCell, gate, gru, gruResetBefore, lstm, param, rnn, slot } from '../../index.ts';
import { dependsOn } from '../index.ts';

const message = (ask: () => unknown): string => {
  try {
    ask();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

/** Gers and Schmidhuber 2000: f and i look at c, o at the next c. */
const peephole = defineCell({
  name: 'peephole',
  params: { f: gate(), i: gate(), o: gate(), g: gate(), pf: param('H'), pi: param('H'), po: param('H') },
  state: ['h', 'c'],
  step(p, { h, c }, x) {
    const f = sigmoid(affine(p.f, x, h).add(mul(p.pf, c)));
    const i = sigmoid(affine(p.i, x, h).add(mul(p.pi, c)));
    const g = tanh(affine(p.g, x, h));
    const cNext = f.mul(c).add(i.mul(g));
    const o = sigmoid(affine(p.o, x, h).add(mul(p.po, cNext)));
    const hNext = o.mul(tanh(cNext));
    return { state: { h: hNext, c: cNext }, out: hNext, taps: { f, i, o, g } };
  },
});

describe('gates', () => {
  test('an LSTM’s look at h and x, not at c; with peepholes f, i and o do', () => {
    for (const name of ['f', 'i', 'o', 'g']) {
      expect(dependsOn(lstm, name, 'c')).toBe(false);
      expect(dependsOn(lstm, name, 'h')).toBe(true);
      expect(dependsOn(lstm, name, 'x')).toBe(true);
      expect(dependsOn(peephole, name, 'c')).toBe(name !== 'g');
      expect(dependsOn(lstm, name, 'c', { by: 'derivative' })).toBe(false);
      expect(dependsOn(peephole, name, 'c', { by: 'derivative' })).toBe(name !== 'g');
      expect(dependsOn(lstm, name, 'c', { steps: 2 })).toBe(true);
    }
    expect([dependsOn(lstm, 'c', 'o'), dependsOn(lstm, 'h', 'o'), dependsOn(lstm, 'c', 'c')]).toEqual([
      false,
      true,
      true,
    ]);
  });
  test('parameters, by name or by gate', () => {
    expect(dependsOn(lstm, 'c', 'o.U')).toBe(false);
    expect(dependsOn(lstm, 'c', 'f.U')).toBe(true);
    expect(dependsOn(lstm, 'f', 'g.W')).toBe(false);
    expect([dependsOn(rnn, 'h', 'h.U'), dependsOn(rnn, 'out', 'h')]).toEqual([true, true]);
    expect([dependsOn(gru, 'n', 'r'), dependsOn(gru, 'z', 'r'), dependsOn(gruResetBefore, 'n', 'h')]).toEqual([
      true,
      false,
      true,
    ]);
    expect(dependsOn(peephole, 'f', 'pi')).toBe(false);
  });
});

/** Each letter a way to depend on s. */
const ways = defineCell({
  name: 'ways',
  params: { w: gate() },
  state: { s: slot('BH'), u: slot('BH'), n: slot('B', { dtype: 'int32' }) },
  step(p, { s, u, n }, x) {
    const stopped = stopGradient(s);
    const chosen = where(greater(s, 0), u, 0);
    const counted = cast(argmax(s, -1), 'float64');
    const nothing = sub(s, s);
    const ruled = customVjp(
      (a: Tensor, b: Tensor) => mul(a, b),
      (ct, { inputs: [a] }) => [null, mul(ct, a)],
    )(s, u);
    return {
      state: { s: tanh(affine(p.w, x, u)), u, n: n.add(cast(sum(s, -1), 'int32')) },
      out: u,
      taps: { stopped, chosen, counted, nothing, ruled },
    };
  },
});

test('what counts: by value everything, by derivative what a derivative passes', () => {
  const asked = (y: string, x: string) => [dependsOn(ways, y, x), dependsOn(ways, y, x, { by: 'derivative' })];
  expect(asked('stopped', 's')).toEqual([true, false]);
  expect(asked('chosen', 's')).toEqual([true, false]);
  expect(asked('chosen', 'u')).toEqual([true, true]);
  expect(asked('counted', 's')).toEqual([true, false]);
  expect(asked('nothing', 's')).toEqual([true, true]);
  expect(asked('ruled', 's')).toEqual([true, false]);
  expect(asked('ruled', 'u')).toEqual([true, true]);
  expect(asked('n', 's')).toEqual([true, false]);
  expect(asked('n', 'n')).toEqual([true, false]);
  expect(asked('u', 'u')).toEqual([true, true]); // passed on
  expect(asked('u', 's')).toEqual([false, false]);
  expect(asked('s', 's')).toEqual([false, false]);
  expect(asked('out', 'u')).toEqual([true, true]);
});

/** Loops in the step: a is carried through untouched, b gathers c, d counts. */
const looping = defineCell({
  name: 'looping',
  params: { k: param('H') },
  state: ['a', 'b', 'c', 'd', 'e'],
  step(p, s, x) {
    const { carry, ys } = scan(
      // What is in c reaches b in the second turn only, through d.
      ({ a, b, c, d }: Record<'a' | 'b' | 'c' | 'd', Tensor>) => ({
        carry: { a, b: b.add(d), c, d: c.mul(p.k) },
        y: { alone: tanh(a), late: b },
      }),
      { a: s.a, b: s.b, c: s.c, d: s.d },
      undefined,
      { length: 3 },
    );
    return { state: { ...carry, e: s.e.add(x) }, out: s.e, taps: { alone: sum(ys.alone, 0), late: sum(ys.late, 0) } };
  },
});

test('through the bodies of loops, carry by carry', () => {
  const table = Object.fromEntries(
    ['a', 'b', 'c', 'd', 'e', 'alone', 'late'].map((y) => [
      y,
      ['a', 'b', 'c', 'd', 'e', 'k'].filter((x) => dependsOn(looping, y, x)).join(''),
    ]),
  );
  // A loop is taken to have any number of turns, so that d may come back as it was.
  expect(table).toEqual({ a: 'a', b: 'bcdk', c: 'c', d: 'cdk', e: 'e', alone: 'a', late: 'bcdk' });
  const flowing = (y: string): string =>
    ['a', 'b', 'c', 'd', 'e', 'k'].filter((x) => dependsOn(looping, y, x, { by: 'derivative' })).join('');
  expect(['a', 'b', 'c', 'd', 'alone', 'late'].map(flowing)).toEqual(['a', 'bcdk', 'c', 'cdk', 'a', 'bcdk']);
});

/** a in a branch, n in choosing it; d in a test of how long to go on; c recomputed. */
const branching = defineCell({
  name: 'branching',
  params: { k: param('H') },
  state: ['a', 'b', 'c', 'd', 'n'],
  step(p, { a, b, c, d, n }, x) {
    const isPositive = greater(sum(n), 0);
    const both = cond(
      isPositive,
      (s) => ({ one: s.a.mul(2), two: s.b }),
      (s) => ({ one: s.b, two: s.b }),
      { a, b },
    );
    const alone = cond(
      greater(sum(x), 0),
      (s) => ({ one: s.a, two: s.b }),
      (s) => ({ one: s.a.mul(3), two: s.b }),
      { a, b },
    );
    const loop = whileLoop(
      (s) => less(sum(s.d), 10),
      (s) => ({ d: s.d.add(1), u: s.u.mul(p.k), v: s.v }),
      { d, u: a, v: b },
      { maxSteps: 5 },
    );
    const again = checkpoint((s: { a: Tensor; c: Tensor }) => ({ kept: tanh(s.c), other: s.a }))({ a, c });
    const taps = { one: both.one, two: alone.two, u: loop.u, kept: again.kept };
    return { state: { a, b, c, d, n }, out: a, taps };
  },
});

test('through branches, loops of unknown length and recomputed parts', () => {
  const of = (y: string, by: 'value' | 'derivative') =>
    ['a', 'b', 'c', 'd', 'n', 'x', 'k'].filter((x) => dependsOn(branching, y, x, { by })).join('');
  expect(['one', 'two', 'u', 'kept'].map((y) => of(y, 'value'))).toEqual(['abn', 'bx', 'adk', 'c']);
  expect(['one', 'two', 'u', 'kept'].map((y) => of(y, 'derivative'))).toEqual(['ab', 'b', 'ak', 'c']);
});

test('a structured primitive that does not declare its operands is taken to mix them', () => {
  const inner = definePrimitive<Record<string, never>, 2, 2>({
    name: 'dependsOnTestPair',
    semantics: { kind: 'structured', control: 'call' },
    infer: ([a, b]) => [a, b],
    eval: ([a, b]) => [a, b],
    pullbacks: [([ct]) => ct, ([, ct]) => ct],
  });
  const pair = defineCell({
    name: 'pair',
    params: {},
    state: ['a', 'b'],
    step(_, { a, b }) {
      const [p, q] = bind(inner, [a, b], {});
      return { state: { a: p, b: q }, out: p };
    },
  });
  expect([dependsOn(pair, 'a', 'b'), dependsOn(pair, 'a', 'b', { by: 'derivative' })]).toEqual([true, false]);
});

test.each([
  [() => dependsOn(lstm, 'q', 'c'), 'dependsOn: lstm computes no q; it computes h, c, out, f, i, o, g.'],
  [() => dependsOn(rnn as AnyCell, 'h', 'q'), 'dependsOn: rnn has no q; it has h, x, out, h.W, h.U, h.b.'],
  [
    () => dependsOn(lstm, 'f', 'c', { by: 'sight' as 'value' }),
    "dependsOn: by is \"sight\", neither 'value' nor 'derivative'.",
  ],
  [() => dependsOn(lstm, 'f', 'c', { steps: 0 }), 'dependsOn: steps is 0, not an integer ≥ 1.'],
])('errors %#', (ask, text) => expect(message(ask)).toBe(text));

import {
  add,
  bernoulli,
  concat,
  evaluate,
  flatten,
  foldIn,
  grad,
  key,
  mul,
  normal,
  sigmoid,
  slice,
  stack,
  sum,
  tanh,
  trace,
  unstack,
  where,
} from '@throughline/autograd';
import { dropout } from '@throughline/autograd/nn';
import { full, type Tensor } from '@throughline/tensor';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { type AnyCell, affine, defineCell, gate, gru, lstm, unroll } from '../../index.ts';
import { equations } from '../../symbolic/index.ts';
import { checkCell } from '../../testing/index.ts';
import { recurrentDropout, stacked, variationalDropout, zoneout } from '../index.ts';

const dims = { I: 2, H: 4 };
const params = lstm.init(key(1), dims);
const xs = normal(key(2), [6, 3, 2]);
const leaves = (tree: unknown): readonly Tensor[] => flatten('test', tree).leaves;
const far = (a: Tensor, b: Tensor): number => {
  expect(a.shape).toEqual(b.shape);
  return Math.max(0, ...[...a.toTypedArray()].map((value, i) => Math.abs(value - (b.data[i] as number))));
};
const message = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

const noisy = (at?: Tensor) => ({
  zoneout: zoneout(lstm, { rates: { h: 0.2, c: 0.5 }, key: at }),
  recurrent: recurrentDropout(lstm, { tap: 'g', rate: 0.4, key: at }),
  'recurrent, one mask': recurrentDropout(lstm, { tap: 'g', rate: 0.4, mask: 'one for all steps', key: at }),
  both: zoneout(recurrentDropout(lstm, { tap: 'g', rate: 0.4, key: at }), { rates: { c: 0.3 }, key: at }),
  variational: variationalDropout(lstm, { inputs: 0.3, states: { h: 0.4 }, key: at }),
});

describe.each(Object.keys(noisy()) as (keyof ReturnType<typeof noisy>)[])('%s', (name) => {
  const cell = noisy(key(5))[name] as AnyCell;
  const run = (x: Tensor, options: object = {}, own = cell) =>
    unroll(own as unknown as typeof lstm, params, x, options);
  test.each([
    ['training', cell],
    ['evaluation', noisy()[name] as AnyCell],
  ])('in %s it is a cell like any other', (_, own) => {
    const report = checkCell(own, {
      steps: 3,
      laws: ['scanIsLoop', 'chunkedIsWhole', 'streamedIsWhole', 'beltIsExact'],
    });
    expect(report.holds, String(report)).toBe(true);
  });

  test('the same key draws the same, in parts, traced, and under any padding; another key draws otherwise', () => {
    const whole = run(xs);
    const head = run(slice(xs, [0, 0, 0], [2, 3, 2]));
    const tail = run(slice(xs, [2, 0, 0], [6, 3, 2]), { from: head.last });
    expect(far(concat([head.out, tail.out], 0), whole.out)).toBe(0);
    const padded = run(concat([xs, full([3, 3, 2], Number.NaN)], 0), { lengths: [6, 6, 6] });
    expect(far(slice(padded.out, [0, 0, 0], [6, 3, 4]), whole.out)).toBe(0);
    const fewer = run(slice(xs, [0, 0, 0], [6, 2, 2]));
    expect(far(fewer.out, slice(whole.out, [0, 0, 0], [6, 2, 4]))).toBe(0);
    const [traced] = evaluate(
      trace((x: Tensor) => run(x).out, xs),
      [xs],
    );
    expect(traced?.toArray()).toEqual(whole.out.toArray());
    expect(far(run(xs, {}, noisy(key(6))[name] as AnyCell).out, whole.out)).toBeGreaterThan(1e-3);
  });

  test('the key may be an argument', () => {
    const f = (at: Tensor): Tensor => run(xs, {}, noisy(at)[name] as AnyCell).out;
    expect(evaluate(trace(f, key(5)), [key(5)])[0]?.toArray()).toEqual(f(key(5)).toArray());
  });
});

test('gradients are those of differences', () => {
  const report = checkCell(noisy(key(5)).both as AnyCell, { steps: 2, dims: { I: 1, H: 2 }, laws: ['gradcheck'] });
  expect(report.holds, String(report)).toBe(true);
});

test('zoneout by hand: what is drawn keeps its value, and h that is given out follows', () => {
  const cell = zoneout(lstm, { rates: { c: 0.5, h: 0.2 }, key: key(5) });
  expectTypeOf(cell.initialState(dims, 1).clock).toEqualTypeOf<Tensor>();
  const { out, last } = unroll(cell, params, xs);
  let state = lstm.initialState(dims, 3);
  const outs = unstack(xs).map((x, t) => {
    const next = lstm.step(params, state, x).state;
    const at = foldIn(foldIn(key(5), 2), t);
    const keep = (name: 'h' | 'c', rate: number, n: number): Tensor =>
      where(bernoulli(foldIn(at, n), rate, [3, 4]), state[name], next[name]);
    state = { h: keep('h', 0.2, 1), c: keep('c', 0.5, 0) };
    return state.h;
  });
  expect(far(out, stack(outs))).toBeLessThanOrEqual(1e-15);
  expect(far(last.c, state.c)).toBeLessThanOrEqual(1e-15);
  expect(last.clock.item()).toBe(6);
});

test('zoneout’s evaluation is the mean of its training, one step from the same state', () => {
  const state = { h: normal(key(7), [1, 4]), c: normal(key(8), [1, 4]), clock: full([], 0, 'int32') };
  const x = normal(key(9), [1, 2]);
  const rates = { h: 0.25, c: 0.6 };
  let total = full([1, 4], 0);
  for (let n = 0; n < 2000; n++)
    total = add(total, zoneout(lstm, { rates, key: key(n) }).step(params, state, x).state.c);
  expect(far(mul(total, 1 / 2000), zoneout(lstm, { rates }).step(params, state, x).state.c)).toBeLessThan(0.05);
});

test('recurrent dropout by hand, with a step written for it', () => {
  const { out } = unroll(recurrentDropout(lstm, { tap: 'g', rate: 0.4, key: key(5) }), params, xs);
  let [h, c] = [full([3, 4], 0), full([3, 4], 0)] as [Tensor, Tensor];
  const outs = unstack(xs).map((x, t) => {
    const [f, i, o] = [params.f, params.i, params.o].map((own) => sigmoid(affine(own, x, h))) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const g = tanh(affine(params.g, x, h));
    c = f.mul(c).add(i.mul(dropout(foldIn(foldIn(key(5), 1), t), g, 0.4)));
    h = o.mul(tanh(c));
    return h;
  });
  expect(far(out, stack(outs))).toBeLessThanOrEqual(1e-15);
  expect(far(out, unroll(lstm, params, xs).out)).toBeGreaterThan(1e-3);
});

test('memory is not lost to recurrent dropout: with f at 1 and i at 0 c stays, whatever is dropped', () => {
  const open = { ...params, f: { ...params.f, b: full([4], 50) }, i: { ...params.i, b: full([4], -800) } };
  const c = normal(key(8), [3, 4]);
  const from = { h: full([3, 4], 0), c, clock: full([], 0, 'int32') };
  expect(
    far(unroll(recurrentDropout(lstm, { tap: 'g', rate: 0.9, key: key(1) }), open, xs, { from }).last.c, c),
  ).toBeLessThan(1e-12);
  const lost = unroll(variationalDropout(lstm, { states: { c: 0.5 }, key: key(1) }), open, xs, {
    from: { h: from.h, c },
  });
  expect(far(lost.last.c, c)).toBeGreaterThan(0.1);
});

test('variational masks are one for all steps', () => {
  const cell = variationalDropout(lstm, { inputs: 0.5, key: key(9) });
  const zero = grad((x: Tensor) => sum(unroll(cell, params, x).out))(xs).toArray() as number[][][];
  const dropped = zero.map((step) => step.map((row) => row.map((value) => value === 0)));
  expect(dropped.every((step) => JSON.stringify(step) === JSON.stringify(dropped[0]))).toBe(true);
  expect(dropped[0]?.flat().some(Boolean)).toBe(true);
  expect(dropped[0]?.flat().every(Boolean)).toBe(false);
  expect(variationalDropout(lstm, { states: { h: 0.1 }, key: key(1) }).belt?.keep).toBe('f');
  expect(variationalDropout(lstm, { states: { c: 0.1 }, key: key(1) }).belt).toBeUndefined();
});

test('resets do not turn back the count: an episode does not draw what the one before drew', () => {
  const cell = zoneout(lstm, { rates: { h: 0.5 }, key: key(5) });
  const x = full([4, 1, 2], 0.7);
  const resetAt = full([4, 1], 1, 'int32');
  const { last, out } = unroll(cell, params, x, { resetAt });
  expect(last.clock.item()).toBe(4);
  expect(new Set(unstack(out).map(String)).size).toBeGreaterThan(1);
});

test('in a stack each layer draws from a key of its own, and evaluation needs none', () => {
  const model = stacked(
    (at?: Tensor) => zoneout(lstm, { rates: { c: 0.5 }, key: at }),
    { I: 2, H: 2 },
    { layers: 2, bidirectional: true },
  );
  const own = model.init(key(1));
  const [a, b] = [model.apply(own, xs, { key: key(1) }), model.apply(own, xs, { key: key(1) })];
  expect(far(a.out, b.out)).toBe(0);
  expect(far(a.out, model.apply(own, xs, { key: key(2) }).out)).toBeGreaterThan(1e-4);
  const still = stacked(zoneout(lstm, { rates: { c: 0.5 } }), { I: 2, H: 2 }, { layers: 2, bidirectional: true });
  expect(far(model.apply(own, xs).out, still.apply(own, xs).out)).toBe(0);
  expect(leaves(model.apply(own, xs).last).length).toBe(12);
});

test('its equations are read off it, as of any cell', () => {
  expect(equations(zoneout(gru, { rates: { h: 0.1 } })).join('\n')).toContain('h');
  const cell = defineCell({
    name: 'plain',
    params: { h: gate() },
    state: ['h'],
    step: (p, { h }, x) => ({ state: { h: affine(p.h, x, h) }, out: h }),
  });
  expect(zoneout(cell, { rates: { h: 0.1 } }).stateNames).toEqual(['h', 'clock']);
});

test.each([
  [() => zoneout(lstm, { rates: { h: 1 } }), 'zoneout: the rate of h is 1, not in [0, 1).'],
  [() => zoneout(lstm, { rates: { z: 0.1 } as never }), 'zoneout: lstm has no state z; it has h, c.'],
  [() => variationalDropout(lstm, { inputs: Number.NaN }), 'variationalDropout: the rate of x is NaN, not in [0, 1).'],
  [() => variationalDropout(gru, { states: { c: 0.1 } as never }), 'variationalDropout: gru has no state c; it has h.'],
  [() => recurrentDropout(lstm, { tap: 'g', rate: -0.1 }), 'recurrentDropout: the rate of g is -0.1, not in [0, 1).'],
  [
    () => recurrentDropout(lstm, { tap: 'g', rate: 0.1, mask: 'no' as 'each step' }),
    "recurrentDropout: the mask is no; it is 'each step' or 'one for all steps'.",
  ],
  [
    () => unroll(recurrentDropout(lstm, { tap: 'n' as 'g', rate: 0.1, key: key(1) }), params, xs),
    'recurrentDropout: lstm has no tap n; it has f, i, o, g.',
  ],
])('errors %#', (f, text) => expect(message(f)).toBe(text));

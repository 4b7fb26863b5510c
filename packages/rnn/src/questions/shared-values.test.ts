/** @file Two lines of a run may be one value: holding one of them is not holding the other. */
import { add, key, mul, normal, sigmoid, sub, tanh } from '@throughline/autograd';
import { expect, test } from 'vitest';
import { partial, total } from '../analysis/index.ts';
import { affine, defineCell, gate, slot, unroll } from '../index.ts';

const xs = normal(key(2), [3, 1, 2]);

test('a state that is read out as another state too: the belt is still diag(f) with the other held', () => {
  const bare = defineCell({
    name: 'bare',
    params: { f: gate(), g: gate() },
    state: ['h', 'c'],
    step(p, { h, c }, x) {
      const f = sigmoid(affine(p.f, x, h));
      const next = add(mul(f, c), mul(sub(1, f), tanh(affine(p.g, x, h))));
      return { state: { h: next, c: next }, out: next, taps: { f } };
    },
    belt: { state: 'c', keep: 'f', holding: ['h'] },
  });
  const { h, c, f } = unroll(bare, bare.init(key(1), { I: 2, H: 3 }), xs).lines;
  for (const t of [1, 2, 3]) {
    expect(partial(c.at(t), c.at(t - 1), { holding: h }).versus(f.at(t)).max).toBe(0);
  }
  expect(total(h.at(2), c.at(2)).norm()).toBe(0); // neither comes from the other
  expect(total(c.at(2), h.at(2)).norm()).toBe(0);
});

test('a state that is the input: holding the state cuts its path from the input', () => {
  const delay = defineCell({
    name: 'delay',
    params: { f: gate() },
    state: { h: slot('BH'), prev: slot('BI') },
    step(p, { h, prev }, x) {
      const next = tanh(affine(p.f, add(x, prev), h));
      return { state: { h: next, prev: x }, out: next };
    },
  });
  const { h, prev, x } = unroll(delay, delay.init(key(1), { I: 2, H: 3 }), xs).lines;
  expect(partial(h.at(2), x.at(1), { holding: h }).norm()).toBeGreaterThan(0); // by way of prev
  expect(partial(h.at(2), x.at(1), { holding: { h, prev } }).norm()).toBe(0);
});

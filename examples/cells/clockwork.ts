import {
  add,
  affine,
  arange,
  cast,
  defineCell,
  equal,
  expandDims,
  floor,
  gate,
  mul,
  pow,
  remainder,
  slot,
  tanh,
  where,
} from 'throughline';

/**
 * Units that run at three speeds: the first third works at every step, the second at every other, the last at every fourth,
 * and in between they hold. Each row of the batch has a clock, an integer, so that rows may start apart. After Koutník,
 * Greff, Gomez, Schmidhuber, "A clockwork RNN", 2014, without its block-triangular U.
 */
export default defineCell({
  name: 'clockwork',
  params: { h: gate() },
  state: { h: slot('BH'), clock: slot('B', { dtype: 'int32' }) },
  step(p, { h, clock }, x) {
    const width = h.shape[1] as number; // [B, H]
    const third = floor(mul(arange(width), 3 / width));
    const period = cast(pow(2, third), 'int32');
    const due = equal(remainder(expandDims(clock, 1), period), 0);
    const hNext = where(due, tanh(affine(p.h, x, h)), h);
    return { state: { h: hNext, clock: add(clock, 1) }, out: hNext, taps: { due } };
  },
});

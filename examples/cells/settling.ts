import { add, affine, defineCell, full, gate, matmul, mul, scan, sigmoid, sub, tanh } from 'throughline';

/**
 * A net that thinks four times about each input: within a step, a loop moves the state towards where it would settle. The
 * loop is a `scan` of its own, inside that of time.
 */
export default defineCell({
  name: 'settling',
  params: { h: gate(), pace: gate() },
  state: ['h'],
  step(p, { h }, x) {
    const pull = affine(p.h, x, h);
    const { carry, ys } = scan(
      (s: typeof h) => {
        const pace = sigmoid(affine(p.pace, x, s));
        const next = add(mul(sub(1, pace), s), mul(pace, tanh(add(pull, matmul(s, p.h.U)))));
        return { carry: next, y: sub(next, s) };
      },
      h,
      full([4], 0),
    );
    return { state: { h: carry }, out: carry, taps: { moved: ys } };
  },
});

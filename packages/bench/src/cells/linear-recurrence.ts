import { defineCell, matmul, param, sigmoid } from 'throughline';

/** A diagonal linear recurrence: h′ = σ(a) ⊙ h + b ⊙ x·W. Its state never meets a matrix. */
export const linearRecurrenceCell = defineCell({
  name: 'linear-recurrence',
  params: { a: param('H'), b: param('H'), W: param('IH') },
  state: ['h'],
  step(p, { h }, x) {
    const keep = sigmoid(p.a);
    const hNext = keep.mul(h).add(p.b.mul(matmul(x, p.W)));
    return { state: { h: hNext }, out: hNext };
  },
});

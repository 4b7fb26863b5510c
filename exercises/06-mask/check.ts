import {
  flatten,
  grad,
  gru,
  key,
  less,
  mul,
  normal,
  slice,
  sum,
  type Tensor,
  tensor,
  unroll,
  where,
} from 'throughline';
import { type Exercise, notYet, off, short } from '../kit.ts';

type Params = ReturnType<typeof gru.init>;

export interface Answer {
  lastStates(params: Params, xs: Tensor, lengths: readonly number[]): Tensor;
}

const [T, I, H] = [6, 2, 3];
const lengths = [6, 3, 1, 0];

const exercise: Exercise<Answer> = {
  title: 'a leaky mask',
  minutes: 15,
  hints: [
    'With x = 0, is the next state the old one? Look at the biases, and at what the gates do without any input.',
    'It is not the input that has to be held in the padding, it is the state: after its last step a sequence keeps its h.',
    'where(valid, next, h) takes next where valid is true, row by row; valid is a bool tensor [B, 1], such as less(t, lengths).',
  ],
  check({ lastStates }) {
    const params = gru.init(key(1), { I, H });
    const xs = normal(key(2), [T, lengths.length, I]);
    const together = lastStates(params, xs, lengths);
    for (const [row, length] of lengths.entries()) {
      const yours = rowOf(together, row);
      const alone = length === 0 ? mul(yours, 0) : unroll(gru, params, sequence(xs, row, length)).last.h;
      if (off(yours, alone) <= 1e-12) continue;
      const found = `its first unit is ${short(yours.data[0] ?? 0)}, alone it is ${short(alone.data[0] ?? 0)}`;
      if (length === T)
        notYet(`the sequence of length ${length} needs no padding, and is wrong all the same: ${found}.`);
      if (yours.data.length > 0 && [...yours.data].every((value) => value === 0)) {
        notYet(`the sequence of length ${length} ends at zero: in the padding its state was wiped out, not held.`);
      }
      notYet(`the sequence of length ${length}, padded to ${T}: ${found}. It went on living in the padding.`);
    }
    const garbage = where(valid(xs.shape), xs, 1e3);
    if (off(lastStates(params, garbage, lengths), together) > 0) {
      notYet('with 1000 instead of what stood in the padding, the states are others.');
    }
    const loss = (p: Params, x: Tensor): Tensor => sum(lastStates(p, x, lengths).square());
    const ofInputs = grad((x: Tensor) => loss(params, x))(garbage);
    if (off(mul(ofInputs, where(valid(xs.shape), 0, 1)), mul(ofInputs, 0)) > 0)
      notYet('a gradient reaches the padding.');
    const [mine, clean] = [garbage, xs].map((x) => flatten('check', grad((p: Params) => loss(p, x))(params)).leaves);
    if (mine?.some((leaf, i) => off(leaf, clean?.[i] ?? leaf) > 0)) {
      notYet('the gradient of the parameters depends on what stands in the padding.');
    }
    return 'Each sequence ends as it would alone, the empty one too, whatever the padding holds, and no gradient goes there. Zeroing inputs would not have done: a cell has biases, and a state that moves by itself.';
  },
};
export default exercise;

const rowOf = (h: Tensor, row: number): Tensor => slice(h, [row, 0], [row + 1, H]);
const sequence = (xs: Tensor, row: number, length: number): Tensor => slice(xs, [0, row, 0], [length, row + 1, I]);

/** True where a sequence has not ended: [T, B, I]. */
const valid = (shape: readonly number[]): Tensor =>
  less(
    tensor(Array.from({ length: shape[0] ?? 0 }, (_, t) => lengths.map(() => [t, t]))),
    tensor(lengths.map((length) => [length, length])),
  );

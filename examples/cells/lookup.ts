import {
  add,
  affine,
  defineCell,
  expandDims,
  gate,
  matmul,
  mul,
  param,
  sigmoid,
  slot,
  softmax,
  squeeze,
  sub,
  tanh,
} from 'throughline';

/**
 * A net with a notebook: K rows of keys and values, one nested record of states. Each step writes a little into every row,
 * more where the key is like its own, and reads the rows that are like its question.
 */
export default defineCell({
  name: 'lookup',
  params: { h: gate(), write: { gate: gate(), value: gate() }, read: param('HH'), start: param('KH') },
  state: { h: slot('BH'), book: { keys: slot('BKH'), values: slot('BKH') } },
  step(p, { h, book }, x) {
    const value = tanh(affine(p.write.value, x, h));
    const strength = sigmoid(affine(p.write.gate, x, h));
    const rows = add(book.keys, p.start);
    const likeness = (what: typeof h) => softmax(squeeze(matmul(rows, expandDims(what, 2)), 2));
    const share = mul(expandDims(likeness(value), 2), expandDims(strength, 1));
    const blend = (old: typeof h, to: typeof h) => add(mul(sub(1, share), old), mul(share, expandDims(to, 1)));
    const values = blend(book.values, value);
    const found = squeeze(matmul(expandDims(likeness(matmul(h, p.read)), 1), values), 1);
    const hNext = tanh(add(affine(p.h, x, h), found));
    return { state: { h: hNext, book: { keys: blend(book.keys, h), values } }, out: hNext, taps: { share, found } };
  },
});

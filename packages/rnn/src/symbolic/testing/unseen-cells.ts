import {
  abs,
  add,
  concat,
  contract,
  exp,
  matmul,
  mul,
  relu,
  scan,
  sigmoid,
  slice,
  sqrt,
  square,
  sub,
  tanh,
} from '@throughline/autograd';
import type { Tensor } from '@throughline/tensor';
import { affine } from '../../affine.ts';
import { defineCell } from '../../cell.ts';
import { gate, param } from '../../params.ts';
import { slot } from '../../state.ts';

/** One gate that forgets and updates (Zhou et al. 2016). */
export const mgu = defineCell({
  name: 'mgu',
  params: { f: gate(), n: gate() },
  state: ['h'],
  step(p, { h }, x) {
    const f = sigmoid(affine(p.f, x, h));
    const n = tanh(affine(p.n, x, f.mul(h)));
    const hNext = sub(1, f).mul(h).add(f.mul(n));
    return { state: { h: hNext }, out: hNext, taps: { f, n } };
  },
});

/** What goes through is added to what a gate lets in. */
export const residual = defineCell({
  name: 'residual',
  params: { g: gate(), s: gate() },
  state: ['h'],
  step(p, { h }, x) {
    const s = sigmoid(affine(p.s, x, h));
    const g = tanh(affine(p.g, x, h));
    const hNext = h.add(s.mul(g)).sub(s.mul(h));
    return { state: { h: hNext }, out: hNext, taps: { s, g } };
  },
});

/** Gates that see the input alone, so that the cell is linear in its state. */
export const minGru = defineCell({
  name: 'minGru',
  params: { Wz: param('IH'), bz: param('H'), Wn: param('IH') },
  state: ['h'],
  step(p, { h }, x) {
    const z = sigmoid(matmul(x, p.Wz).add(p.bz));
    const n = matmul(x, p.Wn);
    const hNext = sub(1, z).mul(h).add(z.mul(n));
    return { state: { h: hNext }, out: hNext, taps: { z, n } };
  },
});

/** A highway of two layers in each step. */
export const highway = defineCell({
  name: 'highway',
  params: { a: gate(), s: gate(), R: param('HH'), V: param('HH'), bv: param('H') },
  state: ['h'],
  step(p, { h }, x) {
    const s = sigmoid(affine(p.s, x, h));
    const first = mul(s, tanh(affine(p.a, x, h))).add(sub(1, s).mul(h));
    const v = sigmoid(matmul(first, p.V).add(p.bv));
    const hNext = mul(v, tanh(matmul(first, p.R))).add(sub(1, v).mul(first));
    return { state: { h: hNext }, out: hNext, taps: { s, first, v } };
  },
});

/** Two memories, one fast and one slow, that one gate writes into. */
export const twoBelts = defineCell({
  name: 'twoBelts',
  params: { f: gate(), q: gate(), g: gate() },
  state: ['h', 'c', 'm'],
  step(p, { h, c, m }, x) {
    const f = sigmoid(affine(p.f, x, h));
    const q = sigmoid(affine(p.q, x, h));
    const g = tanh(affine(p.g, x, h));
    const cNext = f.mul(c).add(g);
    const mNext = q.mul(m).add(sub(1, q).mul(cNext));
    const hNext = tanh(cNext.add(mNext));
    return { state: { h: hNext, c: cNext, m: mNext }, out: hNext, taps: { f, q, g } };
  },
});

/** Every unit on its own, with relu (Li et al. 2018). */
export const indRnn = defineCell({
  name: 'indRnn',
  params: { W: param('IH'), u: param('H'), b: param('H') },
  state: ['h'],
  step(p, { h }, x) {
    const a = matmul(x, p.W).add(mul(p.u, h)).add(p.b);
    const hNext = relu(a);
    return { state: { h: hNext }, out: hNext, taps: { a } };
  },
});

/** A diagonal recurrence whose factor is a function of a parameter, its input scaled so that the state keeps its size. */
export const diagonal = defineCell({
  name: 'diagonal',
  params: { nu: param('H'), W: param('IH') },
  state: ['h'],
  step(p, { h }, x) {
    const lambda = exp(exp(p.nu).mul(-1));
    const hNext = mul(lambda, h).add(mul(sqrt(sub(1, square(lambda))), matmul(x, p.W)));
    return { state: { h: hNext }, out: tanh(hNext) };
  },
});

/** All gates in one product of what is joined, cut apart afterwards. */
export const packed = defineCell({
  name: 'packed',
  params: { W: param('JK'), b: param('K') },
  state: ['h', 'c'],
  step(p, { h, c }, x) {
    const [B = 0, H = 0] = h.shape;
    const all = matmul(concat([x, h], 1), p.W).add(p.b);
    const part = (k: number): Tensor => slice(all, [0, k * H], [B, (k + 1) * H]);
    const f = sigmoid(part(0));
    const i = sigmoid(part(1));
    const g = tanh(part(2));
    const cNext = f.mul(c).add(i.mul(g));
    const hNext = tanh(cNext);
    return { state: { h: hNext, c: cNext }, out: hNext, taps: { f, i, g } };
  },
});

/** Thinks thrice about each input: a loop inside its step. */
export const pondering = defineCell({
  name: 'pondering',
  params: { a: gate(), M: param('HH') },
  state: ['h'],
  step(p, { h }, x) {
    const a = affine(p.a, x, h);
    const { carry: hNext } = scan((s: Tensor) => ({ carry: tanh(add(a, matmul(s, p.M))), y: null }), h, null, {
      length: 3,
    });
    return { state: { h: hNext }, out: hNext, taps: { a } };
  },
});

/** A table of K rows beside a vector, under names in names. */
export const table = defineCell({
  name: 'table',
  params: { k: { W: param('IK') }, v: gate(), decay: param('K') },
  state: { h: slot('BH'), store: { rows: slot('BKH') } },
  step(p, { h, store }, x) {
    const k = sigmoid(matmul(x, p.k.W));
    const v = tanh(affine(p.v, x, h));
    const rows = contract('bkh,k->bkh', store.rows, p.decay).add(contract('bk,bh->bkh', k, v));
    const hNext = tanh(contract('bkh,bk->bh', rows, k));
    return { state: { h: hNext, store: { rows } }, out: abs(hNext).add(1), taps: { k, v } };
  },
});

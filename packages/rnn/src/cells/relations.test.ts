/** @file Each cell is, at some parameters, another one, or a formula without its tricks. That one is the oracle. */
import {
  add,
  div,
  exp,
  flatten,
  key,
  mapTree,
  mul,
  neg,
  normal,
  sigmoid,
  stack,
  tanh,
  unstack,
} from '@throughline/autograd';
import { full, type Tensor, tensor, zeros } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { type AnyCell, affine, gruResetBefore, lstm, type ParamTree, rnnRelu, unroll } from '../index.ts';
import { layer, sequence } from '../layers/index.ts';
import { backwardEquations, equations } from '../symbolic/index.ts';
import { distance } from '../testing/cell-laws/finding.ts';
import {
  coupledLstm,
  exponentialLstm,
  indRnn,
  irnn,
  leaky,
  lstm1997,
  lstm1997Blocks,
  mgu,
  peepholeLstm,
  projectedLstm,
  residual,
  rhn,
  slstm,
} from './index.ts';

const dims = { I: 3, H: 4 };
const xs = normal(key(7), [6, 2, 3]);
const outs = (cell: AnyCell, params: unknown): Tensor => unroll(cell, params as ParamTree, xs).out;
const eye = tensor([
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
]);
const negated = <P>(gate: P): P => mapTree(gate, neg) as P; // the same record
/** A gate that is open, whatever it sees. */
const open = { W: zeros([3, 4]), U: zeros([4, 4]), b: full([4], 1000) };

const usual = lstm.init(key(1), dims);
const gated = gruResetBefore.init(key(2), dims);
const elman = rnnRelu.init(key(3), dims);
const u = tensor([0.9, -0.5, 0.3, 1.1]);

test.each<[string, Tensor, Tensor]>([
  [
    'peepholeLstm that does not look is lstm',
    outs(peepholeLstm, {
      ...mapTree(usual, (x) => x),
      f: { ...usual.f, p: zeros([4]) },
      i: { ...usual.i, p: zeros([4]) },
      o: { ...usual.o, p: zeros([4]) },
    }),
    outs(lstm, usual),
  ],
  ['projectedLstm by the identity is lstm', outs(projectedLstm, { ...usual, R: eye }), outs(lstm, usual)],
  [
    'lstm whose input gate is its forget gate’s opposite is coupledLstm',
    outs(lstm, { ...usual, i: negated(usual.f) }),
    outs(coupledLstm, { f: usual.f, o: usual.o, g: usual.g }),
  ],
  [
    'mgu is a GRU whose reset writes and whose update is its opposite',
    outs(mgu, { f: gated.r, n: gated.n }),
    outs(gruResetBefore, { ...gated, z: negated(gated.r) }),
  ],
  [
    'rhn of depth 1 is a GRU without reset',
    outs(rhn({ depth: 1 }), { l1: { n: gated.n, t: gated.z } }),
    outs(gruResetBefore, { n: gated.n, z: negated(gated.z), r: open }),
  ],
  [
    'indRnn is rnnRelu with a diagonal U',
    outs(indRnn, { W: elman.h.W, u, b: elman.h.b }),
    outs(rnnRelu, { h: { ...elman.h, U: mul(eye, u) } }),
  ],
  [
    'leaky is a GRU without reset whose update sees nothing',
    outs(leaky, { n: gated.n, rate: neg(u) }),
    outs(gruResetBefore, { n: gated.n, z: { W: zeros([3, 4]), U: zeros([4, 4]), b: u }, r: open }),
  ],
  ['irnn is rnnRelu', outs(irnn, elman), outs(rnnRelu, elman)],
  [
    'lstm1997Blocks of one cell each, whose gates nobody sees, is lstm1997',
    outs(lstm1997Blocks, {
      i: { ...usual.i, V: zeros([4, 4]), R: zeros([4, 4]) },
      o: { ...usual.o, V: zeros([4, 4]), R: zeros([4, 4]) },
      g: { ...usual.g, V: zeros([4, 4]), R: zeros([4, 4]) },
    }),
    outs(lstm1997, usual),
  ],
  ['residual adds x', outs(residual(lstm), lstmOf3()), add(xs, outs(lstm, lstmOf3()))],
])('%s', (_, actual, expected) => expect(distance(actual, expected).off).toBeLessThan(1e-14));

function lstmOf3() {
  return lstm.init(key(4), { I: 3, H: 3 });
}

/** A step written out: numbers and nothing else. */
type Plain = (p: typeof usual, h: Tensor, rest: readonly Tensor[], x: Tensor) => { h: Tensor; rest: Tensor[] };
function plainly(step: Plain, states: number): Tensor {
  let h = zeros([2, 4]);
  let rest = Array.from({ length: states }, () => zeros([2, 4]));
  const all = unstack(xs).map((x) => {
    const next = step(usual, h, rest, x);
    h = next.h;
    rest = next.rest;
    return h;
  });
  return stack(all);
}

test('lstm1997: the sigmoids from −2 to 2 and from −1 to 1 are 2 tanh(a / 2) and tanh(a / 2); c only adds up', () => {
  const plain = plainly((p, h, [c], x) => {
    const written = mul(sigmoid(affine(p.i, x, h)), mul(2, tanh(div(affine(p.g, x, h), 2))));
    const next = add(c as Tensor, written);
    return { h: mul(sigmoid(affine(p.o, x, h)), tanh(div(next, 2))), rest: [next] };
  }, 1);
  expect(distance(outs(lstm1997, usual), plain).off).toBeLessThan(1e-14);
});

test.each([
  ['sigmoid', slstm, sigmoid],
  ['exp', exponentialLstm({ forget: 'exp' }), exp],
] as const)('slstm with %s is its equations without m', (_, cell, forget) => {
  const plain = plainly((p, h, [c, n], x) => {
    const [f, i] = [forget(affine(p.f, x, h)), exp(affine(p.i, x, h))];
    const nextC = add(mul(f, c as Tensor), mul(i, tanh(affine(p.g, x, h))));
    const nextN = add(mul(f, n as Tensor), i);
    return { h: mul(sigmoid(affine(p.o, x, h)), div(nextC, nextN)), rest: [nextC, nextN] };
  }, 2);
  const { f, i, o, g: z } = usual;
  expect(distance(outs(cell, { f, i, o, z }), plain).off).toBeLessThan(1e-14);
});

/** Weights of a cell, with an output layer of biased units on its h. */
const weights = (I: number, H: number, K: number, outputs: number): number =>
  flatten('test', lstm1997Blocks.init(key(1), { I, H, K })).leaves.reduce((sum, { size }) => sum + size, 0) +
  outputs * (H + 1);

test.each([
  ['adding', 2, 4, 2, 1, 93],
  ['temporal order', 8, 4, 2, 4, 156],
  ['temporal order, three symbols', 8, 6, 3, 8, 308],
])('lstm1997Blocks has the weights of 1997: %s', (_, I, H, K, outputs, expected) => {
  expect(weights(I, H, K, outputs)).toBe(expected);
});

test('the printed equations of lstm1997 have the constant error carousel', () => {
  expect(equations(lstm1997)).toEqual([
    'carousel = 1',
    'i = σ(x W_i + h U_i + b_i)',
    'o = σ(x W_o + h U_o + b_o)',
    'g = σ(x W_g + h U_g + b_g) ⊙ 4 − 2',
    "c' = c + i ⊙ g",
    "h' = o ⊙ (σ(c') ⊙ 2 − 1)",
  ]);
  expect(backwardEquations(lstm1997)).toContain("δc = Δc'");
  expect(backwardEquations(peepholeLstm)).not.toContain("δc = Δc'");
});

test('a layer of projectedLstm is P wide, and so is what comes after it', () => {
  const model = sequence(layer(projectedLstm, { I: 3, H: 5, P: 2 }), layer(residual(lstm), { I: 2, H: 2 }));
  const { out, last } = model.apply(model.init(key(1)), xs);
  expect(out.shape).toEqual([6, 2, 2]);
  expect([last.projectedLstm.h.shape, last.projectedLstm.c.shape]).toEqual([
    [2, 2],
    [2, 5],
  ]);
  expect(() => sequence(layer(projectedLstm, { I: 3, H: 5, P: 2 }), layer(lstm, { I: 5, H: 2 }))).toThrow(
    'sequence: projectedLstm gives width 2, but lstm takes I = 5.',
  );
  expect(() => layer(projectedLstm, { I: 3, H: 5 })).toThrow(
    'layer: the output of projectedLstm has axes [P], and P was not given. Pass { P: … }.',
  );
});

test.each([
  [() => rhn({ depth: 0 }), 'rhn: depth is 0, not a count of at least 1.'],
  [
    () => outs(lstm1997Blocks, lstm1997Blocks.init(key(1), { I: 3, H: 4, K: 3 })),
    'lstm1997Blocks: H is 4, which K = 3 blocks cannot share evenly. Give K that divides H.',
  ],
  [
    () => outs(residual(lstm), usual),
    'residual lstm: x is f64[2,3], the output of lstm is f64[2,4]: a skip joins equal widths. Give I the output’s width.',
  ],
])('errors %#', (f, text) => expect(f).toThrow(text));

import { abs, jacobian, key, mapTree, normal, relu, tanh } from '@throughline/autograd';
import { checkGrads } from '@throughline/autograd/testing/gradients';
import { full, type Tensor, tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { project } from '../cells/dense.ts';
import { rhn } from '../cells/index.ts';
import { unroll } from '../index.ts';
import { linear } from '../layers/index.ts';
import { sequence } from '../layers/sequence.ts';
import { distance } from '../testing/cell-laws/finding.ts';
import { type HighwayParams, highway } from './highway.ts';

const net = highway({ I: 3, depth: 2 });
const params = net.init(key(1));
const x = normal(key(2), [4, 3]);
/** The same with every transform gate all the way open, or shut. */
const withGates = (bias: number): HighwayParams =>
  Object.fromEntries(Object.entries(params).map(([name, { n, t }]) => [name, { n, t: { ...t, b: full([3], bias) } }]));

test('gates shut: the input, with a gradient of 1; gates open: a plain deep net', () => {
  expect(net.apply(withGates(-1000), x).out.toArray()).toEqual(x.toArray());
  const slope = jacobian((one: Tensor) => net.apply(withGates(-1000), one).out)(tensor([1, 2, 3]));
  expect(
    distance(
      slope,
      tensor([
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ]),
    ).off,
  ).toBe(0);
  const { l1, l2 } = params as { l1: HighwayParams[string]; l2: HighwayParams[string] };
  const plain = relu(project(l2.n, relu(project(l1.n, x))));
  expect(distance(net.apply(withGates(1000), x).out, plain).off).toBe(0);
});

test('one step of a recurrent highway from the state x, on an input that it does not see', () => {
  const tall = highway({ I: 3, depth: 2, activation: tanh });
  const { l1, l2 } = params as { l1: HighwayParams[string]; l2: HighwayParams[string] };
  const blind = { W: full([1, 3], 0) };
  const recurrent = {
    l1: { n: { ...blind, U: l1.n.W, b: l1.n.b }, t: { ...blind, U: l1.t.W, b: l1.t.b } },
    l2: { n: { U: l2.n.W, b: l2.n.b }, t: { U: l2.t.W, b: l2.t.b } },
  };
  const { out } = unroll(rhn({ depth: 2 }), recurrent, full([1, 4, 1], 0), { from: { h: x } });
  expect(distance(tall.apply(params, x).out, out.at(0)).off).toBeLessThan(1e-15);
});

test('derivatives of both orders', () => {
  const smooth = highway({ I: 3, depth: 2, activation: tanh });
  expect(
    checkGrads(
      ({ p, at }: { p: HighwayParams; at: Tensor }) => smooth.apply(p, at).out.square().sum(),
      [{ p: params, at: x.at(0) }],
      { order: 2, directions: 1 },
    ).verdict,
  ).toBe('right');
});

test('it starts half asleep, in the dtype asked for, and takes its place among layers', () => {
  const { l2 } = params as { l2: HighwayParams[string] };
  expect(l2.t.b.toArray()).toEqual([-1, -1, -1]);
  expect(abs(l2.n.W).max().item()).toBeLessThanOrEqual(1 / Math.sqrt(3));
  const model = sequence(
    linear({ I: 2, O: 3 }),
    highway({ I: 3, depth: 5, transferBias: -2 }),
    linear({ I: 3, O: 1, name: 'last' }),
  );
  const own = model.init(key(3), { dtype: 'float32' });
  expect(Object.keys(own.highway)).toEqual(['l1', 'l2', 'l3', 'l4', 'l5']);
  expect(mapTree(own, (one) => one).highway.l5?.t.b).toEqual(full([3], -2, 'float32'));
  expect(model.apply(own, normal(key(4), [7, 1, 2], { dtype: 'float32' })).out.shape).toEqual([7, 1, 1]);
});

test.each([
  [() => highway({ I: 3, depth: 0 }), 'highway: depth is 0; extents are integers ≥ 1.'],
  [() => net.apply(params, full([4, 2], 0)), 'highway: x is f64[4,2]; its last axis must be I = 3.'],
])('errors %#', (f, text) => expect(f).toThrow(text));

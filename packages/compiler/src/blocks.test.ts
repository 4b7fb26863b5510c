/** @file Layers over whole sequences, compiled: the bits of the interpreter, gradients included; also one step at a time. */
import { evaluate, flatten, grad, key, mul, normal, sum, trace } from '@throughline/autograd';
import {
  causalConv,
  griffinAttentionBlock,
  griffinBlock,
  mambaBlock,
  selfAttention,
  transformerBlock,
} from '@throughline/rnn/blocks';
import type { ApplyOptions } from '@throughline/rnn/layers';
import type { Tensor } from '@throughline/tensor';
import { expect, test } from 'vitest';
import { compile } from './index.ts';

/** A layer of which only the name's type is known. */
interface AnyLayer {
  readonly takes: number | null;
  readonly gives: number;
  init(key: Tensor): unknown;
  apply(params: never, inputs: Tensor, options?: ApplyOptions<never>): { readonly out: Tensor; readonly last: unknown };
}
type Applied = { readonly out: Tensor; readonly last: { readonly [name: string]: Tensor } };
const blocks: readonly (readonly [string, AnyLayer])[] = [
  ['causalConv', causalConv({ I: 4, O: 4, K: 3, groups: 4 })],
  ['selfAttention, window', selfAttention({ D: 4, heads: 2, window: 3 })],
  ['transformerBlock', transformerBlock({ D: 4, heads: 2, M: 5, rotary: true })],
  ['griffinBlock', griffinBlock({ D: 3 })],
  ['griffinAttentionBlock', griffinAttentionBlock({ D: 4, heads: 2, window: 3 })],
  ['mambaBlock', mambaBlock({ D: 3, N: 2 })],
];
const bits = (list: readonly Tensor[]) => list.map((x) => x.toTypedArray());

test.each(blocks)('%s', (_, layer) => {
  const params = layer.init(key(1)) as { readonly [name: string]: Tensor };
  const apply = (p: unknown, x: Tensor, from?: unknown): Applied =>
    layer.apply(p as never, x, { from: from as never }) as unknown as Applied; // of this layer
  const xs = normal(key(2), [5, 2, layer.takes as number]);
  const f = (p: typeof params, x: Tensor) => {
    const { out } = apply(p, x);
    return { out, slope: grad((q: typeof params) => sum(mul(apply(q, x).out, out)))(p) };
  };
  const leaves = [...flatten('test', params).leaves, xs];
  const { out, slope } = compile(f, { reassociate: false })(params, xs);
  expect(bits([out, ...flatten('test', slope).leaves])).toEqual(bits(evaluate(trace(f, params, xs), leaves)));
  // one step more, from the state that the run left: one program, however often
  const { last } = apply(params, xs);
  const x = normal(key(3), [1, 2, layer.takes as number]);
  const step = compile(apply, { reassociate: false })(params, x, last);
  const again = evaluate(trace(apply, params, x, last), [...flatten('test', [params, x, last]).leaves]);
  expect(bits(flatten('test', step).leaves)).toEqual(bits(again));
});

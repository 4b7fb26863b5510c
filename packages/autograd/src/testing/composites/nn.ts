import { tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { key } from '../../index.ts';
import * as nn from '../../nn/index.ts';
import type { Composite } from '../sample.ts';
import { distinct } from '../samples/generators.ts';
import { of } from './of.ts';

const matrix = tensors({ shape: [2, 3] });
const pair = tensors({ shape: [2, 4] });
const row = tensors({ shape: [3] });
const series = tensors({ shape: [4, 2] });
const batch = tensors({ shape: [2, 3, 2] });
/** −0.7, −0.647, … in some order: kinks lie between them. */
const kinked = distinct(fc.constant([2, 3]));
const kinkedSeries = distinct(fc.constant([5, 1]));
const mask = tensors({ shape: [3, 4], dtype: 'bool' });

/** Functions over primitives in `nn`. */
export const nnComposites: Readonly<Record<string, Composite>> = {
  silu: of(nn.silu, [matrix]),
  mish: of(nn.mish, [matrix]),
  logSigmoid: of(nn.logSigmoid, [matrix]),
  softsign: of(nn.softsign, [kinked]),
  glu: of((x) => nn.glu(x), [pair]),
  leakyRelu: of((x, slope) => nn.leakyRelu(x, slope), [kinked, row]),
  elu: of((x, alpha) => nn.elu(x, alpha), [kinked, row]),
  selu: of(nn.selu, [kinked]),
  celu: of((x, alpha) => nn.celu(x, alpha), [kinked, tensors({ shape: [3], min: 0.5, max: 2 })]),
  hardTanh: of((x) => nn.hardTanh(x, -0.62, -0.515), [kinked]),
  relu6: of((x) => nn.relu6(x.mul(20)), [kinked]),
  hardSigmoid: of((x) => nn.hardSigmoid(x.mul(5)), [kinked]),
  hardSwish: of((x) => nn.hardSwish(x.mul(5)), [kinked]),
  standardize: of((x) => nn.standardize(x), [matrix]),
  layerNorm: of((x, scale, shift) => nn.layerNorm(x, -1, { scale, shift }), [matrix, row, row]),
  rmsNorm: of((x, scale) => nn.rmsNorm(x, -1, { eps: 0.1, scale }), [matrix, row]),
  dropout: of((x) => nn.dropout(key(7), x, 0.5), [matrix]),
  dotProductAttention: of((q, k, v) => nn.dotProductAttention(q, k, v, { causal: true }), [batch, batch, batch]),
  'dotProductAttention, mask': of(
    (seen, q, k, v) => nn.dotProductAttention(q, k, v, { mask: seen }),
    [mask, tensors({ shape: [3, 2] }), series, series],
  ),
  conv1d: of((x, w) => nn.conv1d(x, w, { padding: 'causal', dilation: 2 }), [series, tensors({ shape: [2, 2, 1] })]),
  'conv1d, groups': of(
    (x, w) => nn.conv1d(x, w, { groups: 2, stride: 2, padding: 'same', batchFirst: true }),
    [batch, tensors({ shape: [3, 1, 2] })],
  ),
  avgPool1d: of((x) => nn.avgPool1d(x, 2, { padding: [1, 0], countIncludePad: false }), [series]),
  maxPool1d: of((x) => nn.maxPool1d(x, 3, { stride: 1, padding: 'same' }), [kinkedSeries]),
};

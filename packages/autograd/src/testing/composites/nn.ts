import type { Tensor } from '@throughline/tensor';
import { tensors } from '@throughline/tensor/testing';
import fc from 'fast-check';
import { key, sqrt } from '../../index.ts';
import * as nn from '../../nn/index.ts';
import type { Composite } from '../sample.ts';
import { distinct } from '../samples/generators.ts';
import { of } from './of.ts';

const matrix = tensors({ shape: [2, 3] });
const pair = tensors({ shape: [2, 4] });
const row = tensors({ shape: [3] });
const series = tensors({ shape: [4, 2] });
const batch = tensors({ shape: [2, 3, 2] });
const kinked = distinct(fc.constant([2, 3]));
/** `kinked` moved to −0.14, −0.087, …, 0.125, so that 0 lies between two of them. */
const around0 = (x: Tensor): Tensor => x.add(0.56);
const kinkedSeries = distinct(fc.constant([5, 1]));
const mask = tensors({ shape: [3, 4], dtype: 'bool' });

/** Functions over primitives in `nn`. */
export const nnComposites: Readonly<Record<string, Composite>> = {
  gelu: of((x) => nn.gelu(x), [matrix]),
  'gelu, tanh': of((x) => nn.gelu(x, { approximate: 'tanh' }), [matrix]),
  silu: of(nn.silu, [matrix]),
  mish: of(nn.mish, [matrix]),
  logSigmoid: of(nn.logSigmoid, [matrix]),
  softsign: of((x) => nn.softsign(around0(x)), [kinked]),
  glu: of((x) => nn.glu(x), [pair]),
  leakyRelu: of((x, slope) => nn.leakyRelu(around0(x), slope), [kinked, row]),
  elu: of((x, alpha) => nn.elu(around0(x), alpha), [kinked, row]),
  selu: of((x) => nn.selu(around0(x)), [kinked]),
  celu: of((x, alpha) => nn.celu(around0(x), alpha), [kinked, tensors({ shape: [3], min: 0.5, max: 2 })]),
  hardTanh: of((x) => nn.hardTanh(around0(x), -0.06, 0.05), [kinked]),
  relu6: of((x) => nn.relu6(around0(x).mul(60)), [kinked]),
  hardSigmoid: of((x) => nn.hardSigmoid(around0(x).mul(30)), [kinked]),
  hardSwish: of((x) => nn.hardSwish(around0(x).mul(30)), [kinked]),
  standardize: of((x) => nn.standardize(x), [matrix]),
  layerNorm: of((x, scale, shift) => nn.layerNorm(x, -1, { scale, shift }), [matrix, row, row]),
  rmsNorm: of((x, scale) => nn.rmsNorm(x, -1, { eps: 0.1, scale }), [matrix, row]),
  boundGradient: of((x) => nn.boundGradient(sqrt, x, 10), [tensors({ shape: [2, 3], min: 0.1, max: 2 })]),
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

import { tensor } from '@throughline/tensor';
import * as nn from '../nn/index.ts';
import type { Adapter } from './adapter.ts';

interface Params {
  readonly alpha: number;
  readonly axis: number;
  readonly axes: number[];
  readonly eps: number;
  readonly slope: number;
  readonly low: number;
  readonly high: number;
  readonly size: number;
  readonly mask?: boolean[][];
  readonly approximate?: 'tanh';
  readonly batchFirst?: boolean;
}

export const adapter: Adapter<Params> = {
  ops: 22,
  exported: nn,
  special: {
    gelu: ([x], p) => nn.gelu(x, p),
    elu: ([x], p) => nn.elu(x, p.alpha),
    celu: ([x], p) => nn.celu(x, p.alpha),
    glu: ([x], p) => nn.glu(x, p.axis),
    leakyRelu: ([x], p) => nn.leakyRelu(x, p.slope),
    hardTanh: ([x], p) => nn.hardTanh(x, p.low, p.high),
    standardize: ([x], p) => nn.standardize(x, p.axes, p),
    layerNorm: ([x, scale, shift], p) => nn.layerNorm(x, p.axes, { ...p, scale, shift }),
    rmsNorm: ([x, scale], p) => nn.rmsNorm(x, p.axes, { ...p, scale }),
    dotProductAttention: ([q, k, v], { mask, ...p }) =>
      nn.dotProductAttention(q, k, v, mask === undefined ? p : { ...p, mask: tensor(mask) }),
    conv1d: ([x, w], p) => nn.conv1d(x, w, p),
    avgPool1d: ([x], p) => nn.avgPool1d(x, p.size, p),
    maxPool1d: ([x], p) => nn.maxPool1d(x, p.size, p),
    windows: ([x], p) => nn.windows(x, p.size, p),
  },
};

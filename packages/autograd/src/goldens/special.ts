import * as ops from '../special/index.ts';
import type { Adapter } from './adapter.ts';

interface Params {
  readonly n: number;
}

export const adapter: Adapter<Params> = {
  ops: 29,
  exported: ops,
  special: {
    polygamma: ([x], p) => ops.polygamma(p.n, x),
  },
};

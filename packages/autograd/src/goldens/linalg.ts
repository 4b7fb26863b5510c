import { matmul, slice, transpose } from '../index.ts';
import * as ops from '../linalg/index.ts';
import type { Adapter } from './adapter.ts';

interface Params extends ops.TriangularOptions {
  readonly upper: boolean;
  readonly n: number;
}

const turned = (x: Parameters<typeof transpose>[0]) => transpose(x, [1, 0]);

export const adapter: Adapter<Params> = {
  ops: 22,
  exported: ops,
  special: {
    solveTriangular: ([a, b], p) => ops.solveTriangular(a, b, p),
    choSolve: ([l, b], p) => ops.choSolve(l, b, p),
    lstsqOfRank2: ([p, q, b]) => ops.lstsq(matmul(p, q), b),
    matrixPower: ([x], p) => ops.matrixPower(x, p.n),
    qr: ([x]) => Object.values(ops.qr(x)),
    eigh: ([x]) => Object.values(ops.eigh(x)),
    lu([x]) {
      const { l, u } = ops.lu(x);
      return [l, u];
    },
    /** What does not depend on the signs of vectors. */
    svd([x]) {
      const { u, s, v } = ops.svd(x);
      const [first, second] = [u, v].map((vectors) => slice(vectors, [0, 0], [vectors.shape[0] ?? 0, 1])) as [
        typeof u,
        typeof v,
      ]; // two
      return [s, matmul(u, turned(v)), matmul(first, turned(first)), matmul(second, turned(second))];
    },
    slogdet: ([x]) => ops.slogdet(x).logabsdet,
    signOfDet: ([x]) => ops.slogdet(x).sign,
  },
};

import { key, normal, matmul as product, useCompiledKernels } from 'throughline';
import { type Benchmark, type Result, rate } from './benchmark.ts';
import { measure } from './measure.ts';
import { tensorflow } from './peers/tensorflow.ts';
import { torch } from './peers/torch.ts';

const shapes = [
  [32, 16, 16],
  [64, 64, 64],
  [256, 256, 256],
  [512, 512, 512],
] as const;

/** The reference product: one thread of plain TypeScript, summing in one fixed order. */
export const matmul: Benchmark = {
  name: 'matmul',
  question: 'How fast is the reference matrix product?',
  caveats:
    'float64, one thread, forward only, operands warm in the cache; 2·m·k·n operations. Peers on one thread too, with vector instructions and their own order of sums. A lie for products that do not fit in the cache.',
  async *run() {
    for (const [m, k, n] of shapes) {
      const [a, b] = [normal(key(1), [m, k]), normal(key(2), [k, n])];
      const repeats = Math.max(1, Math.round(1e6 / (m * k * n)));
      const work = (): unknown => {
        let last: unknown;
        for (let i = 0; i < repeats; i++) last = product(a, b);
        return last;
      };
      const result = (who: string): Result =>
        rate(`${m}×${k} · ${k}×${n}`, who, 'GFLOP/s', measure(work), 2e-9 * m * k * n * repeats);
      yield result('throughline');
      const restore = useCompiledKernels();
      yield result('throughline, compiled kernels');
      restore();
    }
    yield* torch('matmul');
    yield* tensorflow('matmul');
  },
};
